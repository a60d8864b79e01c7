import * as fs from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ProbePlan } from "../../core/probe/probe-plan.ts";
import type { Observation } from "../../core/sample/raw-sample.ts";
import { FutexProbe, type ProbeReport } from "./futex-probe.ts";
import { MemoryRegions } from "./memory-regions.ts";
import { FakeClock, FakeProc } from "./testing/fake-proc.ts";

const MAPS = [
  "55e000000000-55e000001000 r-xp 00000000 fe:00 11 /opt/python3.12/bin/python3.12",
  "55e000100000-55e000200000 rw-p 00000000 00:00 0 [heap]",
  "7f0000000000-7f0000021000 rw-p 00000000 00:00 0 ",
  "7f1000000000-7f1000100000 r-xp 00000000 fe:00 12 /opt/python3.12/lib/libpython3.12.so.1.0",
  "7f1000100000-7f1000110000 r--p 00100000 fe:00 12 /opt/python3.12/lib/libpython3.12.so.1.0",
  "7f1000110000-7f1000120000 rw-p 00110000 fe:00 12 /opt/python3.12/lib/libpython3.12.so.1.0",
  "7f1000120000-7f1000160000 rw-p 00000000 00:00 0 ",
  "7f1000160000-7f1000170000 rw-p 00000000 00:00 0 [anon:other]",
  "7f2000000000-7f2000001000 rw-s 00000000 00:01 99 /dev/shm/sem.mp-x",
  "7ffe00000000-7ffe00021000 rw-p 00000000 00:00 0 [stack]",
  "",
].join("\n");

let proc: FakeProc;
let clock: FakeClock;
let probe: FutexProbe;
let observations: Observation[];

const PLAN: ProbePlan = {
  targets: [
    {
      processRowId: 5,
      pid: 10,
      startTicks: 5000,
      rateHz: 100,
      threadRowIds: [1, 2],
      tids: [10, 20],
      restingThreadRowIds: [3],
      restingTids: [30],
    },
  ],
};

function see(tid: number, line: string): void {
  proc.write(`10/task/${tid}/syscall`, `${line}\n`);
}

function report(): ProbeReport {
  const answer = probe.report();
  observations.push(...answer.newObservations);
  return answer;
}

/** What a thread was seen doing, with how often. */
function seen(answer: ProbeReport, threadRowId: number): readonly (Observation & { count: number })[] {
  const rows = [];
  for (let i = 0; i < answer.counts.length; i += 1) {
    if (answer.counts.threadRowId[i] !== threadRowId) continue;
    rows.push({ ...observations[answer.counts.observationId[i]!]!, count: answer.counts.count[i]! });
  }
  return rows;
}

function passes(times: number): void {
  for (let i = 0; i < times; i += 1) {
    clock.now = Math.max(clock.now, probe.nextDueMs());
    probe.step();
  }
}

beforeEach(() => {
  proc = new FakeProc();
  clock = new FakeClock();
  observations = [];
  proc.put({ pid: 10, threads: { 20: 0, 30: 0 } });
  proc.write("10/maps", MAPS);
  for (const tid of [10, 20, 30]) see(tid, "running");
  probe = new FutexProbe({ root: proc.root, clock, random: () => 0.5, architecture: "x86_64", mostKeptFiles: 10 });
});

afterEach(() => {
  probe.close();
  proc.close();
});

describe("FutexProbe", () => {
  it("does nothing without a plan", () => {
    expect(probe.nextDueMs()).toBe(Number.POSITIVE_INFINITY);
    expect(report().probes).toEqual([]);
  });

  it("tells a wait for the GIL from a wait for a lock", () => {
    see(10, "202 0x7f1000120200 0x89 0x0 0x7f00000101c0 0x0 0xffffffff 0x7f0 0x7f1");
    see(20, "202 0x55e000100010 0x189 0x0 0x0 0x0 0xffffffff 0x7f0 0x7f1");
    probe.setPlan(PLAN);
    passes(3);
    const answer = report();
    expect(seen(answer, 1)).toMatchObject([
      {
        kind: "syscall",
        syscall: 202,
        futexOperation: 0x89,
        timed: true,
        region: "runtime-data",
        offset: 0x10200,
        count: 3,
      },
    ]);
    expect(seen(answer, 2)).toMatchObject([
      { kind: "syscall", syscall: 202, futexOperation: 0x189, timed: false, region: "heap", offset: 0x10, count: 3 },
    ]);
    expect(answer.probes).toMatchObject([{ processRowId: 5, rung: "futex", passes: 3, rateHz: 100 }]);
  });

  it("looks at resting threads once a plan", () => {
    probe.setPlan(PLAN);
    passes(5);
    expect(seen(report(), 3)).toMatchObject([{ kind: "running", count: 1 }]);
    probe.setPlan(PLAN);
    passes(5);
    expect(seen(report(), 3)).toMatchObject([{ kind: "running", count: 2 }]);
  });

  it("keeps its counts cumulative from plan to plan and names each observation once", () => {
    probe.setPlan(PLAN);
    passes(4);
    report();
    probe.setPlan(PLAN);
    passes(4);
    const answer = report();
    expect(answer.newObservations).toEqual([]);
    expect(seen(answer, 1)).toMatchObject([{ count: 8 }]);
    expect(answer.probes[0]?.lateness[0]).toBe(8);
  });

  it("tells time limits of poll and epoll by their sign", () => {
    see(10, "7 0x7ffe0 0x1 0xffffffff 0x0 0x0 0x0 0x7f0 0x7f1");
    see(20, "232 0x3 0x7ffe0 0x1 0x3e8 0x0 0x0 0x7f0 0x7f1");
    probe.setPlan(PLAN);
    passes(1);
    const answer = report();
    expect(seen(answer, 1)).toMatchObject([{ syscall: 7, timed: false, region: "none", offset: -1 }]);
    expect(seen(answer, 2)).toMatchObject([{ syscall: 232, timed: true }]);
  });

  it("refuses a process that took over the pid", () => {
    probe.setPlan({ targets: [{ ...PLAN.targets[0]!, startTicks: 4999 }] });
    expect(probe.nextDueMs()).toBe(Number.POSITIVE_INFINITY);
    expect(report().probes).toEqual([]);
  });

  it("drops a thread that ended, and the process with its last one", () => {
    probe.setPlan(PLAN);
    passes(1);
    fs.truncateSync(`${proc.root}/10/task/20/syscall`);
    fs.rmSync(`${proc.root}/10/task/20`, { recursive: true });
    passes(2);
    expect(seen(report(), 2)).toEqual([]);
    for (const tid of [10, 30]) fs.truncateSync(`${proc.root}/10/task/${tid}/syscall`);
    probe.setPlan(PLAN);
    passes(1);
    expect(probe.nextDueMs()).toBe(Number.POSITIVE_INFINITY);
    probe.setPlan(PLAN);
    expect(report().probes).toEqual([]);
  });

  it("reads the mappings again for an address it does not know, but seldom", () => {
    const line = "202 0x7fff00000000 0x189 0x0 0x0 0x0 0x0 0x7f0 0x7f1";
    see(10, line);
    probe.setPlan(PLAN);
    passes(2);
    expect(seen(report(), 1)).toMatchObject([{ region: "other", offset: -1, count: 2 }]);
    proc.write("10/maps", `${MAPS}7fff00000000-7fff00001000 rw-p 00000000 00:00 0 \n`);
    passes(1);
    expect(seen(report(), 1)).toMatchObject([{ region: "other", count: 3 }]);
    clock.now += 3000;
    passes(3);
    expect(seen(report(), 1)[1]).toMatchObject({ region: "anonymous", offset: 0x7fff00000000 });
  });

  it("forgets a runtime only when no window reaches back to it", () => {
    probe.setPlan(PLAN);
    passes(2);
    probe.setPlan({ targets: [] });
    expect(probe.nextDueMs()).toBe(Number.POSITIVE_INFINITY);
    expect(report().counts.length).toBeGreaterThan(0);
    clock.now += 100_000;
    probe.setPlan({ targets: [] });
    expect(report().counts.length).toBe(0);
  });

  it("draws gaps around the planned rate and lowers it when told to", () => {
    probe.setPlan(PLAN);
    const before = clock.now;
    passes(11);
    expect(clock.now - before).toBeCloseTo(11 * 10, 5);
    probe.rateScale = 0.5;
    passes(1);
    expect(probe.nextDueMs() - clock.now).toBeCloseTo(20, 5);
    expect(report().probes[0]?.rateHz).toBe(50);
    probe.rateScale = 0.01;
    expect(report().probes[0]?.rateHz).toBe(4);
  });

  it("survives lines that make no sense", () => {
    for (const line of ["", "202", "202 zz", "202 0x1 0x2", "999999999 0x0"]) {
      see(10, line);
      probe.setPlan(PLAN);
      passes(1);
    }
    expect(seen(report(), 1)).toEqual([]);
  });
});

describe("MemoryRegions", () => {
  it("takes the executable for the runtime where there is no library", () => {
    const regions = new MemoryRegions(
      [
        "400000-500000 r-xp 00000000 fe:00 11 /usr/bin/thing",
        "600000-601000 rw-p 00100000 fe:00 11 /usr/bin/thing",
        "601000-700000 rw-p 00000000 00:00 0 ",
        "",
      ].join("\n"),
      "/usr/bin/thing",
    );
    expect(regions.placeOf(0x600010)).toEqual({ region: "runtime-data", offset: 0x10 });
    expect(regions.placeOf(0x601010)).toEqual({ region: "runtime-data", offset: 0x1010 });
    expect(regions.placeOf(0x400010)).toEqual({ region: "other", offset: 0x400010 });
    expect(regions.placeOf(0x800000)).toBeNull();
  });

  it("gives the same words of different anonymous mappings different places", () => {
    const regions = new MemoryRegions(MAPS, null);
    expect(regions.placeOf(0x7f0000000010)?.offset).not.toBe(regions.placeOf(0x7f1000160010)?.offset);
    expect(regions.placeOf(0x7f2000000010)?.region).toBe("shared");
    expect(regions.placeOf(0x7ffe00000010)?.region).toBe("stack");
  });
});

import { readdirSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../clock.ts";
import { FutexProbe, type ProbeReport } from "../futex-probe.ts";
import { installedInterpreters, pause, startPython, type Target } from "./testing/python-targets.ts";

const PROCESS_ROW = 1;
const FIRST_THREAD_ROW = 10;
const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Probes a program for a while with all of its threads in every pass; rows are numbered in the order of `tids`. */
function probed(target: Target, tids: readonly number[], passes: number): ProbeReport {
  const clock = systemClock();
  const probe = new FutexProbe({
    root: "/proc",
    clock,
    random: Math.random,
    architecture: process.arch === "arm64" ? "aarch64" : "x86_64",
    mostKeptFiles: 100,
  });
  stops.push(() => probe.close());
  probe.setPlan({
    targets: [
      {
        processRowId: PROCESS_ROW,
        pid: target.pid,
        startTicks: target.startTicks,
        rateHz: 200,
        threadRowIds: tids.map((_, index) => FIRST_THREAD_ROW + index),
        tids,
        restingThreadRowIds: [],
        restingTids: [],
      },
    ],
  });
  const names = new Map<number, string>();
  for (let pass = 0; pass < passes; pass += 1) {
    pause(Math.max(0, probe.nextDueMs() - clock.monotonicMs()));
    probe.step();
    if (pass % 50 === 49) for (const { threadRowId, name } of probe.report().names) names.set(threadRowId, name);
  }
  const report = probe.report();
  for (const { threadRowId, name } of report.names) names.set(threadRowId, name);
  return { ...report, names: [...names].map(([threadRowId, name]) => ({ threadRowId, name })) };
}

const interpreters = installedInterpreters().filter(({ minor }) => /^3\.(8|9|1\d)$/.test(minor));

describe.each(interpreters)("passes over CPython $minor at $path", ({ path }) => {
  it("count holders, switches, names and functions in one go with what the threads do", async () => {
    const target = await startPython(
      path,
      "for n in range(3):\n    t = threading.Thread(target=busy, name='busy-%d' % n); t.daemon = True; t.start()\ntime.sleep(0.1)\nready()\ntime.sleep(30)",
    );
    stops.push(target.stop);
    const tids = readdirSync(`/proc/${target.pid}/task`).map(Number);
    const report = probed(target, tids, 400);
    expect(report.probes[0]).toMatchObject({ processRowId: PROCESS_ROW, rung: "memory", obstacle: null });
    const [gil] = report.gils;
    if (gil === undefined) throw new Error("no GIL");
    expect(report.gils).toHaveLength(1);
    expect(gil).toMatchObject({
      processRowId: PROCESS_ROW,
      interpreterId: 0,
      enabled: null,
      intervalMs: 5,
      samples: 400,
    });
    expect(gil.heldSamples).toBeGreaterThan(120);
    expect(gil.switches).toBeGreaterThan(1);
    expect(gil.batches).toBeGreaterThan(1);
    expect(gil.batchSum / gil.batches).toBeGreaterThan(0.3);
    expect(gil.batchSumOfSquares).toBeLessThanOrEqual(gil.batchSum + 1e-9);
    expect(gil.heldByThread.reduce((sum, { samples }) => sum + samples, 0)).toBe(gil.heldSamples);
    const workers = tids.flatMap((tid, index) => (tid === target.pid ? [] : [FIRST_THREAD_ROW + index]));
    for (const { threadRowId, samples, runningSamples } of gil.heldByThread) {
      expect([FIRST_THREAD_ROW + tids.indexOf(target.pid), ...workers]).toContain(threadRowId);
      expect(runningSamples).toBeLessThanOrEqual(samples);
    }
    const held = gil.heldByThread.filter(({ threadRowId }) => workers.includes(threadRowId));
    expect(held.reduce((sum, { runningSamples }) => sum + runningSamples, 0)).toBeGreaterThan(100);
    const names = new Map(report.names.map(({ threadRowId, name }) => [threadRowId, name]));
    expect(workers.map((row) => names.get(row)).sort()).toEqual(["busy-0", "busy-1", "busy-2"]);
    const functions = new Set(gil.holdings?.map(({ functionName }) => functionName));
    expect(functions).toContain("busy");
    expect(gil.holdings?.some(({ whileWaited }) => whileWaited > 0)).toBe(true);
  });
});

describe.skipIf(interpreters.length === 0)("a program that replaces itself while it is watched", () => {
  it("is attached again, and its counts go on", async () => {
    const path = interpreters.at(-1)?.path ?? "";
    const target = await startPython(
      path,
      "start(busy)\nready()\ntime.sleep(0.7)\nos.execv(sys.executable, [sys.executable, '-c', 'import signal; signal.alarm(20)\\nwhile True: pass'])",
    );
    stops.push(target.stop);
    const report = probed(target, [target.pid], 800);
    const [gil] = report.gils;
    expect(report.probes[0]?.rung).toBe("memory");
    expect(gil?.samples ?? 0).toBeGreaterThan(200);
    const main = gil?.heldByThread.find(({ threadRowId }) => threadRowId === FIRST_THREAD_ROW);
    expect(main?.samples ?? 0).toBeGreaterThan(50);
  });
});

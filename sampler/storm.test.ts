import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RawSample } from "../core/sample/raw-sample.ts";
import { startEngine } from "./engine.ts";
import { bundleWorkers } from "./testing/bundle.ts";
import { anyPython, program, startProgram, stopPrograms } from "./testing/pythons.ts";

const SECONDS = 10;
const STORMERS = 2;
/** A subshell is the cheapest process that everybody's machine can make. */
const STORM = [`${SECONDS}`, "sh", "-c", "while :; do (:); done"];
const CPU_TOLERANCE_SECONDS = 0.03;

const python = anyPython();
let bundle: Awaited<ReturnType<typeof bundleWorkers>>;

/** Processes and threads that this machine has started so far. */
function started(): number {
  return Number(/^processes (\d+)$/m.exec(fs.readFileSync("/proc/stat", "latin1"))?.[1]);
}

function listing(): ReadonlySet<number> {
  return new Set(
    fs
      .readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number),
  );
}

/** What the kernel says of a process now. */
function kernelView(pid: number): { readonly cpuSeconds: number; readonly tids: readonly number[] } {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const tids = fs.readdirSync(`/proc/${pid}/task`).map(Number);
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100, tids: tids.sort((a, b) => a - b) };
}

/** What a sample says of a process; null when it has not got it. */
function sampledView({ processes, threads }: RawSample, pid: number) {
  const row = processes.pid.indexOf(pid);
  if (row < 0) return null;
  const rowId = processes.rowId[row]!;
  const tids = [...threads.tid].filter((_, i) => threads.processRowId[i] === rowId).sort((a, b) => a - b);
  return { rowId, cpuSeconds: processes.cpuSeconds[row]!, tids };
}

beforeAll(async () => {
  bundle = await bundleWorkers({});
}, 60_000);

afterEach(stopPrograms);

afterAll(() => bundle.remove());

describe.skipIf(process.platform !== "linux" || python === null)("a storm of short-lived processes", () => {
  it("leaves sets and totals right", async () => {
    const bodies = [
      "ready()\nwhile True: pass",
      "for i in range(7):\n  t = threading.Thread(target=time.sleep, args=(50,)); t.daemon = True; t.start()\nready()\ntime.sleep(50)",
      ...Array.from({ length: 10 }, () => "ready()\ntime.sleep(50)"),
    ];
    const targets = await Promise.all(bodies.map((body) => startProgram(python!.executable, program(body))));
    const engine = await startEngine({
      intervalMs: 500,
      workersDirectory: bundle.folder,
      threadScope: "all",
      programVersion: "0",
      probe: true,
    });
    engine.setAttention({ selectedRowId: null, visible: true });
    const newest = (): RawSample | undefined => engine.history.samples(0, Number.MAX_SAFE_INTEGER).at(-1);
    const next = async (): Promise<RawSample> => {
      const known = newest()?.sequence;
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        const sample = newest();
        if (sample !== undefined && sample.sequence !== known) return sample;
      }
    };
    const calm = await next();
    const rowIds = targets.map(({ pid }) => sampledView(calm, pid)?.rowId);

    const storm = Array.from({ length: STORMERS }, () => spawn("timeout", STORM, { stdio: "ignore" }));
    const ended = Promise.all(storm.map((child) => new Promise((resolve) => child.once("exit", resolve))));
    const startedBefore = started();
    const begin = performance.now();
    let samples = 0;
    let storming = true;
    void ended.then(() => {
      storming = false;
    });
    while (storming) {
      const before = targets.map(({ pid }) => kernelView(pid));
      const listedBefore = listing();
      await next();
      const sample = await next();
      const listedAfter = listing();
      const after = targets.map(({ pid }) => kernelView(pid));
      samples += 1;
      const pids = new Set(sample.processes.pid);
      expect(pids.size).toBe(sample.processes.pid.length);
      for (const pid of listedBefore) if (listedAfter.has(pid)) expect(pids).toContain(pid);
      targets.forEach(({ pid }, i) => {
        const seen = sampledView(sample, pid);
        expect(seen?.rowId).toBe(rowIds[i]);
        expect(seen?.tids).toEqual(after[i]!.tids);
        expect(seen?.cpuSeconds).toBeGreaterThan(before[i]!.cpuSeconds - CPU_TOLERANCE_SECONDS);
        expect(seen?.cpuSeconds).toBeLessThan(after[i]!.cpuSeconds + CPU_TOLERANCE_SECONDS);
      });
    }
    await ended;
    const seconds = (performance.now() - begin) / 1000;
    const perSecond = (started() - startedBefore) / seconds;
    console.log(
      `storm: ${perSecond.toFixed(0)} processes a second over ${seconds.toFixed(1)} s, ${samples} samples compared`,
    );
    expect(samples).toBeGreaterThan(2);
    expect(perSecond).toBeGreaterThan(0);

    await next();
    const after = await next();
    const listed = listing();
    const left = [...after.processes.pid].filter((pid) => !listed.has(pid));
    expect(left.length).toBeLessThan(20);
    expect(engine.status()).toEqual({ state: "live" });
    await engine.stop();
  }, 60_000);
});

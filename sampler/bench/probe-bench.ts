import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEngine } from "../engine.ts";
import { GilProbes } from "../linux/gil/gil-probe.ts";
import { CostedProbe, type ProbeCost, pause, targetOf, wakingCost } from "./probe-cost.ts";

const RATES_HZ = [100, 500];
const LANES_HZ = [500, 1000];
const CROWD = { programs: 30, computing: 0, sleeping: 19 };
/** The sampler measures what it costs and settles within this time: at first the probe may spend more than its budget. */
const SETTLE_SECONDS = 45;

const { values } = parseArgs({
  options: {
    sources: { type: "string", default: "." },
    workers: { type: "string", default: "." },
    python: { type: "string", default: "python3" },
    seconds: { type: "string", default: "10" },
  },
});
const seconds = Number(values.seconds);

/** Prints what the probe itself costs: by rate, with lanes, beside a crowd of programs, and to attach. */
async function main(): Promise<void> {
  console.log(`What the probe costs, per cent of a core, over ${seconds} s each`);
  console.log("waking up and doing nothing:");
  for (const rateHz of RATES_HZ) console.log(`  ${rateHz} Hz`.padEnd(18), percent(wakingCost(rateHz, seconds)));
  console.log("one program, 4 computing threads and 1 that waits, all looked at in every pass:");
  await withPrograms(1, 4, 0, async ([pid]) => {
    for (const rateHz of RATES_HZ) await passesLine(pid ?? 0, rateHz);
    for (const rateHz of LANES_HZ) await lanesLine(pid ?? 0, rateHz);
  });
  console.log("one program, 1 computing thread, 3 that sleep 50 ms at a time and 1 that waits:");
  await withPrograms(1, 1, 3, async ([pid]) => {
    for (const rateHz of RATES_HZ) await passesLine(pid ?? 0, rateHz);
  });
  const { programs, computing, sleeping } = CROWD;
  console.log(`${programs} programs of ${computing + sleeping + 1} threads each, everything the sampler does:`);
  await withPrograms(programs, computing, sleeping, async (pids) => {
    await crowdLines(pids);
    attachLines(pids);
  });
}

async function passesLine(pid: number, rateHz: number): Promise<void> {
  const probe = new CostedProbe(values.workers);
  const cost = await probe.cost({ targets: [targetOf(1, pid, rateHz)] }, seconds);
  await probe.stop();
  printCost(`  ${rateHz} Hz`, cost);
}

async function lanesLine(pid: number, rateHz: number): Promise<void> {
  const probe = new CostedProbe(values.workers);
  const cost = await probe.lanesCost(targetOf(1, pid, 1), rateHz, seconds);
  await probe.stop();
  printCost(`  lanes, ${rateHz} Hz`, cost);
}

/** A live sampler beside the crowd, nothing selected and then one of them. */
async function crowdLines(pids: readonly number[]): Promise<void> {
  const engine = await startEngine({
    intervalMs: 1000,
    workersDirectory: values.workers,
    threadScope: "runtimes",
    programVersion: "bench",
    probe: true,
  });
  for (const selected of [null, pids[0] ?? null]) {
    const rowId = engine.frame()?.runtimes.find(({ pid }) => pid === selected)?.rowId ?? null;
    engine.setAttention({ visible: true, selectedRowId: rowId });
    await pause(SETTLE_SECONDS * 1000);
    const from = newest(engine.history);
    await pause(seconds * 1000);
    const to = newest(engine.history);
    if (from?.ownCost == null || to?.ownCost == null) continue;
    const elapsed = (to.monotonicMs - from.monotonicMs) / 1000;
    const cores = (to.ownCost.samplerCpuSeconds - from.ownCost.samplerCpuSeconds) / elapsed;
    const attached = to.probes.filter(({ rung }) => rung === "memory").length;
    const passes = to.probes.reduce((sum, probe) => sum + probe.passes, 0);
    const before = from.probes.reduce((sum, probe) => sum + probe.passes, 0);
    const rate = `${((passes - before) / elapsed).toFixed(0)} passes/s`;
    console.log(
      `  ${rowId === null ? "none" : "one"} selected`.padEnd(18),
      percent(cores),
      `${attached} attached, ${rate}`,
    );
  }
  await engine.stop();
}

function newest(history: Awaited<ReturnType<typeof startEngine>>["history"]) {
  return history.samples(0, Number.MAX_SAFE_INTEGER).at(-1);
}

function attachLines(pids: readonly number[]): void {
  const probes = new GilProbes();
  const times: number[] = [];
  for (const pid of pids) {
    const { startTicks } = targetOf(0, pid, 0);
    const startMs = performance.now();
    const outcome = probes.attach(pid, startTicks);
    times.push(performance.now() - startMs);
    if (outcome.ok) outcome.probe.close();
    else console.log(`  could not attach: ${outcome.failure.reason}`);
  }
  const [first = Number.NaN, ...later] = times;
  const sorted = later.sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const worst = sorted[sorted.length - 1] ?? Number.NaN;
  console.log("attach, ms:");
  console.log(
    `  first of its binary ${first.toFixed(1)}; after that ${median.toFixed(2)} (median), ${worst.toFixed(2)} (worst)`,
  );
}

async function withPrograms(
  count: number,
  computing: number,
  sleeping: number,
  work: (pids: readonly number[]) => Promise<void>,
): Promise<void> {
  const lifetime = (RATES_HZ.length + LANES_HZ.length) * (seconds + 6) + 2 * SETTLE_SECONDS + 20;
  const script = join(values.sources, "computing_and_sleeping.py");
  const children = await Promise.all(
    Array.from({ length: count }, async () => {
      const child = spawn(values.python, [script, `${computing}`, `${sleeping}`, `${lifetime}`], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      return child;
    }),
  );
  try {
    await pause(300);
    await work(children.map(pidOf));
  } finally {
    for (const child of children) child.kill("SIGKILL");
  }
}

function pidOf(child: ChildProcess): number {
  return child.pid ?? 0;
}

function printCost(label: string, { cores, passesPerSecond, late }: ProbeCost): void {
  const each = `${((cores / passesPerSecond) * 1e6).toFixed(0)} µs each`;
  const passes = `${passesPerSecond.toFixed(0)} passes/s`;
  console.log(label.padEnd(18), percent(cores), passes.padStart(14), each.padStart(14), `${percent(late)} late`);
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(2)} %`.padStart(8);
}

void main();

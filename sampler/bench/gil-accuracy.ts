import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { RawSample } from "../../core/sample/raw-sample.ts";
import { LATENESS_BOUNDS_MS } from "../../core/sample/raw-sample.ts";
import { type Engine, startEngine } from "../engine.ts";

/** Part of the time the GIL is held, and period in milliseconds. */
const CASES = [0.05, 0.3, 0.7, 0.95].flatMap((duty) => [5, 10, 20, 100].map((period) => [duty, period] as const));
const WATCHED_SECONDS = 6;
const LATE_BOUND_MS = 1;

const { values } = parseArgs({
  options: {
    sources: { type: "string", default: "." },
    workers: { type: "string", default: "." },
    python: { type: "string", default: "python3" },
  },
});

/** Compares the held ratio with programs whose duty is known. */
async function main(): Promise<void> {
  const engine = await startEngine({
    intervalMs: 1000,
    workersDirectory: values.workers,
    threadScope: "runtimes",
    programVersion: "bench",
    probe: true,
  });
  console.log("GIL held, percent: what the program did, what was counted, what is shown and its standard error");
  console.log("duty  period   truth  counted    shown   error   passes/s  late");
  const misses: number[] = [];
  for (const [duty, period] of CASES) {
    const line = await measured(engine, duty, period);
    if (line === null) continue;
    misses.push(line.miss);
    console.log(line.text);
  }
  const mean = misses.reduce((sum, miss) => sum + miss, 0) / misses.length;
  console.log(
    `${misses.length} cases; shown and truth differ by ${mean.toFixed(1)} points on average, ${Math.max(...misses).toFixed(1)} at most`,
  );
  await engine.stop();
}

async function measured(engine: Engine, duty: number, period: number): Promise<{ text: string; miss: number } | null> {
  const seconds = WATCHED_SECONDS + 2;
  const program = spawn(values.python, [join(values.sources, "duty.py"), `${duty}`, `${period}`, `${seconds}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  program.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const ended = new Promise((resolve) => program.once("close", resolve));
  const isIt = ({ pid, parentPid }: { readonly pid: number; readonly parentPid: number }): boolean =>
    pid === program.pid || parentPid === program.pid;
  await pause(1500);
  engine.setAttention({ visible: true, selectedRowId: engine.frame()?.runtimes.find(isIt)?.rowId ?? null });
  await pause(WATCHED_SECONDS * 1000);
  const runtime = engine.frame()?.runtimes.find(isIt);
  const samples = engine.history.samples(0, Number.MAX_SAFE_INTEGER);
  await ended;
  if (runtime === undefined || !runtime.gilHeldRatio.known) {
    console.log(`${duty}  ${period}  could not be read`);
    return null;
  }
  const newer = samples[samples.length - 1]!;
  const older = samples.find((sample) => newer.monotonicMs - sample.monotonicMs <= 5500) ?? newer;
  const counted = countedRatio(newer, older, runtime.rowId);
  const error = runtime.gils[0]?.heldStandardError;
  const shown = runtime.gilHeldRatio.value;
  const truth = Number(output);
  const text = [
    `${(duty * 100).toFixed(0)} %`.padStart(5),
    `${period} ms`.padStart(7),
    percent(truth),
    percent(counted.ratio),
    percent(shown),
    error?.known === true ? percent(error.value) : "      –",
    counted.perSecond.toFixed(0).padStart(9),
    `${(counted.late * 100).toFixed(0)} %`.padStart(6),
  ].join(" ");
  return { text, miss: Math.abs(shown - truth) * 100 };
}

/** What plain counting gives, and how often a pass came later than a millisecond. */
function countedRatio(
  newer: RawSample,
  older: RawSample,
  rowId: number,
): { ratio: number; perSecond: number; late: number } {
  const [gil, gilBefore] = [newer, older].map(({ gils }) => gils.find(({ processRowId }) => processRowId === rowId));
  const [probe, probeBefore] = [newer, older].map(({ probes }) =>
    probes.find(({ processRowId }) => processRowId === rowId),
  );
  const samples = (gil?.samples ?? 0) - (gilBefore?.samples ?? 0);
  let passes = 0;
  let late = 0;
  probe?.lateness.forEach((count, bucket) => {
    const more = count - (probeBefore?.lateness[bucket] ?? 0);
    passes += more;
    if (bucket > LATENESS_BOUNDS_MS.indexOf(LATE_BOUND_MS)) late += more;
  });
  return {
    ratio: ((gil?.heldSamples ?? 0) - (gilBefore?.heldSamples ?? 0)) / samples,
    perSecond: (samples * 1000) / (newer.monotonicMs - older.monotonicMs),
    late: late / passes,
  };
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`.padStart(8);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

void main();

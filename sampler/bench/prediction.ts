import * as path from "node:path";
import type { FamilyFrame, Frame, RuntimeFrame } from "../../core/frame/frame.ts";
import { type Engine, startEngine } from "../engine.ts";
import { anyPython, startProgram } from "../testing/pythons.ts";

/** Programs whose answer lies between one and two cores on two CPUs; see prediction.py. */
const WORK = ["json", "convoy", "hashing", "compression", "sorting", "pickling", "matching", "copying"] as const;
const MOST_CORES_OFF = 0.15;
const MOST_MEMORY_OFF = 0.2;
/** The program sets itself up, then a whole window passes. */
const SETTLE_MS = 5000;
const WATCH_MS = 6500;
/** Looks from which the share of waiting is known to about three points: a prediction is of the whole stretch that they took. */
const LEAST_PASSES = 300;
const LONGEST_WATCH_MS = 25_000;
const WAIT_MS = 1000;

/** What runs beside takes its cores from the program: a run with more of it beside is done again, so often. */
const MOST_OTHER_CORES = 0.1;
const MOST_RUNS = 3;

interface Seen {
  readonly runtime: RuntimeFrame;
  readonly family: FamilyFrame;
  /** Cores used by everything else on the machine. */
  readonly otherCores: number;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function seen(frame: Frame, pid: number): Seen {
  const runtime = frame.runtimes.find((one) => one.pid === pid);
  const family = frame.families.find(({ id }) => id === runtime?.familyId);
  if (runtime === undefined || family === undefined) throw new Error(`${pid} is not in the frame`);
  const own = frame.ownCost?.cpuCores;
  const ours = (family.cpuCores.known ? family.cpuCores.value : 0) + (own?.known ? own.value : 0);
  return { runtime, family, otherCores: frame.host.busyCores.known ? frame.host.busyCores.value - ours : Number.NaN };
}

/** Runs it until the machine is left to it; the last try counts, and says what was beside. */
async function undisturbed(run: () => Promise<Seen>): Promise<Seen> {
  let seen = await run();
  for (let runs = 1; runs < MOST_RUNS && !(seen.otherCores <= MOST_OTHER_CORES); runs += 1) seen = await run();
  return seen;
}

async function run(engine: Engine, executable: string, script: string, work: string, how: string): Promise<Seen> {
  const { pid, stop } = await startProgram(executable, [script, work, how]);
  try {
    await sleep(SETTLE_MS);
    const rowId = engine.frame()?.runtimes.find((one) => one.pid === pid)?.rowId;
    if (rowId !== undefined) engine.setAttention({ selectedRowId: rowId, visible: true });
    const fromWallMs = engine.frame()?.wallMs ?? 0;
    await sleep(WATCH_MS);
    for (let watched = WATCH_MS; ; watched += WAIT_MS) {
      const frame = engine.history.frameBetween(fromWallMs, engine.frame()?.wallMs ?? 0);
      if (frame === null) throw new Error("there is no frame");
      const found = seen(frame, pid);
      const enough = how === "processes" || found.runtime.probePasses >= LEAST_PASSES;
      if (enough || watched >= LONGEST_WATCH_MS) return found;
      await sleep(WAIT_MS);
    }
  } finally {
    await stop();
  }
}

function off(predicted: number, actual: number): number {
  return Math.abs(predicted - actual) / actual;
}

/** Predicts for each program what it would use with processes, then runs it with processes. Answers how many predictions held. */
async function main(workersDirectory: string, source: string, only: readonly string[]): Promise<number> {
  const python = anyPython();
  if (python === null) throw new Error("no Python was found; install one or set PYENV_ROOT");
  const script = path.join(source, "prediction.py");
  const engine = await startEngine({
    intervalMs: 500,
    workersDirectory,
    threadScope: "runtimes",
    programVersion: "bench",
    probe: true,
  });
  let held = 0;
  const names = WORK.filter((name) => only.length === 0 || only.includes(name));
  process.stdout.write("program       threads  predicted  processes    off   memory predicted  processes    off\n");
  try {
    for (const name of names) {
      const of = (how: string) => undisturbed(() => run(engine, python.executable, script, name, how));
      const { runtime, otherCores } = await of("threads");
      const { demandCores, ussBytes, pssBytes, cpuCores, allowedCores, probePasses } = runtime;
      const with_ = await of("processes");
      const actual = with_.family.cpuCores;
      const memory = with_.family.pssBytes;
      if (
        !demandCores.known ||
        !ussBytes.known ||
        !pssBytes.known ||
        !cpuCores.known ||
        !actual.known ||
        !memory.known
      ) {
        process.stdout.write(`${name.padEnd(13)} not known\n`);
        continue;
      }
      const cores = Math.min(demandCores.value, allowedCores);
      const processes = Math.max(2, Math.ceil(cores));
      const bytes = processes * ussBytes.value + Math.max(0, pssBytes.value - ussBytes.value);
      const coresOff = off(cores, actual.value);
      const memoryOff = off(bytes, memory.value);
      const right = coresOff <= MOST_CORES_OFF && memoryOff <= MOST_MEMORY_OFF;
      if (right) held += 1;
      const beside = Math.max(otherCores, with_.otherCores);
      const mebibytes = (value: number): string => `${(value / 2 ** 20).toFixed(0)} MiB`;
      process.stdout.write(
        `${name.padEnd(13)} ${cpuCores.value.toFixed(2).padStart(7)}  ${cores.toFixed(2).padStart(9)}  ${actual.value.toFixed(2).padStart(9)}  ${`${(coresOff * 100).toFixed(0)} %`.padStart(5)}  ${mebibytes(bytes).padStart(16)}  ${mebibytes(memory.value).padStart(9)}  ${`${(memoryOff * 100).toFixed(0)} %`.padStart(5)}  ${right ? "holds" : "MISSED"} after ${probePasses} looks${beside > MOST_OTHER_CORES ? `, with ${beside.toFixed(2)} cores in use beside it` : ""}\n`,
      );
    }
  } finally {
    await engine.stop();
  }
  process.stdout.write(`${held} of ${names.length} predictions within 15 % of the cores and 20 % of the memory\n`);
  return held === names.length ? 0 : 1;
}

const [workersDirectory = "", source = "", ...only] = process.argv.slice(2);
void main(workersDirectory, source, only).then((code) => {
  process.exitCode = code;
});

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

interface Seen {
  readonly runtime: RuntimeFrame;
  readonly family: FamilyFrame;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function seen(frame: Frame, pid: number): Seen {
  const runtime = frame.runtimes.find((one) => one.pid === pid);
  const family = frame.families.find(({ id }) => id === runtime?.familyId);
  if (runtime === undefined || family === undefined) throw new Error(`${pid} is not in the frame`);
  return { runtime, family };
}

async function run(engine: Engine, executable: string, script: string, work: string, how: string): Promise<Seen> {
  const { pid, stop } = await startProgram(executable, [script, work, how]);
  try {
    await sleep(SETTLE_MS);
    const found = engine.frame()?.runtimes.find((one) => one.pid === pid);
    if (found !== undefined) engine.setAttention({ selectedRowId: found.rowId, visible: true });
    await sleep(WATCH_MS);
    const frame = engine.frame();
    if (frame === null) throw new Error("there is no frame");
    return seen(frame, pid);
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
      const { runtime } = await run(engine, python.executable, script, name, "threads");
      const { demandCores, ussBytes, pssBytes, cpuCores, allowedCores } = runtime;
      const with_ = await run(engine, python.executable, script, name, "processes");
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
      const mebibytes = (value: number): string => `${(value / 2 ** 20).toFixed(0)} MiB`;
      process.stdout.write(
        `${name.padEnd(13)} ${cpuCores.value.toFixed(2).padStart(7)}  ${cores.toFixed(2).padStart(9)}  ${actual.value.toFixed(2).padStart(9)}  ${`${(coresOff * 100).toFixed(0)} %`.padStart(5)}  ${mebibytes(bytes).padStart(16)}  ${mebibytes(memory.value).padStart(9)}  ${`${(memoryOff * 100).toFixed(0)} %`.padStart(5)}  ${right ? "holds" : "MISSED"}\n`,
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

import * as path from "node:path";
import { memoryPlan } from "../../core/memory/memory-plan.ts";
import { MemoryService } from "../linux/memory-service.ts";
import { MemorySampling } from "../memory-sampling.ts";
import { LocalFrames } from "../testing/family-tree.ts";
import { anyPython, startProgram } from "../testing/pythons.ts";

const GIBIBYTE = 2 ** 30;
const GOAL_CORES = 0.005;
const SECONDS = 150;
/** What was saved for a short look at the start is spent by then. */
const BEGIN_SECONDS = 10;

/** Maps so many bytes in pages of their own and touches each of them, then sleeps. */
const TOUCH = `
import mmap, signal, sys, time
signal.alarm(600)
size = int(sys.argv[1])
data = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
data.madvise(mmap.MADV_NOHUGEPAGE)
page = bytes(mmap.PAGESIZE - 1) + b"x"
chunk = page * 4096
for _ in range(size // len(chunk)):
    data.write(chunk)
sys.stdout.write("ready\\n")
sys.stdout.flush()
time.sleep(600)
`;

interface Case {
  readonly name: string;
  /** Bytes of each process; the first is the one that is looked at. */
  readonly sizes: readonly number[];
}

const CASES: readonly Case[] = [
  { name: "one of 8 GiB, looked at", sizes: [8 * GIBIBYTE] },
  { name: "a small one looked at beside 8 GiB", sizes: [GIBIBYTE / 64, 8 * GIBIBYTE] },
  { name: "64 of 128 MiB, one looked at", sizes: Array.from({ length: 64 }, () => GIBIBYTE / 8) },
];

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Cores that reading memory uses on average, everything its own worker does included, and the age of the oldest figure at the end. */
async function measure(workersDirectory: string, pids: readonly number[]): Promise<{ cores: number; oldest: number }> {
  const frames = new LocalFrames();
  // Small ones are read in the thread of the tables, of which this one takes the place.
  const service = new MemoryService("/proc", false);
  const sampling: MemorySampling = new MemorySampling(
    path.join(workersDirectory, "sampler-memory.cjs"),
    "/proc",
    (request) => sampling.take(service.answer(request)),
  );
  let from = { seconds: 0, ms: 0 };
  let oldest = Number.NaN;
  try {
    for (let second = 0; second < SECONDS; second += 1) {
      const frame = frames.next();
      const selectedRowId = frame.runtimes.find(({ pid }) => pid === pids[0])?.rowId ?? null;
      const { sample } = frames;
      if (sample !== null) sampling.request(memoryPlan(frame, { visible: true, selectedRowId }), sample.processes);
      await sleep(1000);
      if (second === BEGIN_SECONDS) from = { seconds: sampling.cpuSeconds, ms: performance.now() };
      const { memories } = sampling.fields;
      if (memories === undefined || sample === null) continue;
      const own = new Set(frame.runtimes.filter(({ pid }) => pids.includes(pid)).map(({ rowId }) => rowId));
      oldest = 0;
      for (let row = 0; row < memories.length; row += 1) {
        if (!own.has(memories.processRowId[row] as number)) continue;
        oldest = Math.max(oldest, (sample.monotonicMs - (memories.readAtMs[row] as number)) / 1000);
      }
    }
    const cores = (sampling.cpuSeconds - from.seconds) / ((performance.now() - from.ms) / 1000);
    return { cores, oldest };
  } finally {
    frames.close();
    await sampling.stop();
  }
}

async function main(workersDirectory: string, only: readonly string[]): Promise<number> {
  const python = anyPython();
  if (python === null) throw new Error("no Python was found; install one or set PYENV_ROOT");
  let held = true;
  for (const { name, sizes } of CASES.filter((_, index) => only.length === 0 || only.includes(String(index + 1)))) {
    const programs: { readonly pid: number; readonly stop: () => Promise<void> }[] = [];
    try {
      for (const size of sizes) programs.push(await startProgram(python.executable, ["-c", TOUCH, String(size)]));
      const { cores, oldest } = await measure(
        workersDirectory,
        programs.map(({ pid }) => pid),
      );
      const right = cores <= GOAL_CORES;
      held &&= right;
      const age = Number.isNaN(oldest) ? "not read" : `${oldest.toFixed(0)} s old`;
      process.stdout.write(
        `${name}: memory maps cost ${(cores * 100).toFixed(2)} % of a core, the oldest figure is ${age}; the goal is ${GOAL_CORES * 100} %\n`,
      );
    } finally {
      await Promise.all(programs.map(({ stop }) => stop()));
    }
  }
  return held ? 0 : 1;
}

const [workersDirectory = "", , ...only] = process.argv.slice(2);
void main(workersDirectory, only).then((code) => {
  process.exitCode = code;
});

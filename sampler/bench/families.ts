import { advance, type CoreState, initialState } from "../../core/advance.ts";
import { MEMORY_KNOWN } from "../../core/sample/memory-sample.ts";
import type { RawSample } from "../../core/sample/raw-sample.ts";
import { type SimulatedProcess, SimulatedSession } from "../../core/testing/sample-builder.ts";

const FAMILIES = 60;
const RUNTIMES = 500;
const GOAL_MS = 10;
/** The second half is told: a window is open for hours, and its code compiled after the first minutes. */
const ROUNDS = 240;

/** Sixty programs with their pools, some of them busy, five threads each. */
function machine(): readonly SimulatedProcess[] {
  const threads = Array.from({ length: 5 }, (_, index) => ({ run: index === 0 ? 0.05 : 0.01, slices: 20 }));
  return Array.from({ length: RUNTIMES }, (_, index) => {
    const head = index < FAMILIES;
    const family = index % FAMILIES;
    return {
      pid: 10_000 + index * 10,
      parentPid: head ? 1 : 10_000 + family * 10,
      startTicks: 1000 + index,
      commandLine: ["python3", `service-${family}.py`],
      threads,
      rssBytes: 200 * 2 ** 20,
      python: { nativeLibraries: ["libgomp.so.1", "libopenblas64_p.so"] },
    };
  });
}

function withMemory(sample: RawSample): RawSample {
  const { length } = sample.processes;
  const column = (value: number): Float64Array => new Float64Array(length).fill(value);
  return {
    ...sample,
    memories: {
      length,
      processRowId: sample.processes.rowId,
      readAtMs: column(sample.monotonicMs - 1000),
      pssBytes: column(80 * 2 ** 20),
      ussBytes: column(40 * 2 ** 20),
      privateDirtyBytes: column(39 * 2 ** 20),
      sharedCleanBytes: column(10 * 2 ** 20),
      sharedDirtyBytes: column(120 * 2 ** 20),
      anonymousBytes: column(160 * 2 ** 20),
      swapBytes: column(0),
      earlierReadAtMs: column(sample.monotonicMs - 9000),
      earlierAnonymousBytes: column(160 * 2 ** 20),
      earlierPrivateDirtyBytes: column(38 * 2 ** 20),
      reason: new Uint8Array(length).fill(MEMORY_KNOWN),
    },
  };
}

const session = new SimulatedSession(16);
const processes = machine();
// All beforehand: what the simulation leaves for the garbage collection is no cost of `advance`.
const samples = Array.from({ length: ROUNDS }, () => withMemory(session.step({ processes, onlineCpus: 16 })));
let state: CoreState = initialState(session.header);
const took: number[] = [];
let families = 0;
for (const sample of samples) {
  // CPU time of this process: what else runs on the machine does not count.
  const before = process.cpuUsage();
  const next = advance(state, sample);
  const { user, system } = process.cpuUsage(before);
  took.push((user + system) / 1000);
  state = next.state;
  families = next.frame.families.length;
}
const steady = took.slice(ROUNDS / 2).sort((a, b) => a - b);
const median = steady[Math.floor(steady.length / 2)] ?? Number.NaN;
const worst = steady.at(-1) ?? Number.NaN;
process.stdout.write(
  `${RUNTIMES} runtimes in ${families} families, ${RUNTIMES * 5} threads: core.advance takes ${median.toFixed(1)} ms (median), ${worst.toFixed(1)} ms at most; the goal is ${GOAL_MS} ms\n`,
);
process.exitCode = median <= GOAL_MS ? 0 : 1;

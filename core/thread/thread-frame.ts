import type { ThreadFrameColumns } from "../frame/frame.ts";
import type { WindowRuntime } from "../frame/window-rows.ts";
import { hasOldGil } from "../gil/python-version.ts";
import type { KnownDetails } from "../sample/known-details.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import type { AbsentReason } from "../sample/reading.ts";
import type { ThreadStack } from "../sample/thread-stack.ts";
import { FLAG_OBSERVATIONS, FLAG_UNSEEN } from "../verdict/thresholds.ts";
import { type PoolKind, poolsOf } from "./native-pool.ts";
import { threadName } from "./thread-name.ts";
import { THREAD_STATE_COUNT } from "./thread-state.ts";
import { STATE, type ThreadShares } from "./thread-states.ts";
import { isGilBound } from "./thread-sums.ts";
import type { ThreadWindow } from "./thread-window.ts";

/** Value of `ThreadFrameColumns.gilBound` for a thread about which it is not known. */
export const GIL_BOUND_UNKNOWN = 2;

/** Puts the threads of all runtimes into columns, those of one runtime together in the order of the sample. */
export function threadFrameColumns(
  runtimes: readonly WindowRuntime[],
  newer: RawSample,
  details: KnownDetails,
  window: ThreadWindow,
  cpuCores: Float32Array,
  shares: ThreadShares,
): { readonly threads: ThreadFrameColumns; readonly startOf: ReadonlyMap<number, number> } {
  let length = 0;
  for (const runtime of runtimes) length += runtime.threadEnd - runtime.threadStart;
  const whole = length === newer.threads.length;
  const names: string[] = new Array<string>(length);
  const reasons: (AbsentReason | null)[] = new Array<AbsentReason | null>(length).fill(null);
  const pools: (PoolKind | null)[] = new Array<PoolKind | null>(length).fill(null);
  const stacks: (ThreadStack | null)[] = new Array<ThreadStack | null>(length).fill(null);
  const stackOf = new Map((newer.stacks ?? []).map((stack) => [stack.threadRowId, stack]));
  const columns = {
    length,
    rowId: new Uint32Array(length),
    tid: new Int32Array(length),
    names,
    cpuCores: new Float32Array(length),
    switchesPerSecond: new Float32Array(length),
    // Where every thread belongs to a runtime the rows are the same.
    states: whole ? shares.states : new Float32Array(length * THREAD_STATE_COUNT),
    gilBound: new Uint8Array(length),
    gilBoundReason: reasons,
    observations: new Uint32Array(length),
    stacks,
    pools,
  };
  const startOf = new Map<number, number>();
  let at = 0;
  for (const runtime of runtimes) {
    const { threadStart, threadEnd } = runtime;
    startOf.set(runtime.rowId, at);
    if (!whole) {
      const states = shares.states.subarray(threadStart * THREAD_STATE_COUNT, threadEnd * THREAD_STATE_COUNT);
      columns.states.set(states, at * THREAD_STATE_COUNT);
    }
    const alone = threadEnd - threadStart === 1;
    if (!alone) poolColumn(pools, at, runtime, newer, details);
    // One by one: most runtimes have a handful of threads, for which views of the columns cost more than what is copied.
    for (let row = threadStart; row < threadEnd; row += 1, at += 1) {
      columns.rowId[at] = newer.threads.rowId[row] as number;
      columns.tid[at] = newer.threads.tid[row] as number;
      columns.cpuCores[at] = cpuCores[row] as number;
      columns.observations[at] = shares.observations[row] as number;
      const lived = window.livedSeconds[row] as number;
      columns.switchesPerSecond[at] = lived > 0 ? (window.timeslices[row] as number) / lived : Number.NaN;
      names[at] = threadName(details.threads.get(newer.threads.rowId[row] as number));
      const flag = flagOf(runtime, row, window, shares, alone);
      columns.gilBound[at] = flag === true ? 1 : flag === false ? 0 : GIL_BOUND_UNKNOWN;
      if (typeof flag === "string") reasons[at] = flag;
      if (stackOf.size > 0) stacks[at] = stackOf.get(columns.rowId[at] as number) ?? null;
    }
  }
  return { threads: columns, startOf };
}

/** Writes down which native pool each thread of a runtime belongs to. */
function poolColumn(
  pools: (PoolKind | null)[],
  start: number,
  runtime: WindowRuntime,
  newer: RawSample,
  details: KnownDetails,
): void {
  const known = [];
  for (let row = runtime.threadStart; row < runtime.threadEnd; row += 1) {
    known.push(details.threads.get(newer.threads.rowId[row] as number));
  }
  // Where the interpreter's list was read, every thread of it has a name.
  const listed = known.some((detail) => detail?.pythonName !== undefined);
  const found = poolsOf(
    known.map((detail, index) => ({
      tid: newer.threads.tid[runtime.threadStart + index] as number,
      comm: detail?.comm ?? "",
      isPython: listed ? detail?.pythonName !== undefined : null,
    })),
    newer.processes.pid[runtime.row] as number,
    runtime.python.nativeLibraries,
    newer.host.busySecondsByCpu.length,
  );
  found.forEach((kind, index) => {
    pools[start + index] = kind;
  });
}

/** Whether a thread waits for the GIL a quarter of the time it wants to run, or why that is not known. */
function flagOf(
  runtime: WindowRuntime,
  row: number,
  window: ThreadWindow,
  shares: ThreadShares,
  alone: boolean,
): boolean | AbsentReason {
  const runSeconds = window.runSeconds[row] as number;
  const lived = window.livedSeconds[row] as number;
  if (!(lived > 0)) return "not-yet";
  if (Number.isNaN(runSeconds)) return "unsupported";
  // Whoever waits for a GIL wakes at every switch interval, so a thread that did not move does not; and one alone has nobody to wait for.
  if (alone || (runSeconds === 0 && window.timeslices[row] === 0)) return false;
  const at = row * THREAD_STATE_COUNT;
  const { states } = shares;
  const run = Math.min(1, runSeconds / lived);
  const cpuWait = states[at + STATE.cpuWait] as number;
  const unseen = states[at + STATE.unknown] as number;
  const gilWait = states[at + STATE.gilWait] as number;
  if (unseen > FLAG_UNSEEN) {
    if (!isGilBound(run, cpuWait, gilWait + unseen)) return false;
    if (isGilBound(run, cpuWait + unseen, gilWait)) return true;
    if (!runtime.detail.probeRight.known) return runtime.detail.probeRight.reason;
    return hasOldGil(runtime.python) ? "unsupported" : "not-yet";
  }
  if ((shares.observations[row] as number) < FLAG_OBSERVATIONS && 1 - run > FLAG_UNSEEN) return "not-yet";
  return isGilBound(run, cpuWait, gilWait);
}

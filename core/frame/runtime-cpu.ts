import type { RawSample } from "../sample/raw-sample.ts";
import type { AbsentReason } from "../sample/reading.ts";
import { findRow } from "../sample/row-index.ts";
import type { ThreadWindow } from "../thread/thread-window.ts";
import { HALVES_SECONDS } from "../verdict/thresholds.ts";
import { firstSeenIn, type WindowRuntime } from "./window-rows.ts";

/** CPU of one runtime over the window, in cores; NaN where not known. */
export interface RuntimeCpu {
  readonly cpuCores: number;
  /** Cores of threads that ended inside the window. */
  readonly exitedCores: number;
  readonly threadsKnown: boolean;
  /** Why it is not known what threads used; null where it is. */
  readonly threadsReason: AbsentReason | null;
}

/** `/proc/PID/stat` shows user and system time in ticks of 10 ms each: the difference of two readings is up to this far off. */
const TICK_ERROR_SECONDS = 0.03;

/** Cores of each thread and of the runtime: the threads' exact times, and as the rest what threads that ended have used. */
export function runtimeCpu(
  runtime: WindowRuntime,
  newer: RawSample,
  window: ThreadWindow,
  threadCores: Float32Array,
): RuntimeCpu {
  const seconds = runtime.windowSeconds;
  const before =
    runtime.base === null
      ? runtime.bornInside
        ? 0
        : Number.NaN
      : (runtime.base.processes.cpuSeconds[runtime.baseRow] as number);
  const processCores =
    seconds > 0 ? Math.max(0, (newer.processes.cpuSeconds[runtime.row] as number) - before) / seconds : Number.NaN;
  let live = 0;
  let threadsKnown = runtime.threadEnd > runtime.threadStart && seconds > 0;
  for (let row = runtime.threadStart; row < runtime.threadEnd; row += 1) {
    const run = window.runSeconds[row] as number;
    if (Number.isNaN(run) || seconds <= 0) {
      threadsKnown = false;
      threadCores[row] = Number.NaN;
      continue;
    }
    const over = window.old[row] === 1 ? (window.livedSeconds[row] as number) : seconds;
    const cores = over > 0 ? run / over : 0;
    threadCores[row] = cores;
    live += threadCores[row] as number;
  }
  if (!threadsKnown) {
    // Counters that are there now were not there, or not read, when the window began.
    const counted = !Number.isNaN(newer.threads.runSeconds[runtime.threadStart] ?? Number.NaN);
    const threadsReason = runtime.threadEnd > runtime.threadStart && counted ? "not-yet" : "unsupported";
    return { cpuCores: processCores, exitedCores: Number.NaN, threadsKnown, threadsReason };
  }
  if (Number.isNaN(processCores)) return { cpuCores: live, exitedCores: 0, threadsKnown, threadsReason: null };
  const rest = processCores - live;
  const exitedCores = rest * seconds > TICK_ERROR_SECONDS ? rest : 0;
  return { cpuCores: live + exitedCores, exitedCores, threadsKnown, threadsReason: null };
}

/** CPU in the first and in the second half of the window; null when there is no sample between. */
export function halvesOf(
  runtime: WindowRuntime,
  window: readonly RawSample[],
  newer: RawSample,
): readonly [number, number] | null {
  const { base } = runtime;
  if (base === null || runtime.windowSeconds < HALVES_SECONDS) return null;
  const middleMs = (base.monotonicMs + newer.monotonicMs) / 2;
  let middle: RawSample | null = null;
  for (const sample of window) {
    if (sample.monotonicMs <= base.monotonicMs) continue;
    const nearer = middle === null || Math.abs(sample.monotonicMs - middleMs) < Math.abs(middle.monotonicMs - middleMs);
    if (nearer) middle = sample;
  }
  if (middle === null) return null;
  const row = findRow(middle.processes.rowId, runtime.rowId, 0, middle.processes.length);
  if (row < 0) return null;
  const first = cores(middle, row, base, runtime.baseRow);
  const second = cores(newer, runtime.row, middle, row);
  return Number.isFinite(first) && Number.isFinite(second) ? [first, second] : null;
}

/** Cores used since the first sample that knows a runtime that began inside the window; null for others, and where that is the newest. */
export function coresSinceSeen(runtime: WindowRuntime, window: readonly RawSample[], newer: RawSample): number | null {
  if (!runtime.bornInside) return null;
  const sample = firstSeenIn(runtime, window);
  if (sample === null) return null;
  const row = findRow(sample.processes.rowId, runtime.rowId, 0, sample.processes.length);
  const since = cores(newer, runtime.row, sample, row);
  return Number.isFinite(since) ? since : null;
}

function cores(newer: RawSample, newRow: number, older: RawSample, oldRow: number): number {
  const used = (newer.processes.cpuSeconds[newRow] as number) - (older.processes.cpuSeconds[oldRow] as number);
  const elapsed = (newer.processes.readAtMs[newRow] as number) - (older.processes.readAtMs[oldRow] as number);
  return elapsed > 0 ? Math.max(0, used) / (elapsed / 1000) : Number.NaN;
}

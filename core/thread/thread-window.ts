import type { WindowRuntime } from "../frame/window-rows.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { findRow, lowerBound } from "../sample/row-index.ts";

/** Differences of the threads' counters over the window, aligned with the rows of the newer sample. NaN where not known. */
export interface ThreadWindow {
  readonly runSeconds: Float64Array;
  readonly cpuWaitSeconds: Float64Array;
  readonly timeslices: Float64Array;
  /** Times per second the thread was put on a CPU in the later half of the window; NaN where there is nothing to compare with. */
  readonly lateSlicesPerSecond: Float64Array;
  /** Seconds of the window in which the thread lived; 0 when it has nothing to compare with. */
  readonly livedSeconds: Float64Array;
  /** 1: it was there when the window began. */
  readonly old: Uint8Array;
}

/** Compares every thread of the runtimes with its baseline. Counters that went backwards count as not moved. */
export function threadWindow(
  runtimes: readonly WindowRuntime[],
  window: readonly RawSample[],
  newer: RawSample,
): ThreadWindow {
  const { threads } = newer;
  const length = threads.length;
  const result: ThreadWindow = {
    runSeconds: new Float64Array(length).fill(Number.NaN),
    cpuWaitSeconds: new Float64Array(length).fill(Number.NaN),
    timeslices: new Float64Array(length).fill(Number.NaN),
    lateSlicesPerSecond: new Float64Array(length).fill(Number.NaN),
    livedSeconds: new Float64Array(length),
    old: new Uint8Array(length),
  };
  const later = laterHalf(window, newer);
  for (const runtime of runtimes) {
    compareLate(runtime, later, newer, result.lateSlicesPerSecond);
    const base = runtime.base?.threads;
    let baseRow = runtime.baseThreadStart;
    const baseKnown = base !== undefined && runtime.baseThreadEnd > runtime.baseThreadStart;
    if (!baseKnown && !runtime.bornInside) continue;
    for (let row = runtime.threadStart; row < runtime.threadEnd; row += 1) {
      const rowId = threads.rowId[row] as number;
      const run = threads.runSeconds[row] as number;
      const wait = threads.cpuWaitSeconds[row] as number;
      const slices = threads.timeslices[row] as number;
      if (base !== undefined) {
        while (baseRow < runtime.baseThreadEnd && (base.rowId[baseRow] as number) < rowId) baseRow += 1;
      }
      if (base !== undefined && baseRow < runtime.baseThreadEnd && base.rowId[baseRow] === rowId) {
        result.runSeconds[row] = Math.max(0, run - (base.runSeconds[baseRow] as number));
        result.cpuWaitSeconds[row] = Math.max(0, wait - (base.cpuWaitSeconds[baseRow] as number));
        result.timeslices[row] = Math.max(0, slices - (base.timeslices[baseRow] as number));
        const lived = ((threads.readAtMs[row] as number) - (base.readAtMs[baseRow] as number)) / 1000;
        result.livedSeconds[row] = lived > 0 ? lived : runtime.windowSeconds;
        result.old[row] = 1;
      } else {
        result.runSeconds[row] = run;
        result.cpuWaitSeconds[row] = wait;
        result.timeslices[row] = slices;
        const busy = (run || 0) + (wait || 0);
        const bound = Math.max(runtime.windowSeconds, busy);
        result.livedSeconds[row] = Math.max(busy, Math.min(bound, livedSince(runtime, rowId, window, newer)));
      }
    }
  }
  return result;
}

/** The samples between the ends of the window from the one nearest to its middle on. */
function laterHalf(window: readonly RawSample[], newer: RawSample): readonly RawSample[] {
  const between = window.slice(1);
  const middleMs = ((window[0]?.monotonicMs ?? newer.monotonicMs) + newer.monotonicMs) / 2;
  const away = between.map(({ monotonicMs }) => Math.abs(monotonicMs - middleMs));
  return between.slice(away.indexOf(Math.min(...away)));
}

/** Compares a runtime's threads with the first of the samples that knows it. */
function compareLate(
  runtime: WindowRuntime,
  samples: readonly RawSample[],
  newer: RawSample,
  into: Float64Array,
): void {
  const firstRow = (sample: RawSample): number => lowerBound(sample.threads.processRowId, runtime.rowId);
  const middle = samples.find((sample) => sample.threads.processRowId[firstRow(sample)] === runtime.rowId);
  if (middle === undefined) return;
  const { threads } = middle;
  let middleRow = firstRow(middle);
  for (let row = runtime.threadStart; row < runtime.threadEnd; row += 1) {
    const rowId = newer.threads.rowId[row] as number;
    while (threads.processRowId[middleRow] === runtime.rowId && (threads.rowId[middleRow] as number) < rowId)
      middleRow += 1;
    if (threads.processRowId[middleRow] !== runtime.rowId || threads.rowId[middleRow] !== rowId) continue;
    const slices = (newer.threads.timeslices[row] as number) - (threads.timeslices[middleRow] as number);
    const seconds = ((newer.threads.readAtMs[row] as number) - (threads.readAtMs[middleRow] as number)) / 1000;
    into[row] = seconds > 0 ? Math.max(0, slices) / seconds : slices === 0 ? 0 : Number.NaN;
  }
}

/** A thread that began inside the window began, on average, half-way between the last sample without it and the first with it. */
function livedSince(runtime: WindowRuntime, rowId: number, window: readonly RawSample[], newer: RawSample): number {
  let withoutMs = window[0]?.monotonicMs ?? newer.monotonicMs;
  let withMs = newer.monotonicMs;
  for (let index = 1; index < window.length; index += 1) {
    const sample = window[index] as RawSample;
    const { rowId: rowIds, processRowId } = sample.threads;
    const start = lowerBound(processRowId, runtime.rowId);
    let end = start;
    while (end < processRowId.length && processRowId[end] === runtime.rowId) end += 1;
    if (findRow(rowIds, rowId, start, end) >= 0) {
      withMs = sample.monotonicMs;
      break;
    }
    withoutMs = sample.monotonicMs;
  }
  return (newer.monotonicMs - (withMs + withoutMs) / 2) / 1000;
}

import type { KnownDetails } from "../sample/known-details.ts";
import type { HostFacts, ProcessDetail, PythonFacts, RawSample } from "../sample/raw-sample.ts";
import type { AbsentReason } from "../sample/reading.ts";
import { findRow, lowerBound } from "../sample/row-index.ts";

/** One runtime in the newer sample and what it is compared with. */
export interface WindowRuntime {
  readonly rowId: number;
  readonly row: number;
  readonly detail: ProcessDetail;
  readonly python: PythonFacts;
  /** Threads in the newer sample: `[threadStart, threadEnd)`. */
  readonly threadStart: number;
  readonly threadEnd: number;
  /** The sample it is compared with; null: with nothing, because it began inside the window (`bornInside`) or was not seen before. */
  readonly base: RawSample | null;
  readonly baseRow: number;
  readonly baseThreadStart: number;
  readonly baseThreadEnd: number;
  /** Began after the oldest sample: counters from zero are the difference. */
  readonly bornInside: boolean;
  /** Seconds its figures cover; 0 when there is nothing to compare with. */
  readonly windowSeconds: number;
  readonly startedWallMs: number;
}

/** When a process began, epoch milliseconds. */
export function startedWallMs(host: HostFacts, startTicks: number): number {
  return host.bootWallMs + (startTicks / host.clockTicksPerSecond) * 1000;
}

/**
 * Finds for each runtime of the newest sample the oldest sample of the window that knows it and its threads.
 * @param window samples from the oldest on, without the newest; may be empty
 */
export function windowRuntimes(
  host: HostFacts,
  details: KnownDetails,
  window: readonly RawSample[],
  newer: RawSample,
): readonly WindowRuntime[] {
  const { processes, threads } = newer;
  const oldest = window[0];
  const found: WindowRuntime[] = [];
  let threadRow = 0;
  let oldestRow = 0;
  let oldestThreadRow = 0;
  for (let row = 0; row < processes.length; row += 1) {
    const rowId = processes.rowId[row] as number;
    while (threadRow < threads.length && (threads.processRowId[threadRow] as number) < rowId) threadRow += 1;
    const threadStart = threadRow;
    while (threadRow < threads.length && threads.processRowId[threadRow] === rowId) threadRow += 1;
    const detail = details.processes.get(rowId);
    const python = detail?.python;
    if (detail === undefined || python === undefined || python === null) continue;
    const started = startedWallMs(host, processes.startTicks[row] as number);
    let baseline = NO_BASELINE;
    if (oldest !== undefined) {
      const before = oldest.processes;
      while (oldestRow < before.length && (before.rowId[oldestRow] as number) < rowId) oldestRow += 1;
      const owners = oldest.threads.processRowId;
      while (oldestThreadRow < owners.length && (owners[oldestThreadRow] as number) < rowId) oldestThreadRow += 1;
      baseline = {
        base: before.rowId[oldestRow] === rowId && oldestRow < before.length ? oldest : null,
        baseRow: oldestRow,
        baseThreadStart: oldestThreadRow,
        baseThreadEnd: endOfOwner(oldest, oldestThreadRow, rowId),
      };
    }
    const hasThreads = threadRow > threadStart;
    const bornInside = baseline.base === null && oldest !== undefined && started >= oldest.wallMs - BIRTH_SLACK_MS;
    const threadsMissing = hasThreads && baseline.baseThreadEnd === baseline.baseThreadStart;
    if (!bornInside && (baseline.base === null || threadsMissing)) {
      baseline = laterBaseline(window, rowId, hasThreads) ?? (baseline.base === null ? NO_BASELINE : baseline);
    }
    const age = (newer.wallMs - started) / 1000;
    const whole = oldest === undefined ? 0 : (newer.monotonicMs - oldest.monotonicMs) / 1000;
    found.push({
      rowId,
      row,
      detail,
      python,
      threadStart,
      threadEnd: threadRow,
      base: baseline.base,
      baseRow: baseline.baseRow,
      baseThreadStart: baseline.baseThreadStart,
      baseThreadEnd: baseline.baseThreadEnd,
      bornInside,
      windowSeconds: bornInside
        ? Math.min(whole, Math.max(0.01, age))
        : baseline.base === null
          ? 0
          : (elapsedSeconds(newer.processes.readAtMs[row], baseline.base.processes.readAtMs[baseline.baseRow]) ??
            (newer.monotonicMs - baseline.base.monotonicMs) / 1000),
      startedWallMs: started,
    });
  }
  return found;
}

/** Boot time is known to about a tick and the wall clock is adjusted now and then. */
const BIRTH_SLACK_MS = 100;

type Baseline = Pick<WindowRuntime, "base" | "baseRow" | "baseThreadStart" | "baseThreadEnd">;

const NO_BASELINE: Baseline = { base: null, baseRow: -1, baseThreadStart: 0, baseThreadEnd: 0 };

function endOfOwner(sample: RawSample, start: number, rowId: number): number {
  let end = start;
  while (end < sample.threads.length && sample.threads.processRowId[end] === rowId) end += 1;
  return end;
}

/** A runtime recognised late has threads only in later samples of the window. */
function laterBaseline(window: readonly RawSample[], rowId: number, wantsThreads: boolean): Baseline | null {
  for (let index = 1; index < window.length; index += 1) {
    const sample = window[index] as RawSample;
    const baseRow = lowerBound(sample.processes.rowId, rowId);
    if (sample.processes.rowId[baseRow] !== rowId) continue;
    const baseThreadStart = lowerBound(sample.threads.processRowId, rowId);
    const baseThreadEnd = endOfOwner(sample, baseThreadStart, rowId);
    if (wantsThreads && baseThreadEnd === baseThreadStart) continue;
    return { base: sample, baseRow, baseThreadStart, baseThreadEnd };
  }
  return null;
}

/** Null for a row that was not read again: its values stood still all the time. */
function elapsedSeconds(newerMs: number | undefined, olderMs: number | undefined): number | null {
  const elapsed = ((newerMs ?? Number.NaN) - (olderMs ?? Number.NaN)) / 1000;
  return elapsed > 0 ? elapsed : null;
}

/** The first sample of the window that knows a runtime; null where the newest is the first. */
export function firstSeenIn(runtime: WindowRuntime, window: readonly RawSample[]): RawSample | null {
  const knows = ({ processes }: RawSample): boolean =>
    findRow(processes.rowId, runtime.rowId, 0, processes.length) >= 0;
  return window.find(knows) ?? null;
}

/** Why a runtime has no rates. */
export function noRateReason(runtime: WindowRuntime): AbsentReason {
  return runtime.windowSeconds > 0 ? "unsupported" : "not-yet";
}

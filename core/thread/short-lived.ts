import type { WindowRuntime } from "../frame/window-rows.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { lowerBound } from "../sample/row-index.ts";

/** Threads of one runtime that began inside the window, as the moments of its samples show them. */
export interface ShortLived {
  /** Moments at which they were counted. */
  readonly moments: number;
  /** Mean and largest number of them alive at such a moment. */
  readonly meanAlive: number;
  readonly mostAlive: number;
  /** Seconds on a CPU, and runnable without one, as far as the samples saw them. */
  readonly runSeconds: number;
  readonly cpuWaitSeconds: number;
  /** CPU seconds of those that are alive still. */
  readonly aliveRunSeconds: number;
}

/**
 * Counts the threads that began after the first sample that knows the runtime: row ids grow, so theirs are larger than any in it.
 * @param window samples of the window from the oldest on, without the newest
 */
export function shortLived(runtime: WindowRuntime, window: readonly RawSample[], newer: RawSample): ShortLived {
  let oldestRows = 0;
  let moments = 0;
  let aliveSum = 0;
  let mostAlive = 0;
  let aliveRunSeconds = 0;
  const lastSeen = new Map<number, { readonly run: number; readonly wait: number }>();
  for (const { threads } of [...window, newer]) {
    const start = lowerBound(threads.processRowId, runtime.rowId);
    if (threads.processRowId[start] !== runtime.rowId) continue;
    const known = oldestRows > 0;
    let alive = 0;
    aliveRunSeconds = 0;
    for (let row = start; row < threads.length && threads.processRowId[row] === runtime.rowId; row += 1) {
      const rowId = threads.rowId[row] as number;
      if (!known) oldestRows = Math.max(oldestRows, rowId);
      if (!known || rowId <= oldestRows) continue;
      const run = threads.runSeconds[row] || 0;
      alive += 1;
      aliveRunSeconds += run;
      lastSeen.set(rowId, { run, wait: threads.cpuWaitSeconds[row] || 0 });
    }
    if (!known) continue;
    moments += 1;
    aliveSum += alive;
    mostAlive = Math.max(mostAlive, alive);
  }
  let runSeconds = 0;
  let cpuWaitSeconds = 0;
  for (const { run, wait } of lastSeen.values()) {
    runSeconds += run;
    cpuWaitSeconds += wait;
  }
  const meanAlive = moments === 0 ? 0 : aliveSum / moments;
  return { moments, meanAlive, mostAlive, runSeconds, cpuWaitSeconds, aliveRunSeconds };
}

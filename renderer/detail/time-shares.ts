import type { ThreadFrameColumns } from "../../core/frame.ts";
import { THREAD_STATE_COUNT, THREAD_STATES, type ThreadState } from "../../core/thread-state.ts";

/** One state summed over all threads: thread-seconds per second. */
export interface TimeShare {
  readonly state: ThreadState;
  readonly threadSeconds: number;
}

const LEAST_SHOWN = 0.005;

/** Where the time of all threads together goes, in the order of `THREAD_STATES`; states that don't matter are left out. */
export function timeShares(threads: ThreadFrameColumns): readonly TimeShare[] {
  const sums = new Float64Array(THREAD_STATE_COUNT);
  for (let row = 0; row < threads.length; row += 1) {
    for (let state = 0; state < THREAD_STATE_COUNT; state += 1) {
      const share = threads.states[row * THREAD_STATE_COUNT + state] ?? 0;
      if (Number.isFinite(share)) sums[state] = (sums[state] ?? 0) + share;
    }
  }
  return THREAD_STATES.map((state, index) => ({ state, threadSeconds: sums[index] ?? 0 })).filter(
    (share) => share.threadSeconds >= LEAST_SHOWN,
  );
}

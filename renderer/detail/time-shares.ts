import type { ThreadFrameColumns } from "../../core/frame/frame.ts";
import { THREAD_STATE_COUNT, THREAD_STATES, type ThreadState } from "../../core/thread/thread-state.ts";

/** One state summed over all threads: thread-seconds per second. `rest` stands for the small ones together. */
export interface TimeShare {
  readonly state: ThreadState | "rest";
  readonly threadSeconds: number;
}

/** Share of all time from which a state gets a line of its own. */
const LEAST_SHARE = 0.015;
const LEAST_THREAD_SECONDS = 0.005;

/** Where the time of all threads together goes, in the order of `THREAD_STATES`; small states are taken together. */
export function timeShares(threads: ThreadFrameColumns): readonly TimeShare[] {
  const sums = stateSums(threads);
  const total = sums.reduce((sum, seconds) => sum + seconds, 0);
  const least = Math.max(LEAST_THREAD_SECONDS, total * LEAST_SHARE);
  const shares: TimeShare[] = [];
  let rest = 0;
  THREAD_STATES.forEach((state, index) => {
    const threadSeconds = sums[index] ?? 0;
    if (threadSeconds >= least) shares.push({ state, threadSeconds });
    else rest += threadSeconds;
  });
  return rest >= LEAST_THREAD_SECONDS ? [...shares, { state: "rest", threadSeconds: rest }] : shares;
}

/** Every state that some thread is in, for the legend. */
export function statesSeen(threads: ThreadFrameColumns): readonly ThreadState[] {
  const sums = stateSums(threads);
  return THREAD_STATES.filter((_, index) => (sums[index] ?? 0) >= LEAST_THREAD_SECONDS);
}

function stateSums(threads: ThreadFrameColumns): Float64Array {
  const sums = new Float64Array(THREAD_STATE_COUNT);
  for (let row = 0; row < threads.length; row += 1) {
    for (let state = 0; state < THREAD_STATE_COUNT; state += 1) {
      const share = threads.states[row * THREAD_STATE_COUNT + state] ?? 0;
      if (Number.isFinite(share)) sums[state] = (sums[state] ?? 0) + share;
    }
  }
  return sums;
}

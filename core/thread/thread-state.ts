/**
 * Where a thread's second goes. The shares of one thread sum to 1.
 *
 * - `gilRun`: on a CPU holding the GIL
 * - `nativeRun`: on a CPU without it
 * - `run`: on a CPU; whether with the GIL was not read
 * - `gilWait`: waiting for the GIL
 * - `gilHeldBlocked`: holding the GIL off the CPU, in a blocking call
 * - `cpuWait`: runnable without a CPU
 * - `threadWait`: waiting for another thread: lock, queue, condition
 * - `ioWait`: socket, pipe, disk, poll
 * - `sleep`: timers
 * - `stopped`: stopped by a signal or a tracer
 * - `unknown`: not known, for a reason that stands beside it
 */
export const THREAD_STATES = [
  "gilRun",
  "nativeRun",
  "run",
  "gilWait",
  "gilHeldBlocked",
  "cpuWait",
  "threadWait",
  "ioWait",
  "sleep",
  "stopped",
  "unknown",
] as const;

/** One of the places a thread's second goes to. */
export type ThreadState = (typeof THREAD_STATES)[number];

/** Number of states: width of a row in `ThreadFrameColumns.states`. */
export const THREAD_STATE_COUNT = THREAD_STATES.length;

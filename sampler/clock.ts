import type { Clock } from "./provider.ts";

/**
 * The machine's clocks. Monotonic time is the same in every thread of the program: `performance.now()` counts from the start
 * of each worker, so it is shifted to the clock that `process.hrtime` reads.
 */
export function systemClock(): Clock {
  const [seconds, nanoseconds] = process.hrtime();
  const shift = seconds * 1000 + nanoseconds / 1e6 - performance.now();
  return {
    monotonicMs: () => performance.now() + shift,
    wallMs: () => Date.now(),
  };
}

import type { Clock } from "./provider.ts";

/**
 * The machine's clocks. Monotonic time is the same in every thread of the program: `performance.now()` counts from the start
 * of each worker, so it is shifted to the clock that `process.hrtime` reads. In whole microseconds: what lies below is noise of
 * the sum, which recordings would have to write out.
 */
export function systemClock(): Clock {
  const [seconds, nanoseconds] = process.hrtime();
  const shift = seconds * 1000 + nanoseconds / 1e6 - performance.now();
  return {
    monotonicMs: () => Math.round((performance.now() + shift) * 1000) / 1000,
    wallMs: () => Date.now(),
  };
}

import { LATENESS_BOUNDS_MS, type RuntimeProbe } from "../sample/raw-sample.ts";

/** How well a runtime was sampled over the window. */
export interface ProbeQuality {
  readonly passes: number;
  /** Passes made per second; the rate in force is `RuntimeFrame.probeRateHz`. */
  readonly passesPerSecond: number;
  /** Share of the passes that came more than a millisecond late; null before the first. */
  readonly lateRatio: number | null;
  /** Half of the passes came later than this at most, milliseconds: the upper bound of the histogram's bucket. Null before the first, and above its last bound. */
  readonly medianLatenessMs: number | null;
}

const LATE_MS = 1;
const FIRST_LATE = LATENESS_BOUNDS_MS.indexOf(LATE_MS) + 1;

/** Compares the probe's counters with those at the beginning of the window; null where the runtime was not probed in it. */
export function probeQuality(
  newer: RuntimeProbe | null,
  older: RuntimeProbe | null,
  windowSeconds: number,
): ProbeQuality | null {
  if (newer === null || !(windowSeconds > 0)) return null;
  // A probe that attached anew begins to count anew.
  const base = older !== null && older.passes <= newer.passes ? older : null;
  const inBucket = (bucket: number): number =>
    Math.max(0, (newer.lateness[bucket] as number) - (base?.lateness[bucket] ?? 0));
  let passes = 0;
  let late = 0;
  for (let bucket = 0; bucket < newer.lateness.length; bucket += 1) {
    passes += inBucket(bucket);
    if (bucket >= FIRST_LATE) late += inBucket(bucket);
  }
  if (passes === 0) return { passes, passesPerSecond: 0, lateRatio: null, medianLatenessMs: null };
  let median = 0;
  for (let below = inBucket(0); below * 2 < passes; below += inBucket(median)) median += 1;
  return {
    passes,
    passesPerSecond: passes / windowSeconds,
    lateRatio: late / passes,
    medianLatenessMs: LATENESS_BOUNDS_MS[median] ?? null,
  };
}

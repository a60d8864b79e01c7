import type { HistoryEntry } from "./entry.ts";
import type { TimeEvent } from "./events.ts";

/** The machine over all the time that is held; all arrays have the length of `wallMs`. */
export interface TimeLine {
  /** First and last moment held, epoch milliseconds. */
  readonly firstWallMs: number;
  readonly lastWallMs: number;
  readonly onlineCpus: number;
  /** End of each step; it begins where the one before ends, the first at `firstWallMs`. */
  readonly wallMs: Float64Array;
  /** Cores busy in the step. */
  readonly busyCores: Float32Array;
  /** Cores lost to the GIL at the end of the step; NaN where not known. */
  readonly lostCores: Float32Array;
  /** What happened, oldest first. */
  readonly events: readonly TimeEvent[];
}

/** At most about `points` entries, evenly, the first and the last among them. */
export function spread<One>(entries: readonly One[], points: number): readonly One[] {
  const last = entries.length - 1;
  if (last < points) return entries;
  return Array.from({ length: points + 1 }, (_, index) => entries[Math.round((index * last) / points)]!);
}

/** The machine over the entries given; null when there are none. */
export function timeLineOf(
  entries: readonly HistoryEntry[],
  onlineCpus: number,
  events: readonly TimeEvent[],
): TimeLine | null {
  const first = entries[0];
  const last = entries[entries.length - 1];
  if (first === undefined || last === undefined) return null;
  const later = entries.slice(1);
  return {
    firstWallMs: first.sample.wallMs,
    lastWallMs: last.sample.wallMs,
    onlineCpus,
    wallMs: Float64Array.from(later, ({ sample }) => sample.wallMs),
    busyCores: Float32Array.from(later, ({ sample }, index) => {
      const before = entries[index]!.sample;
      const seconds = (sample.monotonicMs - before.monotonicMs) / 1000;
      return seconds > 0 ? Math.max(0, sample.host.busySeconds - before.host.busySeconds) / seconds : Number.NaN;
    }),
    lostCores: Float32Array.from(later, ({ digest }) => digest?.lostCores ?? Number.NaN),
    events,
  };
}

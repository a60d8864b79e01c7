import type { Lanes } from "../../core/lanes/lanes.ts";

/** Who has the GIL from a moment on. */
export type Change = readonly [atMs: number, rowId: number];
/** What a thread is seen doing from a moment on: index into `LANE_STATES`. */
export type Look = readonly [atMs: number, rowId: number, state: number];

/** Lanes of three threads, rows 10 to 12, as the host answers them. */
export function lanesAnswer(
  fromMs: number,
  toMs: number,
  changes: readonly Change[],
  looks: readonly Look[],
  gaps: readonly Change[] = [],
): Lanes {
  return {
    processRowId: 1,
    fromMs,
    toMs,
    wallOffsetMs: 0,
    rateHz: 900,
    passes: 900,
    samplesLost: 9,
    threads: { length: 3, rowId: Uint32Array.of(10, 11, 12), tid: Int32Array.of(100, 110, 120) },
    changes: {
      length: changes.length,
      atMs: Float64Array.from(changes, ([at]) => at),
      threadRowId: Uint32Array.from(changes, ([, rowId]) => rowId),
      interpreterId: new Int32Array(changes.length),
    },
    looks: {
      length: looks.length,
      atMs: Float64Array.from(looks, ([at]) => at),
      threadRowId: Uint32Array.from(looks, ([, rowId]) => rowId),
      state: Uint8Array.from(looks, ([, , state]) => state),
    },
    gaps: {
      length: gaps.length,
      fromMs: Float64Array.from(gaps, ([from]) => from),
      toMs: Float64Array.from(gaps, ([, to]) => to),
    },
  };
}

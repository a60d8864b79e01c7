import { OBSERVATION_KINDS, type ObservationKind } from "../probe/observation-kind.ts";

/**
 * What one runtime's threads did over a short time, read up to about a thousand times a second while somebody looks. Times are
 * monotonic milliseconds. Rows ascend in time. A row holds until the next one of the same GIL or thread, and not beyond a gap.
 */
export interface Lanes {
  readonly processRowId: number;
  /** What is covered: from the moment asked for, or later where nothing older is kept, up to the last pass. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Added to a monotonic time it gives epoch milliseconds. */
  readonly wallOffsetMs: number;
  /** Passes made in the last second; 0 before the first second. */
  readonly rateHz: number;
  /** Passes since the lanes were opened, and those of them that came more than 2 ms late. */
  readonly passes: number;
  readonly samplesLost: number;
  /** The threads that were looked at. */
  readonly threads: {
    readonly length: number;
    readonly rowId: Uint32Array;
    readonly tid: Int32Array;
  };
  /** Who has a GIL from then on. */
  readonly changes: {
    readonly length: number;
    readonly atMs: Float64Array;
    /** 0: nobody. `UNKNOWN_HOLDER`: somebody who could not be named. */
    readonly threadRowId: Uint32Array;
    readonly interpreterId: Int32Array;
  };
  /** What a thread does from then on, where it differs from what it was seen doing before. */
  readonly looks: {
    readonly length: number;
    readonly atMs: Float64Array;
    readonly threadRowId: Uint32Array;
    /** Index into `LANE_STATES`. */
    readonly state: Uint8Array;
  };
  /** Stretches longer than 20 ms without any pass: nothing is known of them. */
  readonly gaps: {
    readonly length: number;
    readonly fromMs: Float64Array;
    readonly toMs: Float64Array;
  };
}

/** A holder that could not be named, in `Lanes.changes.threadRowId`. */
export const UNKNOWN_HOLDER = 0xffff_ffff;

/** What a thread can be seen doing, by the numbers in `Lanes.looks.state`. */
export const LANE_STATES: readonly ObservationKind[] = OBSERVATION_KINDS;

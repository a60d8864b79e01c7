import type { Frame } from "../frame/frame.ts";
import type { RawSample } from "../sample/raw-sample.ts";

/** Frames worked out at most for the runtimes that ended inside one range: each costs as much as the range itself. */
export const MOST_ENDINGS = 40;

/** Runtimes that ended inside a range and were last seen in one sample: a frame over the part of the range that they lived. */
export interface Ending {
  readonly frame: Frame;
  readonly rowIds: ReadonlySet<number>;
}

/** All that ended inside a range, the last ones first. */
export interface Endings {
  readonly endings: readonly Ending[];
  /** Runtimes that ended before these and have no frame. */
  readonly leftOut: number;
}

/** Nothing ended. */
export const NO_ENDINGS: Endings = { endings: [], leftOut: 0 };

/** Where in some samples runtimes were seen for the last time, those of the newest sample left out; the last ones first. */
export function lastSights(
  samples: readonly RawSample[],
  isRuntime: (rowId: number) => boolean,
): readonly { readonly index: number; readonly rowIds: ReadonlySet<number> }[] {
  const seen = new Set(samples.at(-1)?.processes.rowId);
  const sights: { index: number; rowIds: Set<number> }[] = [];
  for (let index = samples.length - 2; index >= 0; index -= 1) {
    const rowIds = new Set<number>();
    for (const rowId of samples[index]!.processes.rowId) {
      if (seen.has(rowId)) continue;
      seen.add(rowId);
      if (isRuntime(rowId)) rowIds.add(rowId);
    }
    if (rowIds.size > 0) sights.push({ index, rowIds });
  }
  return sights;
}

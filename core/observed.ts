import { OBSERVATION_KINDS, observationKinds } from "./observation-kind.ts";
import type { RawSample } from "./raw-sample.ts";
import { RowIndex } from "./row-index.ts";
import type { WindowRuntime } from "./window-rows.ts";

/** Number of meanings: width of a row of counts. */
export const KIND_COUNT = OBSERVATION_KINDS.length;

/** What the probe saw each thread doing, by meaning; `KIND_COUNT` numbers per row of the newer sample. */
export interface Observed {
  /** Since the window began. */
  readonly inWindow: Float64Array;
  /** Since the probe attached. */
  readonly everSeen: Float64Array;
  readonly indexOf: RowIndex;
}

/** Sums up the probe's counts by meaning. Counts that went backwards, as after a new attach, count as nothing new. */
export function observed(runtimes: readonly WindowRuntime[], newer: RawSample, architecture: string): Observed {
  const { threads, probeCounts } = newer;
  const indexOf = new RowIndex(threads.length);
  for (let row = 0; row < threads.length; row += 1) indexOf.set(threads.rowId[row] as number, row);
  const everSeen = new Float64Array(threads.length * KIND_COUNT);
  if (probeCounts.length === 0) return { inWindow: everSeen, everSeen, indexOf };

  // One table for both samples: what neighbours the GIL must not change its meaning inside the window.
  const kinds = observationKinds(newer.observations, architecture);
  add(newer, everSeen, indexOf, kinds, null, null);

  const baseOf = new Int32Array(threads.length).fill(-1);
  const bases: RawSample[] = [];
  for (const runtime of runtimes) {
    if (runtime.base === null) continue;
    let base = bases.indexOf(runtime.base);
    if (base < 0) base = bases.push(runtime.base) - 1;
    baseOf.fill(base, runtime.threadStart, runtime.threadEnd);
  }
  const before = new Float64Array(threads.length * KIND_COUNT);
  bases.forEach((base, index) => {
    add(base, before, indexOf, kinds, baseOf, index);
  });
  const inWindow = new Float64Array(everSeen.length);
  for (let cell = 0; cell < inWindow.length; cell += 1) {
    inWindow[cell] = Math.max(0, (everSeen[cell] as number) - (before[cell] as number));
  }
  return { inWindow, everSeen, indexOf };
}

function add(
  sample: RawSample,
  into: Float64Array,
  indexOf: RowIndex,
  kinds: Uint8Array,
  baseOf: Int32Array | null,
  base: number | null,
): void {
  const { threadRowId, observationId, count, length } = sample.probeCounts;
  for (let index = 0; index < length; index += 1) {
    const row = indexOf.get(threadRowId[index] as number);
    if (row < 0 || (baseOf !== null && baseOf[row] !== base)) continue;
    const kind = kinds[observationId[index] as number];
    if (kind === undefined) continue;
    const cell = row * KIND_COUNT + kind;
    into[cell] = (into[cell] as number) + (count[index] as number);
  }
}

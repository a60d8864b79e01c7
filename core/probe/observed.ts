import type { WindowRuntime } from "../frame/window-rows.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { RowIndex } from "../sample/row-index.ts";
import { OBSERVATION_KINDS, observationKinds } from "./observation-kind.ts";

/** Number of meanings: width of a row of counts. */
export const KIND_COUNT = OBSERVATION_KINDS.length;

/** What the probe saw threads doing, by meaning; only threads that were ever looked at have counts. */
export interface Observed {
  /** Position of the counts of each row of the newer sample; -1 for a thread that was never looked at. */
  readonly slotOf: Int32Array;
  /** Since the window began, `KIND_COUNT` numbers per slot. */
  readonly inWindow: Float32Array | Float64Array;
  /** Since the probe attached, `KIND_COUNT` numbers per slot. */
  readonly everSeen: Float32Array | Float64Array;
}

/** Sums up the probe's counts by meaning. Counts that went backwards, as after a new attach, count as nothing new. */
export function observed(runtimes: readonly WindowRuntime[], newer: RawSample, architecture: string): Observed {
  const { threads, probeCounts } = newer;
  const slotOf = new Int32Array(threads.length).fill(-1);
  if (probeCounts.length === 0) return { slotOf, inWindow: new Float64Array(0), everSeen: new Float32Array(0) };

  const rowIndex = new RowIndex(threads.length);
  for (let row = 0; row < threads.length; row += 1) rowIndex.set(threads.rowId[row] as number, row);
  let slots = 0;
  for (let index = 0; index < probeCounts.length; index += 1) {
    const row = rowIndex.get(probeCounts.threadRowId[index] as number);
    if (row >= 0 && (slotOf[row] as number) < 0) slotOf[row] = slots++;
  }
  // One table for both samples: what neighbours the GIL must not change its meaning inside the window.
  const kinds = observationKinds(newer.observations, architecture);
  const inWindow = new Float64Array(slots * KIND_COUNT);
  add(newer, 1, inWindow, rowIndex, slotOf, kinds, null, -1);
  const everSeen = Float32Array.from(inWindow);

  const baseOf = new Int32Array(threads.length).fill(-1);
  const bases: RawSample[] = [];
  for (const runtime of runtimes) {
    if (runtime.base === null) continue;
    let base = bases.indexOf(runtime.base);
    if (base < 0) base = bases.push(runtime.base) - 1;
    baseOf.fill(base, runtime.threadStart, runtime.threadEnd);
  }
  bases.forEach((base, index) => {
    add(base, -1, inWindow, rowIndex, slotOf, kinds, baseOf, index);
  });
  for (let cell = 0; cell < inWindow.length; cell += 1) {
    if ((inWindow[cell] as number) < 0) inWindow[cell] = 0;
  }
  return { slotOf, inWindow, everSeen };
}

function add(
  sample: RawSample,
  sign: 1 | -1,
  into: Float64Array,
  rowIndex: RowIndex,
  slotOf: Int32Array,
  kinds: Uint8Array,
  baseOf: Int32Array | null,
  base: number,
): void {
  const { threadRowId, observationId, count, length } = sample.probeCounts;
  for (let index = 0; index < length; index += 1) {
    const row = rowIndex.get(threadRowId[index] as number);
    if (row < 0 || (baseOf !== null && baseOf[row] !== base)) continue;
    const slot = slotOf[row] as number;
    const kind = kinds[observationId[index] as number];
    if (slot < 0 || kind === undefined) continue;
    const cell = slot * KIND_COUNT + kind;
    into[cell] = (into[cell] as number) + sign * (count[index] as number);
  }
}

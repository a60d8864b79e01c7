/** Where a chart draws, pixels from its upper left corner, and what its edges stand for. */
export interface TimeField {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Left edge, seconds before the right one. */
  readonly firstSeconds: number;
  /** Upper edge; the lower one is zero. */
  readonly most: number;
}

/** Place of a moment, seconds before the right edge. */
export const xOf = ({ left, right, firstSeconds }: TimeField, seconds: number): number =>
  right + (seconds / -firstSeconds) * (right - left);

/** Place of a value. */
export const yOf = ({ top, bottom, most }: TimeField, value: number): number =>
  bottom - (value / most) * (bottom - top);

/** Index of the moment nearest to a place; -1 where there are none. Moments come in order. */
export function nearestTo(field: TimeField, seconds: ArrayLike<number>, x: number): number {
  let nearest = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < seconds.length; index += 1) {
    const distance = Math.abs(xOf(field, seconds[index]!) - x);
    if (distance > least) break;
    least = distance;
    nearest = index;
  }
  return nearest;
}

const text = (pixels: number) => String(Math.round(pixels * 10) / 10);

/** Stretches of points where every value is known, as pairs of first and last index. */
function stretches(values: ArrayLike<number>): readonly (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  let start = -1;
  for (let index = 0; index <= values.length; index += 1) {
    const known = index < values.length && Number.isFinite(values[index]);
    if (known && start < 0) start = index;
    if (!known && start >= 0) {
      found.push([start, index - 1]);
      start = -1;
    }
  }
  return found;
}

/** Values over time as one SVG path; a gap where a value is not known. */
export function linePath(field: TimeField, seconds: ArrayLike<number>, values: ArrayLike<number>): string {
  let path = "";
  for (const [from, to] of stretches(values)) {
    for (let at = from; at <= to; at += 1)
      path += `${at === from ? "M" : "L"}${text(xOf(field, seconds[at]!))} ${text(yOf(field, values[at]!))}`;
  }
  return path;
}

/** The area between values and what is below them, without `lows` the lower edge; a gap where a value is not known. */
export function areaPath(
  field: TimeField,
  seconds: ArrayLike<number>,
  highs: ArrayLike<number>,
  lows: ArrayLike<number> | null,
): string {
  let path = "";
  for (const [from, to] of stretches(highs)) {
    for (let at = from; at <= to; at += 1)
      path += `${at === from ? "M" : "L"}${text(xOf(field, seconds[at]!))} ${text(yOf(field, highs[at]!))}`;
    if (lows === null) {
      path += `V${text(field.bottom)}H${text(xOf(field, seconds[from]!))}Z`;
      continue;
    }
    for (let at = to; at >= from; at -= 1) path += `L${text(xOf(field, seconds[at]!))} ${text(yOf(field, lows[at]!))}`;
    path += "Z";
  }
  return path;
}

/** Values put one on the other: the edges of each. One that is not known has no edges and lifts nobody. */
export function stacked(
  values: readonly ArrayLike<number>[],
  length: number,
): readonly { readonly low: Float64Array; readonly high: Float64Array }[] {
  let sums = new Float64Array(length);
  return values.map((own) => {
    const low = sums;
    const high = new Float64Array(length).fill(Number.NaN);
    sums = low.slice();
    for (let at = 0; at < length; at += 1) {
      const value = own[at] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      high[at] = low[at]! + Math.max(0, value);
      sums[at] = high[at]!;
    }
    return { low, high };
  });
}

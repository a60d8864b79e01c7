import { LANE_SHOWS, type Lane, stretchAt, UNKNOWN } from "./lane-model.ts";

const SHOWS = LANE_SHOWS.length;

/** Part of the height that even the shortest time with the GIL gets in its column: a pixel of six would be overlooked. */
const LEAST_HOLD = 0.3;

/** Two colours of a state, as 32-bit pixels: where its pattern is, and between. */
export interface Ink {
  readonly plain: number;
  readonly mark: number;
}

/** Everything a picture of lanes is made with; colours as 32-bit pixels in memory order. */
export interface Inks {
  /** In the order of `LANE_SHOWS`. */
  readonly shows: readonly Ink[];
  readonly ground: number;
}

/** Where a state has its mark, so that states can be told without colour: `x` and `y` are device pixels over `scale`, not negative. */
function marked(show: number, x: number, y: number): boolean {
  switch (show) {
    case 0:
      return false;
    case 1:
      return (x & 3) === 0 && (y & 3) === 0;
    case 2:
      return (x + y) % 5 < 2;
    case 3:
      return y % 3 === 0;
    default:
      return (x + y) % 6 === 0;
  }
}

/**
 * Shares of each state in each column of pixels of one lane.
 * @param out `LANE_SHOWS.length` numbers per column; overwritten
 */
export function columnShares(lane: Lane, fromMs: number, toMs: number, knownToMs: number, out: Float32Array): void {
  out.fill(0);
  const columns = out.length / SHOWS;
  const perMs = columns / (toMs - fromMs);
  const end = Math.min(columns, (knownToMs - fromMs) * perMs);
  let index = Math.max(0, stretchAt(lane, fromMs));
  for (; index < lane.length; index += 1) {
    const left = Math.max(0, ((lane.startMs[index] ?? 0) - fromMs) * perMs);
    if (left >= end) break;
    const next = index + 1 < lane.length ? ((lane.startMs[index + 1] ?? 0) - fromMs) * perMs : end;
    const right = Math.min(end, next);
    const show = lane.show[index] ?? UNKNOWN;
    let column = Math.floor(left);
    const last = Math.floor(right);
    if (column === last) {
      out[column * SHOWS + show] = (out[column * SHOWS + show] ?? 0) + right - left;
      continue;
    }
    out[column * SHOWS + show] = (out[column * SHOWS + show] ?? 0) + column + 1 - left;
    for (column += 1; column < last; column += 1) out[column * SHOWS + show] = 1;
    if (last < columns) out[last * SHOWS + show] = (out[last * SHOWS + show] ?? 0) + right - last;
  }
}

/** A part of the picture: pixels, how many make a row, and the columns and rows of one lane in it. */
export interface LanePlace {
  readonly pixels: Uint32Array;
  readonly width: number;
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
  /** Number of the leftmost column on the grid of time: patterns move with what they are on. */
  readonly column: number;
  /** Device pixels per pixel of a pattern. */
  readonly scale: number;
}

/**
 * Paints one lane: every column is split by its shares, from the bottom up in the order of `LANE_SHOWS`. However short, a moment
 * with the GIL can be seen; what is blocked or not known takes half the height.
 */
export function paintLane(shares: Float32Array, inks: Inks, place: LanePlace): void {
  const { pixels, width, left, top, bottom, scale } = place;
  const columns = shares.length / SHOWS;
  const height = bottom - top;
  const half = Math.max(1, Math.round(height / 2));
  const least = Math.ceil(height * LEAST_HOLD);
  for (let x = 0; x < columns; x += 1) {
    const at = x * SHOWS;
    let y = bottom;
    for (let show = 0; show < SHOWS; show += 1) {
      const share = shares[at + show] ?? 0;
      if (share <= 0.001) continue;
      const quiet = show >= 3;
      const room = quiet ? half : height;
      const rows = show === 0 ? Math.max(least, Math.round(share * height)) : Math.round(share * room);
      const end = Math.max(top, y - rows);
      const ink = inks.shows[show];
      if (!ink) continue;
      const column = Math.floor((place.column + x) / scale);
      for (let row = y - 1; row >= end; row -= 1) {
        pixels[row * width + left + x] = marked(show, column, Math.floor(row / scale)) ? ink.mark : ink.plain;
      }
      y = end;
    }
  }
}

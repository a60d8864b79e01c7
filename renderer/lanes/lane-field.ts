import { LANE_SHOWS, type Lane } from "./lane-model.ts";
import { columnShares, type Inks, paintLane } from "./lane-raster.ts";

const SHOWS = LANE_SHOWS.length;
/** Columns painted again although they were known: the newest moments of a thread are told apart once the next look has come. */
const OVERLAP = 2;

/** What a field of lanes shows. Pixels are device pixels. */
export interface FieldView {
  readonly lanes: readonly Lane[];
  readonly inks: Inks;
  readonly width: number;
  readonly height: number;
  /** Device pixels per CSS pixel. */
  readonly scale: number;
  /** Height of a lane, the gap below it, and how much is scrolled out of sight, CSS pixels. */
  readonly each: number;
  readonly gap: number;
  readonly scrolled: number;
  readonly spanMs: number;
  readonly toMs: number;
  /** Nothing is known from then on. */
  readonly knownToMs: number;
}

/**
 * The field of lanes as pixels, kept from one picture to the next. Its columns lie on a grid of time that does not move, so what is
 * shown is moved by whole columns and only new ones are painted: the same stretch never looks different for having moved.
 */
export class LaneField {
  #image: ImageData | null = null;
  #pixels = new Uint32Array(0);
  #shares = new Float32Array(0);
  #shown: FieldView | null = null;
  /** Number of the first column on the grid of time. */
  #first = 0;

  /** The pixels of a view. */
  paint(view: FieldView): ImageData {
    const { width, height } = view;
    let image = this.#image;
    if (image?.width !== width || image.height !== height) {
      image = new ImageData(width, height);
      this.#image = image;
      this.#pixels = new Uint32Array(image.data.buffer);
      this.#shares = new Float32Array(width * SHOWS);
      this.#shown = null;
    }
    const shown = this.#shown;
    const perMs = width / view.spanMs;
    const first = Math.ceil(view.toMs * perMs) - width;
    const moved = first - this.#first;
    this.#shown = view;
    this.#first = first;
    if (shown === null || !isLike(shown, view) || Math.abs(moved) >= width) {
      this.#columns(view, 0, width);
      return image;
    }
    this.#move(moved, view);
    const known = Math.max(0, Math.floor(shown.knownToMs * perMs) - OVERLAP - first);
    const right = Math.min(width, known, width - Math.max(0, moved));
    if (right < width) this.#columns(view, right, width);
    if (moved < 0) this.#columns(view, 0, Math.min(right, -moved));
    return image;
  }

  #move(columns: number, { width, height }: FieldView): void {
    if (columns === 0) return;
    for (let row = 0; row < height; row += 1) {
      const start = row * width;
      const end = start + width;
      if (columns > 0) this.#pixels.copyWithin(start, start + columns, end);
      else this.#pixels.copyWithin(start - columns, start, end + columns);
    }
  }

  /** Paints the columns from `left` up to `right`. */
  #columns(view: FieldView, left: number, right: number): void {
    if (right <= left) return;
    const { lanes, inks, width, height, scale, each, gap, scrolled } = view;
    const pixels = this.#pixels;
    const shares = this.#shares.subarray(0, (right - left) * SHOWS);
    const msPerColumn = view.spanMs / width;
    const fromMs = (this.#first + left) * msPerColumn;
    const toMs = (this.#first + right) * msPerColumn;
    for (let row = 0; row < height; row += 1) pixels.fill(inks.ground, row * width + left, row * width + right);
    const last = Math.min(lanes.length, Math.ceil((scrolled + height / scale) / each));
    for (let index = Math.max(0, Math.floor(scrolled / each)); index < last; index += 1) {
      const lane = lanes[index];
      if (!lane) continue;
      const y = index * each - scrolled;
      const top = Math.max(0, Math.round((y + gap / 2) * scale));
      const bottom = Math.min(height, Math.round((y + each - gap / 2) * scale));
      if (bottom <= top) continue;
      columnShares(lane, fromMs, toMs, view.knownToMs, shares);
      paintLane(shares, inks, { pixels, width, left, top, bottom, column: this.#first + left, scale });
    }
  }
}

/** Whether one view is the other at another time. */
function isLike(a: FieldView, b: FieldView): boolean {
  return (
    a.lanes === b.lanes &&
    a.inks === b.inks &&
    a.scale === b.scale &&
    a.each === b.each &&
    a.gap === b.gap &&
    a.scrolled === b.scrolled &&
    a.spanMs === b.spanMs
  );
}

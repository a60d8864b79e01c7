import { agoText } from "../../words/lane-text.ts";
import type { Palette } from "../canvas/palette.ts";
import type { Size } from "../canvas/size.ts";
import { LANE_SHOWS, type Lane } from "./lane-model.ts";
import { columnShares, type Inks, paintLane } from "./lane-raster.ts";
import { endsOf, type LaneExtent, type LaneWindow, laneHeight, tickStep } from "./lane-window.ts";

/** Room for names at the left, and for times below, pixels. */
export const GUTTER = 132;
export const AXIS = 20;
/** Lanes thinner than this have no name beside them. */
const LEAST_NAMED = 12;
const LEAST_TICK_PIXELS = 90;

/** What the picture shows. */
export interface LanePicture {
  readonly lanes: readonly Lane[];
  readonly names: ReadonlyMap<number, string>;
  readonly window: LaneWindow;
  readonly extent: LaneExtent;
  readonly followedRowId: number | null;
  /** Lane the keyboard stands on. */
  readonly activeRowId: number | null;
  readonly cursorMs: number | null;
}

/** Memory that is used for one picture after another. */
export interface Scratch {
  image: ImageData | null;
  shares: Float32Array;
}

/** Draws the lanes in sight, their names and the time axis. */
export function drawLanes(
  context: CanvasRenderingContext2D,
  size: Size,
  scale: number,
  picture: LanePicture,
  palette: Palette,
  inks: Inks,
  scratch: Scratch,
): void {
  const { lanes, window, extent } = picture;
  const { fromMs, toMs } = endsOf(window, extent);
  const each = laneHeight(lanes.length);
  const field = { width: size.width - GUTTER, height: size.height - AXIS };
  const width = Math.round(field.width * scale);
  const height = Math.round(field.height * scale);
  if (width <= 0 || height <= 0) return;
  if (scratch.image?.width !== width || scratch.image.height !== height) {
    scratch.image = new ImageData(width, height);
    scratch.shares = new Float32Array(width * LANE_SHOWS.length);
  }
  const pixels = new Uint32Array(scratch.image.data.buffer);
  pixels.fill(inks.ground);
  const first = Math.max(0, Math.floor(window.scrolled / each));
  const last = Math.min(lanes.length, Math.ceil((window.scrolled + field.height) / each));
  const gap = each >= LEAST_NAMED ? 3 : 1;
  for (let index = first; index < last; index += 1) {
    const lane = lanes[index];
    if (!lane) continue;
    const y = index * each - window.scrolled;
    const top = Math.max(0, Math.round((y + gap / 2) * scale));
    const bottom = Math.min(height, Math.round((y + each - gap / 2) * scale));
    if (bottom <= top) continue;
    columnShares(lane, fromMs, toMs, extent.toMs, scratch.shares);
    paintLane(scratch.shares, inks, { pixels, width, top, bottom, scale });
  }
  context.putImageData(scratch.image, Math.round(GUTTER * scale), 0);

  if (each >= LEAST_NAMED) drawNames(context, picture, each, first, last, palette);
  else drawMarks(context, picture, each, field.height, palette);
  drawScroll(context, size, picture, each, palette);
  drawAxis(context, size, fromMs, toMs, extent, palette);
  if (picture.cursorMs !== null && picture.cursorMs >= fromMs && picture.cursorMs <= toMs) {
    const x = GUTTER + ((picture.cursorMs - fromMs) / (toMs - fromMs)) * field.width;
    context.fillStyle = palette.color("--text");
    context.fillRect(x - 0.5, 0, 1, field.height);
  }
}

function drawNames(
  context: CanvasRenderingContext2D,
  { lanes, names, window, followedRowId, activeRowId }: LanePicture,
  each: number,
  first: number,
  last: number,
  palette: Palette,
): void {
  context.textBaseline = "middle";
  context.textAlign = "left";
  for (let index = first; index < last; index += 1) {
    const lane = lanes[index];
    if (!lane) continue;
    const y = index * each - window.scrolled;
    const special = lane.rowId === followedRowId || lane.rowId === activeRowId;
    if (special) {
      context.fillStyle = palette.color("--selected");
      context.fillRect(0, y, GUTTER - 4, each);
    }
    if (lane.rowId === followedRowId) {
      context.fillStyle = palette.color("--accent");
      context.fillRect(0, y, 3, each);
    }
    context.fillStyle = palette.color(special ? "--text" : "--dim");
    context.font = palette.font(11.5, lane.rowId === followedRowId ? 600 : 400);
    context.save();
    context.beginPath();
    context.rect(0, y, GUTTER - 8, each);
    context.clip();
    context.fillText(names.get(lane.rowId) ?? `tid ${lane.tid}`, 8, y + each / 2 + 0.5);
    context.restore();
  }
}

/** Thin lanes: every so many have their name, and a bar marks the one followed and the one the keyboard stands on. */
function drawMarks(
  context: CanvasRenderingContext2D,
  { lanes, names, window, followedRowId, activeRowId }: LanePicture,
  each: number,
  room: number,
  palette: Palette,
): void {
  const every = Math.ceil(LEAST_NAMED / each) + 1;
  const nameOf = (lane: Lane) => (names.get(lane.rowId) ?? `tid ${lane.tid}`).slice(0, 19);
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.font = palette.font(10.5);
  context.fillStyle = palette.color("--dim");
  const special = lanes.findIndex(({ rowId }) => rowId === followedRowId);
  const active = lanes.findIndex(({ rowId }) => rowId === activeRowId);
  const free = (index: number) => [special, active].every((other) => other < 0 || Math.abs(index - other) >= every);
  const middle = (index: number) => index * each - window.scrolled + each / 2;
  for (let index = 0; index < lanes.length; index += every) {
    const lane = lanes[index];
    const inSight = middle(index) > 6 && middle(index) < room - 6;
    if (lane && inSight && free(index)) context.fillText(nameOf(lane), 8, middle(index));
  }
  context.font = palette.font(11, 600);
  for (const index of new Set([special, active])) {
    const lane = lanes[index];
    if (!lane) continue;
    context.fillStyle = palette.color("--accent");
    context.fillRect(GUTTER - 8, middle(index) - each / 2, 5, each);
    context.fillStyle = palette.color("--text");
    context.fillText(nameOf(lane), 8, middle(index));
  }
}

/** How far the lanes are scrolled, where not all of them fit. */
function drawScroll(
  context: CanvasRenderingContext2D,
  size: Size,
  { lanes, window }: LanePicture,
  each: number,
  palette: Palette,
): void {
  const room = size.height - AXIS;
  const whole = lanes.length * each;
  if (whole <= room + 1) return;
  context.fillStyle = palette.color("--text");
  context.globalAlpha = 0.75;
  context.beginPath();
  context.roundRect(size.width - 5, (window.scrolled / whole) * room, 4, (room / whole) * room, 2);
  context.fill();
  context.globalAlpha = 1;
}

function drawAxis(
  context: CanvasRenderingContext2D,
  size: Size,
  fromMs: number,
  toMs: number,
  extent: LaneExtent,
  palette: Palette,
): void {
  const width = size.width - GUTTER;
  const step = tickStep(toMs - fromMs, width, LEAST_TICK_PIXELS);
  context.font = palette.font(10.5);
  context.textBaseline = "alphabetic";
  context.textAlign = "center";
  const bottom = size.height - AXIS;
  context.fillStyle = palette.color("--line-strong");
  context.fillRect(GUTTER, bottom, width, 1);
  for (let ago = Math.max(0, Math.ceil((extent.toMs - toMs) / step) * step); ; ago += step) {
    const at = extent.toMs - ago;
    if (at < fromMs) break;
    const x = GUTTER + ((at - fromMs) / (toMs - fromMs)) * width;
    context.fillStyle = palette.color("--line-strong");
    context.fillRect(x - 0.5, bottom, 1, 4);
    context.fillStyle = palette.color("--dim");
    const text = ago === 0 ? "now" : agoText(ago, step);
    const half = context.measureText(text).width / 2;
    const shown = Math.max(GUTTER + half, Math.min(size.width - half - 1, x));
    if (Math.abs(shown - x) < half + 2) context.fillText(text, shown, size.height - 4);
  }
}

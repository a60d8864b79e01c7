import { agoText } from "../../words/lane-text.ts";
import type { Palette } from "../canvas/palette.ts";
import type { Size } from "../canvas/size.ts";
import type { Pen } from "../canvas/use-drawing.ts";
import type { LaneField } from "./lane-field.ts";
import type { Lane } from "./lane-model.ts";
import type { Inks } from "./lane-raster.ts";
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

/** What is kept from one picture to the next. */
export interface Kept {
  readonly field: LaneField;
  /** What the names and the axis were drawn from. */
  around: readonly unknown[];
}

/**
 * Draws the lanes in sight, and their names and the time axis where these are not what was drawn last.
 * @param isBlank whether nothing is left of the picture before
 */
export function drawLanes(
  context: Pen,
  size: Size,
  scale: number,
  picture: LanePicture,
  palette: Palette,
  inks: Inks,
  kept: Kept,
  isBlank: boolean,
): void {
  const { lanes, window, extent } = picture;
  const { fromMs, toMs } = endsOf(window, extent);
  const each = laneHeight(lanes.length);
  const field = { width: size.width - GUTTER, height: size.height - AXIS };
  const width = Math.round(field.width * scale);
  const height = Math.round(field.height * scale);
  if (width <= 0 || height <= 0) return;
  const gap = each >= LEAST_NAMED ? 3 : 1;
  const { scrolled, spanMs } = window;
  const view = { lanes, inks, width, height, scale, each, gap, scrolled, spanMs, toMs, knownToMs: extent.toMs };
  context.putImageData(kept.field.paint(view), Math.round(GUTTER * scale), 0);

  const { names, followedRowId, activeRowId } = picture;
  const around = [lanes, names, followedRowId, activeRowId, scrolled, spanMs, extent.toMs - toMs, palette];
  if (isBlank || around.some((value, index) => value !== kept.around[index])) {
    kept.around = around;
    const wipe = (x: number, y: number, right: number): void => {
      context.fillStyle = palette.color("--panel");
      context.fillRect(x, y, right - x, size.height - y);
    };
    wipe(0, 0, GUTTER);
    wipe(GUTTER, field.height, size.width);
    const last = Math.min(lanes.length, Math.ceil((scrolled + field.height) / each));
    if (each >= LEAST_NAMED) {
      drawNames(context, picture, each, Math.max(0, Math.floor(scrolled / each)), last, palette);
      wipe(0, field.height, GUTTER);
    } else drawMarks(context, picture, each, field.height, palette);
    drawAxis(context, size, fromMs, toMs, extent, palette);
  }
  drawScroll(context, size, picture, each, palette);
  if (picture.cursorMs !== null && picture.cursorMs >= fromMs && picture.cursorMs <= toMs) {
    const x = GUTTER + ((picture.cursorMs - fromMs) / (toMs - fromMs)) * field.width;
    context.fillStyle = palette.color("--text");
    context.fillRect(x - 0.5, 0, 1, field.height);
  }
}

function drawNames(
  context: Pen,
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
  context: Pen,
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
function drawScroll(context: Pen, size: Size, { lanes, window }: LanePicture, each: number, palette: Palette): void {
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

function drawAxis(context: Pen, size: Size, fromMs: number, toMs: number, extent: LaneExtent, palette: Palette): void {
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

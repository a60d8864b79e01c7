import type { TimeEvent } from "../../core/history/events.ts";
import type { TimeLine } from "../../core/history/time-line.ts";
import type { TimeRange } from "../../core/page/protocol.ts";
import type { VerdictId } from "../../core/verdict/verdict.ts";
import type { Palette } from "../canvas/palette.ts";
import type { Size } from "../canvas/size.ts";
import { clockTicks, type Span, tickText, toX } from "./time-scale.ts";

/** Height of the lane of events above the curve, and of the clock times below it. */
export const EVENT_LANE = 13;
const CLOCK_LANE = 13;
/** Events closer than this are drawn as one. */
const CLUSTER_PIXELS = 9;
const LEAST_TICK_PIXELS = 84;

/** A range with its letter, where two are compared. */
export interface DrawnRange extends TimeRange {
  readonly letter: "A" | "B" | null;
}

/** What the strip shows. */
export interface Strip {
  readonly line: TimeLine;
  readonly events: readonly TimeEvent[];
  readonly span: Span;
  readonly ranges: readonly DrawnRange[];
  /** Moment shown where no range is; null while live. */
  readonly atMs: number | null;
}

/** Events at nearly one place. */
export interface Cluster {
  readonly x: number;
  readonly events: readonly TimeEvent[];
}

/** Events in sight, those close together as one. */
export function clustersOf(events: readonly TimeEvent[], span: Span, width: number): readonly Cluster[] {
  const clusters: { x: number; events: TimeEvent[] }[] = [];
  for (const event of events) {
    if (event.wallMs < span.fromMs || event.wallMs > span.toMs) continue;
    const x = toX(event.wallMs, span, width);
    const last = clusters[clusters.length - 1];
    if (last && x - last.x < CLUSTER_PIXELS) last.events.push(event);
    else clusters.push({ x, events: [event] });
  }
  return clusters;
}

/** Custom property with the colour of a verdict. */
function verdictColor(verdict: VerdictId): `--${string}` {
  switch (verdict) {
    case "gil-bound":
      return "--v-gil";
    case "lock-bound":
      return "--v-lock";
    case "cpu-starved":
    case "oversubscribed":
    case "quota-limited":
      return "--v-limit";
    case "parallel":
      return "--v-parallel";
    case "single-threaded":
      return "--v-single";
    case "io-bound":
      return "--v-io";
    case "idle":
    case "undetermined":
      return "--v-calm";
  }
}

/** What matters most of a cluster is what is drawn. */
const WEIGHT: Readonly<Record<TimeEvent["kind"], number>> = { mark: 4, throttled: 3, verdict: 2, ended: 1, started: 0 };

function drawEvent(context: CanvasRenderingContext2D, event: TimeEvent, x: number, palette: Palette): void {
  const y = EVENT_LANE / 2;
  context.beginPath();
  switch (event.kind) {
    case "started":
      context.fillStyle = palette.color("--v-parallel");
      context.moveTo(x - 3, y - 4);
      context.lineTo(x + 4, y);
      context.lineTo(x - 3, y + 4);
      break;
    case "ended":
      context.fillStyle = palette.color("--dim");
      context.rect(x - 3, y - 3, 6, 6);
      break;
    case "verdict":
      context.fillStyle = palette.color(verdictColor(event.to));
      context.moveTo(x, y - 4.5);
      context.lineTo(x + 4.5, y);
      context.lineTo(x, y + 4.5);
      context.lineTo(x - 4.5, y);
      break;
    case "throttled":
      context.fillStyle = palette.color("--v-limit");
      context.rect(x - 4, y - 4, 8, 3);
      context.rect(x - 4, y + 1, 8, 3);
      break;
    case "mark":
      context.fillStyle = palette.color("--accent");
      context.rect(x - 1, 1, 1.5, EVENT_LANE - 2);
      context.moveTo(x, 1);
      context.lineTo(x + 7, 4);
      context.lineTo(x, 7);
      break;
  }
  context.fill();
}

function drawCluster(context: CanvasRenderingContext2D, { x, events }: Cluster, palette: Palette): void {
  const first = events.reduce((best, event) => (WEIGHT[event.kind] > WEIGHT[best.kind] ? event : best));
  drawEvent(context, first, x, palette);
  if (events.length === 1) return;
  context.fillStyle = palette.color("--dim");
  context.font = palette.font(9, 600);
  context.textAlign = "left";
  context.fillText(events.length > 99 ? "99+" : String(events.length), x + 6, EVENT_LANE - 3);
}

interface Field {
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
}

/** One area of steps over another, as one path. */
function stepArea(
  context: CanvasRenderingContext2D,
  { line, span }: Strip,
  field: Field,
  low: (index: number) => number,
  high: (index: number) => number,
): void {
  const { wallMs } = line;
  let from = line.firstWallMs;
  context.beginPath();
  for (let index = 0; index < wallMs.length; index += 1) {
    const to = wallMs[index] ?? from;
    if (to >= span.fromMs && from <= span.toMs) {
      const left = Math.max(0, toX(from, span, field.width));
      const right = Math.min(field.width, toX(to, span, field.width));
      const bottom = low(index);
      const top = high(index);
      if (top < bottom - 0.2) context.rect(left, top, Math.max(0.5, right - left + 0.3), bottom - top);
    }
    from = to;
  }
}

/** Highest point of the curve, cores: what was used and lost, but no less than a part of the machine. */
export function ceilingOf({ line, span }: Strip): number {
  let most = 0;
  line.wallMs.forEach((to, index) => {
    if (to < span.fromMs || to > span.toMs) return;
    most = Math.max(most, (line.busyCores[index] || 0) + (line.lostCores[index] || 0));
  });
  return Math.max(1, Math.min(line.onlineCpus, most) * 1.12);
}

let hatch: { readonly color: string; readonly pattern: CanvasPattern | null } | null = null;

/** Slanted lines, so that what is lost can be told from what is used without colour. */
function hatchOf(context: CanvasRenderingContext2D, color: string): CanvasPattern | string {
  if (hatch?.color !== color) {
    const tile = document.createElement("canvas");
    tile.width = 5;
    tile.height = 5;
    const pen = tile.getContext("2d");
    if (pen) {
      pen.strokeStyle = color;
      pen.lineWidth = 1.4;
      pen.beginPath();
      pen.moveTo(-1, 6);
      pen.lineTo(6, -1);
      pen.moveTo(-1, 1);
      pen.lineTo(1, -1);
      pen.moveTo(4, 6);
      pen.lineTo(6, 4);
      pen.stroke();
    }
    hatch = { color, pattern: context.createPattern(tile, "repeat") };
  }
  return hatch.pattern ?? color;
}

function drawRange(
  context: CanvasRenderingContext2D,
  range: DrawnRange,
  span: Span,
  size: Size,
  palette: Palette,
): void {
  const left = toX(range.fromWallMs, span, size.width);
  const right = Math.max(left + 2, toX(range.toWallMs, span, size.width));
  const bottom = size.height - CLOCK_LANE;
  context.fillStyle = palette.color("--accent");
  context.globalAlpha = 0.16;
  context.fillRect(left, EVENT_LANE, right - left, bottom - EVENT_LANE);
  context.globalAlpha = 1;
  context.fillRect(left - 0.75, EVENT_LANE, 1.5, bottom - EVENT_LANE);
  context.fillRect(right - 0.75, EVENT_LANE, 1.5, bottom - EVENT_LANE);
  const middle = (EVENT_LANE + bottom) / 2;
  for (const x of [left, right]) {
    context.beginPath();
    context.roundRect(x - 3, middle - 7, 6, 14, 3);
    context.fill();
  }
  if (range.letter === null) return;
  context.beginPath();
  context.roundRect(left + 5, EVENT_LANE + 2, 15, 13, 3);
  context.fill();
  context.fillStyle = palette.color("--on-accent");
  context.font = palette.font(10, 700);
  context.textAlign = "center";
  context.fillText(range.letter, left + 12.5, EVENT_LANE + 12);
}

/** Draws the whole strip. */
export function drawStrip(context: CanvasRenderingContext2D, size: Size, strip: Strip, palette: Palette): void {
  const { line, span } = strip;
  const { width, height } = size;
  const bottom = height - CLOCK_LANE;
  const field: Field = { top: EVENT_LANE, bottom, width };
  context.fillStyle = palette.color("--raised");
  context.fillRect(0, field.top, width, bottom - field.top);

  context.textBaseline = "alphabetic";
  context.font = palette.font(10.5);
  for (const tick of clockTicks(span, width, LEAST_TICK_PIXELS)) {
    const x = Math.round(toX(tick, span, width));
    context.fillStyle = palette.color("--line-strong");
    context.fillRect(x, field.top, 1, bottom - field.top);
    context.fillStyle = palette.color("--dim");
    const text = tickText(tick);
    const half = context.measureText(text).width / 2;
    if (x - half >= 0 && x + half <= width) {
      context.textAlign = "center";
      context.fillText(text, x, height - 2.5);
    }
  }

  const ceiling = ceilingOf(strip);
  const y = (cores: number) => bottom - (Math.min(cores, ceiling) / ceiling) * (bottom - field.top - 1);
  const busy = (index: number) => line.busyCores[index] || 0;
  context.fillStyle = palette.color("--state-run");
  context.globalAlpha = 0.72;
  stepArea(
    context,
    strip,
    field,
    () => bottom,
    (index) => y(busy(index)),
  );
  context.fill();
  context.globalAlpha = 1;
  stepArea(
    context,
    strip,
    field,
    (index) => y(busy(index)),
    (index) => y(busy(index) + (line.lostCores[index] || 0)),
  );
  context.fillStyle = palette.color("--v-gil-tint");
  context.fill();
  context.fillStyle = hatchOf(context, palette.color("--v-gil"));
  context.fill();

  for (const range of strip.ranges) drawRange(context, range, span, size, palette);
  if (strip.atMs !== null) {
    const x = toX(strip.atMs, span, width);
    context.fillStyle = palette.color("--text");
    context.fillRect(x - 0.75, field.top - 2, 1.5, bottom - field.top + 2);
    context.beginPath();
    context.moveTo(x - 4, field.top - 3);
    context.lineTo(x + 4, field.top - 3);
    context.lineTo(x, field.top + 3);
    context.fill();
  }
  for (const cluster of clustersOf(strip.events, span, width)) drawCluster(context, cluster, palette);
}

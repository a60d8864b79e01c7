import { clock } from "../../words/clock.ts";
/** A stretch of time on screen, epoch milliseconds. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Spans that a live time line grows through, so that its scale changes seldom. */
const LIVE_SPANS_MS = [120_000, 300_000, 900_000] as const;
/** Closest zoom. */
const LEAST_SPAN_MS = 10_000;

/** Everything there is to show: of a file all of it, live the smallest of a few spans that holds it, which ends now. */
export function wholeSpan(firstMs: number, lastMs: number, live: boolean): Span {
  const length = Math.max(1000, lastMs - firstMs);
  if (!live) return { fromMs: firstMs, toMs: firstMs + length };
  const span = LIVE_SPANS_MS.find((candidate) => candidate >= length - 5000) ?? LIVE_SPANS_MS[2];
  return { fromMs: lastMs - span, toMs: lastMs };
}

/** A span moved or stretched so that it lies inside another and is no shorter than the closest zoom. */
export function within(span: Span, whole: Span): Span {
  const wholeLength = whole.toMs - whole.fromMs;
  const length = Math.min(wholeLength, Math.max(Math.min(LEAST_SPAN_MS, wholeLength), span.toMs - span.fromMs));
  const fromMs = Math.max(whole.fromMs, Math.min(whole.toMs - length, span.fromMs));
  return { fromMs, toMs: fromMs + length };
}

/** The stretch on screen: the one zoomed to, inside everything there is. */
export function spanOnScreen(
  line: { readonly firstWallMs: number; readonly lastWallMs: number },
  zoom: Span | null,
  live: boolean,
): Span {
  const whole = wholeSpan(line.firstWallMs, line.lastWallMs, live);
  return zoom === null ? whole : within(zoom, whole);
}

/** A span made shorter (factor below 1) or longer around a moment that keeps its place. */
export function zoomed(span: Span, factor: number, aroundMs: number): Span {
  return { fromMs: aroundMs - (aroundMs - span.fromMs) * factor, toMs: aroundMs + (span.toMs - aroundMs) * factor };
}

/** Distance from the left edge, pixels. */
export function toX(ms: number, span: Span, width: number): number {
  return ((ms - span.fromMs) / (span.toMs - span.fromMs)) * width;
}

/** Moment at a distance from the left edge. */
export function toMs(x: number, span: Span, width: number): number {
  return span.fromMs + (x / Math.max(1, width)) * (span.toMs - span.fromMs);
}

const TICKS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400] as const;

/** Round moments inside a span, at least `leastPixels` apart. */
export function clockTicks(span: Span, width: number, leastPixels: number): readonly number[] {
  const length = span.toMs - span.fromMs;
  const step = (TICKS_S.find((seconds) => (seconds * 1000 * width) / length >= leastPixels) ?? 86_400 * 7) * 1000;
  const ticks: number[] = [];
  // Round in local time: midnight is a tick wherever the reader is.
  const offset = new Date(span.fromMs).getTimezoneOffset() * 60_000;
  for (let at = Math.ceil((span.fromMs - offset) / step) * step + offset; at <= span.toMs; at += step) ticks.push(at);
  return ticks;
}

/** Time of day, to the minute where that says it all. */
export function tickText(wallMs: number): string {
  const text = clock(wallMs);
  return text.endsWith(":00") ? text.slice(0, 5) : text;
}

/** Which part of the lanes is on screen. */
export interface LaneWindow {
  /** Length on screen, milliseconds. */
  readonly spanMs: number;
  /** Right end, monotonic milliseconds; null: the newest moment, whatever it is. */
  readonly endMs: number | null;
  /** Pixels of lanes above the part on screen. */
  readonly scrolled: number;
}

/** What there is to show. */
export interface LaneExtent {
  readonly fromMs: number;
  readonly toMs: number;
}

const SHORTEST_MS = 2;
const LONGEST_MS = 60_000;
/** Closer to the newest moment than this share of the span counts as there. */
const FOLLOW_SHARE = 0.02;

/** What one sees first: some hundred hand-overs. */
export const FIRST_WINDOW: LaneWindow = { spanMs: 2000, endMs: null, scrolled: 0 };

/** Left and right end of what is on screen. */
export function endsOf(window: LaneWindow, extent: LaneExtent): LaneExtent {
  const toMs = window.endMs ?? extent.toMs;
  return { fromMs: toMs - window.spanMs, toMs };
}

/** The window with its right end at a moment, inside what there is; at the newest moment it follows. */
export function endingAt(window: LaneWindow, endMs: number, extent: LaneExtent): LaneWindow {
  if (endMs >= extent.toMs - window.spanMs * FOLLOW_SHARE) return { ...window, endMs: null };
  const least = Math.min(extent.toMs, extent.fromMs + window.spanMs);
  return { ...window, endMs: Math.max(least, endMs) };
}

/** The window moved by some milliseconds; positive is later. */
export function panned(window: LaneWindow, milliseconds: number, extent: LaneExtent): LaneWindow {
  if (milliseconds === 0) return window;
  return endingAt(window, (window.endMs ?? extent.toMs) + milliseconds, extent);
}

/** The window made shorter or longer around a moment that keeps its place; one that follows goes on to. */
export function zoomedAround(window: LaneWindow, factor: number, aroundMs: number, extent: LaneExtent): LaneWindow {
  const spanMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, window.spanMs * factor));
  if (window.endMs === null && factor >= 1) return { ...window, spanMs };
  const { toMs } = endsOf(window, extent);
  const applied = spanMs / window.spanMs;
  return endingAt({ ...window, spanMs }, aroundMs + (toMs - aroundMs) * applied, extent);
}

/** Height of a lane, pixels: readable while they are few, thin when there are many. */
export function laneHeight(lanes: number): number {
  return Math.max(7, Math.min(20, Math.floor(440 / Math.max(1, lanes))));
}

const TICKS_MS = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000] as const;

/** Distance between ticks of the time axis, milliseconds, at least so many pixels apart. */
export function tickStep(spanMs: number, width: number, leastPixels: number): number {
  return TICKS_MS.find((step) => (step / spanMs) * width >= leastPixels) ?? 30_000;
}

const KEY_ZOOM = 0.6;
/** Part of the span that an arrow key moves by. */
const KEY_PAN = 0.15;

/** The window after a key; null for keys that don't move it. Zooming keeps the moment given in place. */
export function movedByKey(key: string, window: LaneWindow, extent: LaneExtent, aroundMs: number): LaneWindow | null {
  switch (key) {
    case "ArrowLeft":
      return panned(window, -window.spanMs * KEY_PAN, extent);
    case "ArrowRight":
      return panned(window, window.spanMs * KEY_PAN, extent);
    case "PageUp":
      return panned(window, -window.spanMs, extent);
    case "PageDown":
      return panned(window, window.spanMs, extent);
    case "Home":
      return endingAt(window, extent.fromMs, extent);
    case "End":
      return { ...window, endMs: null };
    case "+":
    case "=":
      return zoomedAround(window, KEY_ZOOM, aroundMs, extent);
    case "-":
      return zoomedAround(window, 1 / KEY_ZOOM, aroundMs, extent);
    case "0":
      return { ...FIRST_WINDOW, scrolled: window.scrolled };
    default:
      return null;
  }
}

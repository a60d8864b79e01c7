import type { KeyboardEvent } from "react";
import type { Page } from "../page/page.ts";
import { rangeOf } from "./strip-gesture.ts";

const MINUTE_MS = 60_000;
const ZOOM_STEP = 0.5;

/** The sample before or after a moment. */
function neighbour(times: Float64Array, firstMs: number, atMs: number, steps: number): number {
  const all = [firstMs, ...times];
  let at = 0;
  for (let index = 0; index < all.length; index += 1) if ((all[index] ?? 0) <= atMs + 1) at = index;
  return all[Math.max(0, Math.min(all.length - 1, at + steps))] ?? atMs;
}

/** Keys of the time line; true when one was used. */
export function stripKey(page: Page, event: KeyboardEvent): boolean {
  const { time, store } = page;
  const { line } = time.store.get();
  const { range, view, file } = store.get();
  const whole = time.whole();
  const span = time.span();
  if (!line || !view || !whole || !span) return false;
  const at = range?.toWallMs ?? view.wallMs;
  const goTo = (wallMs: number) => {
    const target = Math.max(line.firstWallMs, Math.min(line.lastWallMs, wallMs));
    if (event.shiftKey) {
      const anchor = range?.fromWallMs ?? at;
      page.selectRange(rangeOf(anchor, Math.max(anchor + 1000, target), whole));
    } else page.seek(target);
    if (target < span.fromMs) time.pan(target - span.fromMs);
    if (target > span.toMs) time.pan(target - span.toMs);
  };
  switch (event.key) {
    case "ArrowLeft":
    case "ArrowDown":
      goTo(neighbour(line.wallMs, line.firstWallMs, at, -1));
      return true;
    case "ArrowRight":
    case "ArrowUp":
      goTo(neighbour(line.wallMs, line.firstWallMs, at, 1));
      return true;
    case "PageDown":
      goTo(at - MINUTE_MS);
      return true;
    case "PageUp":
      goTo(at + MINUTE_MS);
      return true;
    case "Home":
      goTo(line.firstWallMs);
      return true;
    case "End":
      if (file || event.shiftKey) goTo(line.lastWallMs);
      else if (store.get().pausedAtMs !== null) page.togglePause();
      return true;
    case "+":
    case "=":
      time.zoom(ZOOM_STEP, Math.max(span.fromMs, Math.min(span.toMs, at)));
      return true;
    case "-":
      time.zoom(1 / ZOOM_STEP, Math.max(span.fromMs, Math.min(span.toMs, at)));
      return true;
    case "0":
      time.zoomTo(null);
      return true;
    case "Enter":
      if (range === null) return false;
      time.zoomTo(range);
      return true;
    case "Escape":
      if (range === null || time.store.get().comparison !== null) return false;
      page.selectRange(null);
      return true;
    default:
      return false;
  }
}

import type { TimeRange } from "../../core/page/protocol.ts";
import { type Span, toMs, toX } from "./time-scale.ts";

/** A press that moves less is a click. */
const CLICK_PIXELS = 4;
/** How near an edge of the range a press takes hold of it. */
const HANDLE_PIXELS = 6;
/** Shortest range. */
const LEAST_RANGE_MS = 1000;

/** What a press on the strip takes hold of: a new range, one edge of the range shown, or the range as a whole. */
export type Grip =
  | { readonly kind: "new"; readonly anchorMs: number }
  | { readonly kind: "edge"; readonly anchorMs: number }
  | { readonly kind: "whole"; readonly range: TimeRange; readonly grabbedMs: number };

/** What lies under the pointer. */
export function gripAt(x: number, span: Span, width: number, range: TimeRange | null): Grip {
  const at = toMs(x, span, width);
  if (range !== null) {
    const left = toX(range.fromWallMs, span, width);
    const right = toX(range.toWallMs, span, width);
    if (Math.abs(x - right) <= HANDLE_PIXELS) return { kind: "edge", anchorMs: range.fromWallMs };
    if (Math.abs(x - left) <= HANDLE_PIXELS) return { kind: "edge", anchorMs: range.toWallMs };
    if (x > left && x < right) return { kind: "whole", range, grabbedMs: at };
  }
  return { kind: "new", anchorMs: at };
}

/** Mouse pointer that says what a press would do. */
export function cursorOf(grip: Grip): string {
  switch (grip.kind) {
    case "new":
      return "crosshair";
    case "edge":
      return "ew-resize";
    case "whole":
      return "grab";
  }
}

/** Whether a press that moved so far was meant as a click. */
export function isClick(pixels: number): boolean {
  return Math.abs(pixels) < CLICK_PIXELS;
}

/** The range after the pointer moved to a moment, inside all there is. */
export function dragged(grip: Grip, atMs: number, whole: Span): TimeRange {
  if (grip.kind === "whole") {
    const { range, grabbedMs } = grip;
    const length = range.toWallMs - range.fromWallMs;
    const from = range.fromWallMs + atMs - grabbedMs;
    const fromWallMs = Math.max(whole.fromMs, Math.min(whole.toMs - length, from));
    return { fromWallMs, toWallMs: fromWallMs + length };
  }
  return rangeOf(grip.anchorMs, atMs, whole);
}

/** The range between two moments in either order, at least a second long, inside all there is. */
export function rangeOf(one: number, other: number, whole: Span): TimeRange {
  const from = Math.max(whole.fromMs, Math.min(one, other, whole.toMs - LEAST_RANGE_MS));
  const to = Math.min(whole.toMs, Math.max(one, other, from + LEAST_RANGE_MS));
  return { fromWallMs: from, toWallMs: to };
}

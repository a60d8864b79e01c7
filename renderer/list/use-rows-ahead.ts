import type { Range, Virtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useRef } from "react";

const RESTING = 4;
/** A frame that comes late must not pass for the end of scrolling. */
const STILL_MS = 500;
/** A frame that comes a tenth of a second late finds so many rows at the fastest a wheel turns; behind, where it turns back. */
const AHEAD = 28;
const BEHIND = 14;

/** What a virtualizer knows of the scrolling. */
interface Scrolling {
  readonly isScrolling: boolean;
  readonly scrollDirection: "forward" | "backward" | null;
}

/**
 * Rows laid out beyond those in sight, as options of a virtualizer: a few, and many more on the side that somebody scrolls to, so
 * that none is missing where a frame comes late.
 */
export function useRowsAhead() {
  const scrolling = useRef<Scrolling | null>(null);
  const onChange = useCallback((virtualizer: Scrolling) => {
    scrolling.current = virtualizer;
  }, []);
  const rangeExtractor = useCallback(({ startIndex, endIndex, count }: Range) => {
    const { isScrolling = false, scrollDirection = null } = scrolling.current ?? {};
    const before = !isScrolling ? RESTING : scrollDirection === "backward" ? AHEAD : BEHIND;
    const after = !isScrolling ? RESTING : scrollDirection === "forward" ? AHEAD : BEHIND;
    const first = Math.max(0, startIndex - before);
    const last = Math.min(count - 1, endIndex + after);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  }, []);
  return { rangeExtractor, onChange, isScrollingResetDelay: STILL_MS };
}

/** Scrolls as little as shows a row whole. One that is in sight is left alone: asking where it is would have the page laid out anew. */
export function showRow(virtualizer: Virtualizer<HTMLDivElement, Element>, index: number): void {
  const { range, options } = virtualizer;
  const covered = Math.ceil(options.scrollPaddingStart / options.estimateSize(index));
  if (range !== null && index > range.startIndex + covered && index < range.endIndex) return;
  virtualizer.scrollToIndex(index, { align: "auto" });
}

/** Tells whose rows are laid out whenever these are others, but not with every step of scrolling. `tell` is always the same function. */
export function useRowsLaidOut(
  { isScrolling }: { readonly isScrolling: boolean },
  rowIds: readonly number[],
  tell: (rowIds: readonly number[]) => void,
): void {
  const text = rowIds.join();
  useEffect(() => {
    if (!isScrolling) tell(text === "" ? [] : text.split(",").map(Number));
  }, [tell, text, isScrolling]);
}

import { useCallback, useRef } from "react";

const RESTING = 4;
const SCROLLING = 14;

/**
 * Rows laid out beyond those in sight, as options of a virtualizer: a few, and more while somebody scrolls, so that none is missing
 * where a frame comes late.
 */
export function useRowsAhead() {
  const scrolling = useRef(false);
  const onChange = useCallback((virtualizer: { readonly isScrolling: boolean }) => {
    scrolling.current = virtualizer.isScrolling;
  }, []);
  return { overscan: scrolling.current ? SCROLLING : RESTING, onChange };
}

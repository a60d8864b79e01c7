import { type RefObject, useLayoutEffect, useRef, useState } from "react";

/** Width and height of an element, whole pixels; null before it is laid out. */
export function useSize<Kind extends HTMLElement>(): readonly [
  RefObject<Kind | null>,
  { readonly width: number; readonly height: number } | null,
] {
  const element = useRef<Kind>(null);
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  useLayoutEffect(() => {
    const target = element.current;
    if (!target) return;
    const measure = (width: number, height: number) =>
      setSize((old) => {
        const next = { width: Math.floor(width), height: Math.floor(height) };
        return old && old.width === next.width && old.height === next.height ? old : next;
      });
    const observer = new ResizeObserver(([entry]) => {
      if (entry) measure(entry.contentRect.width, entry.contentRect.height);
    });
    observer.observe(target);
    return () => observer.disconnect();
  }, []);
  return [element, size];
}

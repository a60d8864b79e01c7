import { useSyncExternalStore } from "react";

/** Colours of the theme in force, for drawing on a canvas: reads custom properties of the document, each once. */
export interface Palette {
  /** Value of a custom property such as `--line`. */
  color(name: `--${string}`): string;
  /** Font of the page at a size in pixels. */
  font(pixels: number, weight?: number): string;
}

/** With forced colours, what is ground, text and line follows the system; colours that carry meaning stay, and their patterns with them. */
const FORCED: Readonly<Record<string, string>> = {
  "--bg": "Canvas",
  "--panel": "Canvas",
  "--raised": "Canvas",
  "--selected": "Canvas",
  "--text": "CanvasText",
  "--dim": "CanvasText",
  "--line": "GrayText",
  "--line-strong": "GrayText",
  "--accent": "Highlight",
  "--on-accent": "HighlightText",
};

let current: Palette | null = null;
const listeners = new Set<() => void>();
let watching = false;

function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const forced = window.matchMedia("(forced-colors: active)").matches;
  const known = new Map<string, string>(forced ? Object.entries(FORCED) : []);
  const color = (name: string): string => {
    let value = known.get(name);
    if (value === undefined) {
      value = style.getPropertyValue(name).trim();
      known.set(name, value);
    }
    return value;
  };
  return { color, font: (pixels, weight = 400) => `${weight} ${pixels}px ${color("--font") || "sans-serif"}` };
}

function watch(): void {
  watching = true;
  const changed = () => {
    current = null;
    for (const listener of [...listeners]) listener();
  };
  new MutationObserver(changed).observe(document.documentElement, { attributeFilter: ["data-theme", "class"] });
  window.matchMedia("(forced-colors: active)").addEventListener("change", changed);
}

/** The palette; another object whenever the theme changed. */
export function usePalette(): Palette {
  return useSyncExternalStore(
    (listener) => {
      if (!watching) watch();
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => {
      current ??= readPalette();
      return current;
    },
  );
}

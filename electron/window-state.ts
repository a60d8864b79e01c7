import { readFileSync, renameSync } from "node:fs";
import { type BrowserWindow, type Rectangle, screen } from "electron";
import writeFileAtomic from "write-file-atomic";
import * as z from "zod";

const DEFAULT_WIDTH = 1280;
const DEFAULT_HEIGHT = 820;
const SAVE_DELAY_MS = 500;
/** As much of a window must be on a display for its place to be taken again. */
const VISIBLE_PIXELS = 80;

const windowState = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(480).max(16_384),
  height: z.int().min(320).max(16_384),
  maximized: z.boolean(),
});

/** Where the window was, in the display's pixels. */
export type WindowState = z.infer<typeof windowState>;

/**
 * Reads the state of the last session; null where there is none.
 * A file that is not one is set aside under `….unreadable`, never overwritten.
 */
export function readWindowState(path: string): WindowState | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return null;
  }
  const state = parseWindowState(text);
  if (state !== null) return state;
  try {
    renameSync(path, `${path}.unreadable`);
  } catch {
    return null;
  }
  return null;
}

/** The state a file holds, or null where it holds none. */
export function parseWindowState(text: string): WindowState | null {
  try {
    return windowState.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Where to open the window: where it was, as long as that is still on a display. */
export function placeOf(state: WindowState | null): Partial<Rectangle> {
  if (state === null) return { width: DEFAULT_WIDTH, height: DEFAULT_HEIGHT };
  const { x, y, width, height } = state;
  const seen = screen.getAllDisplays().some(({ workArea }) => overlaps(state, workArea));
  return seen ? { x, y, width, height } : { width, height };
}

/** Whether enough of a window lies on a display to be grabbed. */
export function overlaps(window: Rectangle, display: Rectangle): boolean {
  const across = Math.min(window.x + window.width, display.x + display.width) - Math.max(window.x, display.x);
  const down = Math.min(window.y + window.height, display.y + display.height) - Math.max(window.y, display.y);
  return across >= VISIBLE_PIXELS && down >= VISIBLE_PIXELS;
}

/** Writes the window's place a moment after each change, and when it closes. */
export function keepWindowState(window: BrowserWindow, path: string): void {
  let timer: NodeJS.Timeout | null = null;
  const save = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const state: WindowState = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    try {
      writeFileAtomic.sync(path, `${JSON.stringify(state)}\n`);
    } catch {
      // A place that can't be kept is no reason to trouble anybody: the next start opens where the system likes.
    }
  };
  const saveSoon = (): void => {
    timer ??= setTimeout(save, SAVE_DELAY_MS);
  };
  window.on("resize", saveSoon);
  window.on("move", saveSoon);
  window.on("maximize", saveSoon);
  window.on("unmaximize", saveSoon);
  window.on("close", save);
}

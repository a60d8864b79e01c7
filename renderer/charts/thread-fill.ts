import { EXITED_ROW_ID, OTHERS_ROW_ID } from "../../core/history/series.ts";

/** Shades for threads; the ninth and later share the last. */
const SHADES = 8;

/** Colour of one thread of a series: shades of one hue, with greys for `others` and `exited`. */
export function threadFill(rowId: number, index: number): string {
  if (rowId === OTHERS_ROW_ID) return "var(--thread-others)";
  if (rowId === EXITED_ROW_ID) return "var(--thread-exited)";
  return `var(--thread-${Math.min(index, SHADES - 1)})`;
}

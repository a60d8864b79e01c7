import { plainText } from "../../core/text/plain-text.ts";

const MARKUP: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text of the machine made harmless for HTML and SVG, between tags and in quoted attributes. */
export function markupText(text: string): string {
  return plainText(text).replace(/[&<>"']/g, (character) => MARKUP[character] ?? "");
}

/** A coordinate with two decimals. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}

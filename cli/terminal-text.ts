import { plainText } from "../core/text/plain-text.ts";

/** One column of a table. */
export interface TableColumn {
  readonly title: string;
  readonly align: "left" | "right";
}

/** Columns a text takes on a terminal: wide East Asian characters and emoji take two, marks that combine take none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue;
    const code = character.codePointAt(0) ?? 0;
    const wide =
      (code >= 0x1100 && code <= 0x115f) ||
      (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe30 && code <= 0xfe6f) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0x1f300 && code <= 0x1faff) ||
      (code >= 0x20000 && code <= 0x3fffd);
    width += wide ? 2 : 1;
  }
  return width;
}

/** Text cut to a width, with an ellipsis where something is missing. */
export function cutTo(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let cut = "";
  let used = 0;
  for (const character of text) {
    const next = displayWidth(character);
    if (used + next > width - 1) break;
    cut += character;
    used += next;
  }
  return `${cut}…`;
}

function pad(text: string, width: number, align: TableColumn["align"]): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "left" ? text + space : space + text;
}

/**
 * A table as lines, columns two blanks apart. Every cell is made harmless first; lines are cut to `columns` where that is known.
 */
export function tableLines(
  head: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  columns: number | null,
): readonly string[] {
  const cells = [head.map((column) => column.title), ...rows.map((row) => row.map(plainText))];
  const widths = head.map((_, index) => Math.max(...cells.map((row) => displayWidth(row[index] ?? ""))));
  return cells.map((row) => {
    const line = head.map((column, index) => pad(row[index] ?? "", widths[index] ?? 0, column.align)).join("  ");
    const trimmed = line.trimEnd();
    return columns === null ? trimmed : cutTo(trimmed, columns);
  });
}

/** Breaks a sentence into lines of a width at blanks; lines after the first are indented, beyond that width. */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.join(`\n${indent}`);
}

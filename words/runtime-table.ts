import type { RuntimeRow } from "../core/frame/view.ts";
import { plainText } from "../core/text/plain-text.ts";
import { VERDICT_LABELS } from "./labels.ts";

const COLUMNS: readonly (readonly [title: string, read: (row: RuntimeRow) => string | number | null])[] = [
  ["name", (row) => row.name],
  ["pid", (row) => row.pid],
  ["python", (row) => [row.implementation, row.version].filter(Boolean).join(" ")],
  ["verdict", (row) => VERDICT_LABELS[row.verdict]],
  ["basis", (row) => row.basis],
  ["cores used", (row) => rounded(row.cpuCores)],
  ["cores lost", (row) => rounded(row.lostCores)],
  ["threads", (row) => row.threadCount],
  ["GIL-bound threads", (row) => row.gilBoundThreads],
  ["RSS bytes", (row) => row.rssBytes],
];

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}

/** One cell: on one line, nothing in it acts, and no spreadsheet takes it for a formula. Not known is empty. */
function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = plainText(value);
  return /^[=+\-@]/.test(text) ? `'${text}` : text;
}

/** Runtimes as tab-separated values with a line of names, as spreadsheets paste them. Ends with a line break. */
export function runtimeTable(rows: readonly RuntimeRow[]): string {
  const lines = [COLUMNS.map(([title]) => title), ...rows.map((row) => COLUMNS.map(([, read]) => cell(read(row))))];
  return lines.map((cells) => `${cells.join("\t")}\n`).join("");
}

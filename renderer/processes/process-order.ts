import type { ProcessLine } from "../../core/process/process-list.ts";

/** Columns of the table of processes, in the order in which they stand; it can be sorted by each. */
export const SORTS = ["name", "pid", "userName", "threadCount", "cpuCores", "rssBytes"] as const;

/** One of them. */
export type SortColumn = (typeof SORTS)[number];

/** Columns that begin with the smallest. */
const ASCENDING: ReadonlySet<SortColumn> = new Set(["name", "pid", "userName"]);

/** Lines drawn at most. */
const MOST_SHOWN = 200;

/** Which way a column is sorted. */
export const directionOf = (column: SortColumn): "ascending" | "descending" =>
  ASCENDING.has(column) ? "ascending" : "descending";

/** The lines that have all words of a filter, sorted: those that are drawn, and how many more there are. */
export function shownLines(
  lines: readonly ProcessLine[],
  filter: string,
  sort: SortColumn,
): { readonly lines: readonly ProcessLine[]; readonly more: number } {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = lines.filter(({ name, pid, userName }) => {
    const text = `${name ?? ""} ${pid} ${userName ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const sign = ASCENDING.has(sort) ? 1 : -1;
  const sorted = [...wanted].sort((a, b) => sign * compare(a[sort], b[sort]));
  return { lines: sorted.slice(0, MOST_SHOWN), more: Math.max(0, sorted.length - MOST_SHOWN) };
}

/** What is not known is smaller than everything. */
function compare(a: string | number | null, b: string | number | null): number {
  if (typeof a === "string" && typeof b === "string") return a.localeCompare(b);
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return Number(a) - Number(b);
}

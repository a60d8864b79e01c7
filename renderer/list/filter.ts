import type { RuntimeRow } from "../../core/frame/view.ts";

/** Says whether a row passes. */
export type RowFilter = (row: RuntimeRow) => boolean;

type Comparison = ">" | ">=" | "<" | "<=" | "=";

const NUMERIC_FIELDS: Readonly<Record<string, (row: RuntimeRow) => number | null>> = {
  cpu: (row) => row.cpuCores,
  cores: (row) => row.cpuCores,
  lost: (row) => row.lostCores,
  threads: (row) => row.threadCount,
  mem: (row) => row.rssBytes,
  memory: (row) => row.rssBytes,
  rss: (row) => row.rssBytes,
  pid: (row) => row.pid,
};

const SIZE_SUFFIX: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

function compare(value: number | null, comparison: Comparison, limit: number): boolean {
  if (value === null) return false;
  switch (comparison) {
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case "=":
      return value === limit;
  }
}

function numericTerm(word: string): RowFilter | null {
  const match = /^([a-z]+)(>=|<=|>|<|=|:)(\d+(?:\.\d+)?)([kmgt]?)(?:i?b)?$/.exec(word);
  if (!match) return null;
  const read = NUMERIC_FIELDS[match[1] ?? ""];
  if (!read) return null;
  const limit = Number(match[3]) * (SIZE_SUFFIX[match[4] ?? ""] ?? 1);
  const comparison = (match[2] === ":" ? "=" : match[2]) as Comparison;
  return (row) => compare(read(row), comparison, limit);
}

function textTerm(word: string): RowFilter | null {
  const match = /^([a-z]+):(.+)$/.exec(word);
  const value = match?.[2] ?? "";
  switch (match?.[1]) {
    case "verdict":
      return (row) => row.verdict.startsWith(value);
    case "version":
    case "python":
      return (row) => row.version?.startsWith(value) ?? false;
    case "family":
      return (row) => row.familyId.toLowerCase().includes(value);
    case "role":
      return (row) => row.role.startsWith(value);
    case "user":
      return (row) => row.searchText.includes(value);
    case "gil":
      return (row) => row.gilBoundThreads > 0 === (value === "yes" || value === "true");
    default:
      return null;
  }
}

function term(word: string): RowFilter {
  if (word.length > 1 && word.startsWith("-")) {
    const positive = term(word.slice(1));
    return (row) => !positive(row);
  }
  return numericTerm(word) ?? textTerm(word) ?? ((row) => row.searchText.includes(word));
}

/**
 * Reads a filter line. Words must all match: plain words search name, pid, command line and environment;
 * `verdict:gil-bound`, `cpu>0.5`, `mem>1g`, `pid:123`, `threads>=8`, `python:3.12` ask for a field; `-word` excludes.
 * Null for an empty line: everything passes.
 */
export function parseFilter(line: string): RowFilter | null {
  const words = line.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return null;
  const terms = words.map(term);
  return (row) => terms.every((passes) => passes(row));
}

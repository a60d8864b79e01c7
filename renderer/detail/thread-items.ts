import type { ThreadFrameColumns } from "../../core/frame/frame.ts";
import type { PoolKind } from "../../core/thread/native-pool.ts";
import { nowIn } from "../../words/now-in.ts";
import { gilWaitOf } from "./thread-order.ts";

/** One line of the thread table. */
export type ThreadItem =
  | { readonly kind: "thread"; readonly key: string; readonly row: number }
  | {
      readonly kind: "pool";
      readonly key: string;
      readonly pool: PoolKind;
      readonly rows: readonly number[];
      readonly folded: boolean;
    };

/** Pools of at least so many threads get a heading; larger ones are folded until somebody opens them. */
const LEAST_POOL = 2;
const LARGEST_OPEN_POOL = 8;

/** Lays threads out as lines: Python's own first, then native pools, each under its heading. `toggled` are pools that were opened or folded. */
export function threadItems(
  threads: ThreadFrameColumns,
  order: readonly number[],
  toggled: ReadonlySet<string>,
): readonly ThreadItem[] {
  const lineOf = (row: number): ThreadItem => ({ kind: "thread", key: `thread ${threads.rowId[row]}`, row });
  const pools = new Map<PoolKind, number[]>();
  for (const row of order) {
    const pool = threads.pools[row];
    if (!pool) continue;
    const rows = pools.get(pool);
    if (rows) rows.push(row);
    else pools.set(pool, [row]);
  }
  if (pools.size === 0) return order.map(lineOf);
  const grouped = [...pools].filter(([, rows]) => rows.length >= LEAST_POOL);
  const inGroup = new Set(grouped.flatMap(([, rows]) => rows));
  const items = order.filter((row) => !inGroup.has(row)).map(lineOf);
  for (const [pool, rows] of grouped.sort(([left], [right]) => left.localeCompare(right))) {
    const folded = rows.length > LARGEST_OPEN_POOL !== toggled.has(pool);
    items.push({ kind: "pool", key: `pool ${pool}`, pool, rows, folded });
    if (!folded) items.push(...rows.map(lineOf));
  }
  return items;
}

const COMPARED = /^(cpu|wait)([<>])(\d*\.?\d+)$/;

function passes(threads: ThreadFrameColumns, row: number, term: string): boolean {
  const compared = COMPARED.exec(term);
  if (compared) {
    const [, field, sign, figure] = compared;
    const value = field === "cpu" ? (threads.cpuCores[row] ?? Number.NaN) : (gilWaitOf(threads, row) ?? Number.NaN);
    return sign === ">" ? value > Number(figure) : value < Number(figure);
  }
  if (term === "gil") return threads.gilBound[row] === 1;
  const text = `${threads.names[row]}\n${threads.tid[row]}\n${threads.pools[row] ?? ""}\n${nowIn(threads.stacks[row] ?? null) ?? ""}`;
  return text.toLowerCase().includes(term);
}

/** Rows that pass a filter: words of the name, tid, pool or current function, `cpu>0.1`, `wait>0.5` and `gil`. */
export function filterThreads(
  threads: ThreadFrameColumns,
  order: readonly number[],
  filter: string,
): readonly number[] {
  const terms = filter.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return terms.length === 0 ? order : order.filter((row) => terms.every((term) => passes(threads, row, term)));
}

/** What the heading of a pool says: cores of all its threads. Null when none is known. */
export function poolCores(threads: ThreadFrameColumns, rows: readonly number[]): number | null {
  let sum = Number.NaN;
  for (const row of rows) {
    const cores = threads.cpuCores[row] ?? Number.NaN;
    if (Number.isFinite(cores)) sum = (Number.isNaN(sum) ? 0 : sum) + cores;
  }
  return Number.isNaN(sum) ? null : sum;
}

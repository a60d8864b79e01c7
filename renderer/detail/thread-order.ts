import type { ThreadFrameColumns } from "../../core/frame/frame.ts";
import type { THREAD_SORTS } from "../../core/settings/settings.ts";
import { THREAD_STATE_COUNT, THREAD_STATES } from "../../core/thread/thread-state.ts";

/** One sortable column. */
export type ThreadColumn = (typeof THREAD_SORTS)[number];

/** How the thread table is sorted. */
export interface ThreadSort {
  readonly column: ThreadColumn;
  readonly descending: boolean;
}

const GIL_WAIT = THREAD_STATES.indexOf("gilWait");
const UNKNOWN = THREAD_STATES.indexOf("unknown");
const names = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Share of a thread's time that it waits for the GIL; null when that was not seen. */
export function gilWaitOf(threads: ThreadFrameColumns, row: number): number | null {
  const wait = threads.states[row * THREAD_STATE_COUNT + GIL_WAIT] ?? Number.NaN;
  const unknown = threads.states[row * THREAD_STATE_COUNT + UNKNOWN] ?? Number.NaN;
  if (!Number.isFinite(wait) || (wait === 0 && (unknown > 0.5 || threads.gilBound[row] === 2))) return null;
  return wait;
}

/** A number of a column, or null where it is not known. */
export function numberOrNull(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

function keyOf(threads: ThreadFrameColumns, row: number, column: Exclude<ThreadColumn, "name" | "nowIn">): number {
  switch (column) {
    case "tid":
      return threads.tid[row] ?? 0;
    // Coarse steps, so that threads a hair apart don't change places.
    case "cpu":
      return Math.round((numberOrNull(threads.cpuCores[row]) ?? -1) * 40);
    case "gilWait":
      return Math.round((gilWaitOf(threads, row) ?? -1) * 20);
    case "switches":
      return Math.round((numberOrNull(threads.switchesPerSecond[row]) ?? -1) / 5);
  }
}

/** Row numbers of the threads in the order to show. Rows that are not known come last, ties keep the order of `old`. */
export function sortThreads(
  threads: ThreadFrameColumns,
  sort: ThreadSort,
  old: ReadonlyMap<number, number>,
): readonly number[] {
  const rows = Array.from({ length: threads.length }, (_, row) => row);
  const place = (row: number) => old.get(threads.rowId[row] ?? 0) ?? old.size + row;
  const { column } = sort;
  const direction = sort.descending ? -1 : 1;
  if (column === "name" || column === "nowIn") {
    const texts =
      column === "name" ? threads.names : threads.stacks.map((stack) => stack?.frames[0]?.functionName ?? null);
    return rows.sort((left, right) => {
      const a = texts[left] ?? null;
      const b = texts[right] ?? null;
      if (a === null || b === null) return Number(a === null) - Number(b === null) || place(left) - place(right);
      return direction * names.compare(a, b) || place(left) - place(right);
    });
  }
  const keys = rows.map((row) => keyOf(threads, row, column));
  return rows.sort((left, right) => {
    const a = keys[left] ?? 0;
    const b = keys[right] ?? 0;
    if (a < 0 !== b < 0) return a < 0 ? 1 : -1;
    return direction * (a - b) || place(left) - place(right);
  });
}

/** Keeps threads where they are: those that ended go, new ones come last. */
export function keepThreads(threads: ThreadFrameColumns, old: ReadonlyMap<number, number>): readonly number[] {
  const rows = Array.from({ length: threads.length }, (_, row) => row);
  const place = (row: number) => old.get(threads.rowId[row] ?? 0) ?? old.size + row;
  return rows.sort((left, right) => place(left) - place(right));
}

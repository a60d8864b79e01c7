import type { THREAD_TABLE_COLUMNS } from "../../core/settings/settings.ts";
import type { ThreadColumn } from "./thread-order.ts";

/** One column of the thread table. */
export type ThreadTableColumn = "name" | "cpu" | "states" | (typeof THREAD_TABLE_COLUMNS)[number];

/** What is known of a column beforehand. */
export interface ColumnFacts {
  readonly id: ThreadTableColumn;
  readonly label: string;
  /** What it is sorted by; null where it can't be. */
  readonly sort: ThreadColumn | null;
  readonly right: boolean;
  /** Its part of a CSS grid. */
  readonly width: string;
  /** Table width from which there is room for it, pixels. */
  readonly fromWidth: number;
}

/** Every column in the order in which they stand. */
export const THREAD_TABLE: readonly ColumnFacts[] = [
  { id: "name", label: "Thread", sort: "name", right: false, width: "minmax(96px, 1.1fr)", fromWidth: 0 },
  { id: "tid", label: "tid", sort: "tid", right: true, width: "60px", fromWidth: 760 },
  { id: "trend", label: "Last minute", sort: null, right: false, width: "66px", fromWidth: 860 },
  { id: "cpu", label: "CPU", sort: "cpu", right: true, width: "48px", fromWidth: 0 },
  {
    id: "states",
    label: "Where each second goes",
    sort: null,
    right: false,
    width: "minmax(84px, 1.3fr)",
    fromWidth: 0,
  },
  { id: "gilWait", label: "GIL wait", sort: "gilWait", right: true, width: "66px", fromWidth: 420 },
  { id: "switches", label: "Switches/s", sort: "switches", right: true, width: "80px", fromWidth: 640 },
  { id: "nowIn", label: "Now in", sort: "nowIn", right: false, width: "minmax(96px, 1.3fr)", fromWidth: 540 },
];

/** The columns to show: chosen, known of some thread, and with room. */
export function columnsFor(
  width: number,
  hidden: readonly ThreadTableColumn[],
  anyStack: boolean,
): readonly ColumnFacts[] {
  return THREAD_TABLE.filter(
    ({ id, fromWidth }) => width >= fromWidth && !hidden.includes(id) && (id !== "nowIn" || anyStack),
  );
}

import type { FamilyRow, RuntimeRow } from "../../core/frame/view.ts";
import type { RowFilter } from "./filter.ts";
import type { Order } from "./order.ts";

/** One line on screen: a family's heading or a runtime. */
export type ListItem =
  | {
      readonly kind: "family";
      readonly key: string;
      readonly familyId: string;
      readonly collapsed: boolean;
      /** Runtimes of the family that pass the filter. */
      readonly shown: number;
    }
  | {
      readonly kind: "runtime";
      readonly key: string;
      readonly rowId: number;
      readonly familyId: string;
      /** Steps below its oldest ancestor in the list: 0 for a runtime without a heading. */
      readonly depth: number;
      readonly ended: boolean;
    };

/** What the list shows, in order, and how much of everything that is. */
export interface ListContent {
  readonly items: readonly ListItem[];
  readonly runtimes: number;
  readonly shownRuntimes: number;
  readonly families: number;
}

/** Nothing to show. */
export const EMPTY_LIST: ListContent = { items: [], runtimes: 0, shownRuntimes: 0, families: 0 };

const DEEPEST = 3;

function depthOf(row: RuntimeRow, rows: (rowId: number) => RuntimeRow | undefined): number {
  let depth = 1;
  let parent = row.parentRowId;
  while (parent !== null && depth < DEEPEST) {
    const next = rows(parent);
    if (!next || next.familyId !== row.familyId) break;
    depth += 1;
    parent = next.parentRowId;
  }
  return depth;
}

/** Lays the order out as lines: headings only over families of more than one, collapsed families without their runtimes. */
export function listContent(
  order: Order,
  rows: (rowId: number) => RuntimeRow | undefined,
  families: ReadonlyMap<string, FamilyRow>,
  filter: RowFilter | null,
  collapsed: ReadonlySet<string>,
  ended: ReadonlySet<number>,
  hideHelpers = false,
): ListContent {
  const items: ListItem[] = [];
  let runtimes = 0;
  let shownRuntimes = 0;
  let shownFamilies = 0;
  for (const family of order.families) {
    runtimes += family.rowIds.length;
    const shown = family.rowIds
      .map((rowId) => rows(rowId))
      .filter(
        (row) => row !== undefined && (filter === null || filter(row)) && !(hideHelpers && row.role === "helper"),
      ) as RuntimeRow[];
    if (shown.length === 0) continue;
    shownRuntimes += shown.length;
    shownFamilies += 1;
    const headed = family.rowIds.length > 1 && families.has(family.id);
    const isCollapsed = headed && collapsed.has(family.id);
    if (headed) {
      items.push({
        kind: "family",
        key: `family ${family.id}`,
        familyId: family.id,
        collapsed: isCollapsed,
        shown: shown.length,
      });
    }
    if (isCollapsed) continue;
    for (const row of shown) {
      items.push({
        kind: "runtime",
        key: `runtime ${row.rowId}`,
        rowId: row.rowId,
        familyId: family.id,
        depth: headed ? depthOf(row, rows) : 0,
        ended: ended.has(row.rowId),
      });
    }
  }
  return { items, runtimes, shownRuntimes, families: shownFamilies };
}

/** Whether two contents would look the same, so that the list need not be laid out again. */
export function sameContent(left: ListContent, right: ListContent): boolean {
  if (
    left.items.length !== right.items.length ||
    left.runtimes !== right.runtimes ||
    left.shownRuntimes !== right.shownRuntimes ||
    left.families !== right.families
  ) {
    return false;
  }
  return left.items.every((item, index) => {
    const other = right.items[index];
    if (!other || item.key !== other.key) return false;
    if (item.kind === "family") {
      return other.kind === "family" && item.collapsed === other.collapsed && item.shown === other.shown;
    }
    return other.kind === "runtime" && item.depth === other.depth && item.ended === other.ended;
  });
}

import type { FamilyRow, RuntimeRow } from "../../core/frame/view.ts";

/** What the list is sorted by. */
export const SORT_KEYS = ["lost", "cpu", "memory", "name"] as const;

/** One way to sort the list. */
export type SortKey = (typeof SORT_KEYS)[number];

/** Least time between two sorts nobody asked for, milliseconds. */
export const RESORT_MS = 5000;

/** Families in order, each with its runtimes in order: what stays put while figures move. */
export interface Order {
  readonly families: readonly { readonly id: string; readonly rowIds: readonly number[] }[];
}

/** Nothing in the list yet. */
export const EMPTY_ORDER: Order = { families: [] };

/** Figures are compared in steps, so that rows a hair apart do not change places with every sort. */
const LOST_STEP = 0.1;
const CPU_STEP = 0.05;
const MEMORY_STEP = 8 * 2 ** 20;

type Rank = readonly [number, number];

function step(value: number | null, size: number): number {
  return value === null ? -1 : Math.round(value / size);
}

function rank(key: SortKey, lostCores: number | null, cpuCores: number | null, rssBytes: number | null): Rank {
  switch (key) {
    case "lost":
      // A loss nobody could measure ranks like none: the CPU decides.
      return [step(lostCores ?? 0, LOST_STEP), step(cpuCores, CPU_STEP)];
    case "cpu":
      return [step(cpuCores, CPU_STEP), step(lostCores, LOST_STEP)];
    case "memory":
      return [step(rssBytes, MEMORY_STEP), 0];
    case "name":
      return [0, 0];
  }
}

const higherFirst = (left: Rank, right: Rank) => right[0] - left[0] || right[1] - left[1];

/** Names as people sort them: `worker-2` before `worker-10`. */
const names = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/**
 * Sorts families, and runtimes inside each: parents before their children, helpers last.
 * Ties keep the old order.
 */
export function sortOrder(
  old: Order,
  rows: ReadonlyMap<number, RuntimeRow>,
  families: readonly FamilyRow[],
  key: SortKey,
): Order {
  const oldFamilies = new Map(old.families.map((family, index) => [family.id, index]));
  const oldRows = new Map<number, number>();
  for (const family of old.families) for (const rowId of family.rowIds) oldRows.set(rowId, oldRows.size);
  const place = (map: ReadonlyMap<number | string, number>, id: number | string) =>
    map.get(id) ?? Number.MAX_SAFE_INTEGER;

  const sorted = families
    .map((family) => {
      const members = family.memberRowIds.map((rowId) => rows.get(rowId)).filter((row) => row !== undefined);
      const memory = members.reduce((sum, row) => sum + (row.rssBytes ?? 0), 0);
      const byRank = members
        .map((row) => ({
          row,
          part: row.role === "parent" ? 0 : row.role === "helper" ? 2 : 1,
          rank: rank(key, row.lostCores, row.cpuCores, row.rssBytes),
        }))
        .sort(
          (left, right) =>
            left.part - right.part ||
            higherFirst(left.rank, right.rank) ||
            (key === "name" ? names.compare(left.row.name, right.row.name) : 0) ||
            place(oldRows, left.row.rowId) - place(oldRows, right.row.rowId) ||
            left.row.rowId - right.row.rowId,
        );
      return {
        id: family.id,
        name: family.name,
        rank: rank(key, family.lostCores, family.cpuCores, memory),
        rowIds: byRank.map((entry) => entry.row.rowId),
      };
    })
    .sort(
      (left, right) =>
        higherFirst(left.rank, right.rank) ||
        (key === "name" ? names.compare(left.name, right.name) : 0) ||
        place(oldFamilies, left.id) - place(oldFamilies, right.id) ||
        (left.rowIds[0] ?? 0) - (right.rowIds[0] ?? 0),
    );
  return { families: sorted.map(({ id, rowIds }) => ({ id, rowIds })) };
}

/**
 * Brings the order up to date without moving anything: rows that `keep` does not hold are dropped,
 * new runtimes come last in their family, new families last in the list.
 */
export function keepOrder(old: Order, families: readonly FamilyRow[], keep: (rowId: number) => boolean): Order {
  const familyOf = new Map<number, string>();
  for (const family of families) for (const rowId of family.memberRowIds) familyOf.set(rowId, family.id);
  const placed = new Set<number>();
  const next: { id: string; rowIds: number[] }[] = [];
  for (const family of old.families) {
    // A runtime may have found a new family; one that ended stays with the family it had.
    const rowIds = family.rowIds.filter((rowId) => keep(rowId) && (familyOf.get(rowId) ?? family.id) === family.id);
    for (const rowId of rowIds) placed.add(rowId);
    if (rowIds.length > 0) next.push({ id: family.id, rowIds });
  }
  const byId = new Map(next.map((family) => [family.id, family]));
  for (const family of families) {
    const fresh = family.memberRowIds.filter((rowId) => !placed.has(rowId));
    if (fresh.length === 0) continue;
    const group = byId.get(family.id);
    if (group) group.rowIds.push(...fresh);
    else next.push({ id: family.id, rowIds: fresh });
  }
  return { families: next };
}

/** Whether the list may be sorted again now without moving under somebody's hands. */
export function maySort(state: {
  readonly pointerInside: boolean;
  readonly keyboardInside: boolean;
  readonly nowMs: number;
  readonly sortedAtMs: number;
}): boolean {
  return !state.pointerInside && !state.keyboardInside && state.nowMs - state.sortedAtMs >= RESORT_MS;
}

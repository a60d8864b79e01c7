import type { FamilyRow, FrameView, RuntimeRow } from "../../core/frame/view.ts";
import { createKeyedStore, type KeyedStore } from "../page/keyed-store.ts";
import { sameRow } from "../page/row-equality.ts";
import { parseFilter } from "./filter.ts";
import { EMPTY_LIST, type ListContent, listContent, sameContent } from "./list-items.ts";
import { EMPTY_ORDER, keepOrder, maySort, type Order, type SortKey, sortOrder } from "./order.ts";

/** How runtimes are laid out. */
export interface ListShape {
  /** One below the other in one order, without families. */
  readonly flat: boolean;
  readonly hideHelpers: boolean;
}

/** Every runtime as a family of its own. */
function flatFamilies(view: FrameView): readonly FamilyRow[] {
  const families = new Map(view.families.map((family) => [family.id, family]));
  return view.rows.flatMap((row) => {
    const family = families.get(row.familyId);
    if (family === undefined) return [];
    const { name, cpuCores, lostCores, verdict } = row;
    return [{ ...family, id: aloneId(row), name, cpuCores, lostCores, verdict, memberRowIds: [row.rowId] }];
  });
}

const aloneId = (row: RuntimeRow) => `alone ${row.rowId}`;

/** Keeps the list of runtimes: its rows, its order, and what of it passes the filter. */
export interface ListKeeper {
  readonly rows: KeyedStore<RuntimeRow>;
  readonly families: { get(id: string): FamilyRow | undefined };
  /** Row ids that ended but still stand in the list. */
  readonly ended: ReadonlySet<number>;
  /** Takes a frame over; sorts when nobody's hands are on the list. `sortNow` when the user asked for another order. */
  take(view: FrameView, nowMs: number, sortNow?: boolean): void;
  /** Lays the list out in another way from the next frame on; false when it is laid out so already. */
  setShape(shape: ListShape): boolean;
  setHands(hands: { readonly pointerInside?: boolean; readonly keyboardInside?: boolean }): void;
  /** The lines to show; the same object as before when nothing changed. */
  content(filter: string, collapsed: ReadonlySet<string>): ListContent;
  /** The runtime of the topmost family that loses most, else uses most; null when there is none. */
  first(): number | null;
  /** Forgets everything: another source is shown. */
  clear(): void;
}

function worse(row: RuntimeRow, than: RuntimeRow): boolean {
  const lost = (row.lostCores ?? 0) - (than.lostCores ?? 0);
  return lost !== 0 ? lost > 0 : (row.cpuCores ?? 0) > (than.cpuCores ?? 0);
}

/** Makes a keeper; `selected` and `sortKey` tell what the page has now. */
export function createListKeeper(page: { selected: () => number | null; sortKey: () => SortKey }): ListKeeper {
  const rows = createKeyedStore<RuntimeRow>(sameRow);
  let families = new Map<string, FamilyRow>();
  let order: Order = EMPTY_ORDER;
  let ended: ReadonlySet<number> = new Set<number>();
  let shape: ListShape = { flat: false, hideHelpers: false };
  let pointerInside = false;
  let keyboardInside = false;
  let sortedAtMs = Number.NEGATIVE_INFINITY;
  let sortedWithFigures = false;
  let shown: ListContent = EMPTY_LIST;

  return {
    rows,
    families: { get: (id) => families.get(id) },
    get ended() {
      return ended;
    },
    take(view, nowMs, sortNow = false) {
      const current = new Map(view.rows.map((row) => [row.rowId, row]));
      // A runtime that ended keeps its line while it is selected or somebody's hands are on the list.
      const kept = new Set<number>();
      const held = pointerInside || keyboardInside;
      for (const rowId of rows.keys()) {
        if (!current.has(rowId) && (rowId === page.selected() || held)) kept.add(rowId);
      }
      const all: [number, RuntimeRow][] = view.rows.map((row) => [row.rowId, row]);
      const viewFamilies = shape.flat ? flatFamilies(view) : view.families;
      const familyIdOf = (row: RuntimeRow) => (shape.flat ? aloneId(row) : row.familyId);
      const nextFamilies = new Map(viewFamilies.map((family) => [family.id, family]));
      for (const rowId of kept) {
        const row = rows.get(rowId);
        if (!row) continue;
        all.push([rowId, row]);
        const family = families.get(familyIdOf(row));
        if (family && !nextFamilies.has(family.id)) nextFamilies.set(family.id, { ...family, memberRowIds: [] });
      }
      rows.replace(all);
      ended = kept;
      families = nextFamilies;

      order = keepOrder(order, viewFamilies, (rowId) => rows.get(rowId) !== undefined);
      const firstFigures = !sortedWithFigures && view.windowSeconds > 0 && !held;
      if (sortNow || firstFigures || maySort({ pointerInside, keyboardInside, nowMs, sortedAtMs })) {
        const withEnded = [...families.values()].map((family) => {
          const idOf = (rowId: number) => {
            const row = rows.get(rowId);
            return row && familyIdOf(row);
          };
          const own = [...kept].filter((rowId) => idOf(rowId) === family.id);
          return own.length === 0 ? family : { ...family, memberRowIds: [...family.memberRowIds, ...own] };
        });
        order = sortOrder(order, new Map(all), withEnded, page.sortKey());
        sortedAtMs = nowMs;
        sortedWithFigures ||= view.windowSeconds > 0;
      }
    },
    setShape(next) {
      const other = next.flat !== shape.flat || next.hideHelpers !== shape.hideHelpers;
      shape = next;
      return other;
    },
    setHands(hands) {
      pointerInside = hands.pointerInside ?? pointerInside;
      keyboardInside = hands.keyboardInside ?? keyboardInside;
    },
    content(filter, collapsed) {
      const next = listContent(
        order,
        (rowId) => rows.get(rowId),
        families,
        parseFilter(filter),
        collapsed,
        ended,
        shape.hideHelpers,
      );
      if (!sameContent(shown, next)) shown = next;
      return shown;
    },
    first() {
      let best: RuntimeRow | null = null;
      for (const rowId of order.families[0]?.rowIds ?? []) {
        const row = rows.get(rowId);
        if (row && (best === null || worse(row, best))) best = row;
      }
      return best?.rowId ?? null;
    },
    clear() {
      rows.replace([]);
      families = new Map();
      order = EMPTY_ORDER;
      ended = new Set();
      sortedWithFigures = false;
      sortedAtMs = Number.NEGATIVE_INFINITY;
      shown = EMPTY_LIST;
    },
  };
}

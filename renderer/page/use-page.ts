import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import type { RuntimeRow } from "../../core/frame/view.ts";
import type { Page } from "./page.ts";
import type { PageState } from "./page-state.ts";
import type { Store } from "./store.ts";

/** The page's controller, for every component. */
export const PageContext = createContext<Page | null>(null);

/** The page's controller. */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error("no page around this component");
  return page;
}

/** A part of a store; drawn again when the part has another identity. The selector must not make new objects. */
export function useStore<State, Part>(store: Store<State>, select: (state: State) => Part): Part {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}

/** A part of the page's state. */
export function usePageState<Part>(select: (state: PageState) => Part): Part {
  return useStore(usePage().store, select);
}

/** One row of the list; drawn again only when it would look different. */
export function useRow(rowId: number): RuntimeRow | undefined {
  const { rows } = usePage().list;
  const subscribe = useCallback((listener: () => void) => rows.subscribe(rowId, listener), [rows, rowId]);
  return useSyncExternalStore(subscribe, () => rows.get(rowId));
}

/** The sparkline of one row. */
export function useLine(rowId: number): Float32Array | undefined {
  const { lines } = usePage().charts;
  const subscribe = useCallback((listener: () => void) => lines.subscribe(rowId, listener), [lines, rowId]);
  return useSyncExternalStore(subscribe, () => lines.get(rowId));
}

import { createContext, useContext } from "react";
import type { Settings } from "../../core/settings/settings.ts";
import { useStore } from "../page/use-page.ts";
import type { Desk } from "./desk.ts";

/** The desk, for every component. */
export const DeskContext = createContext<Desk | null>(null);

/** The desk. */
export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("no desk around this component");
  return desk;
}

/** A part of the settings. */
export function useSetting<Part>(select: (settings: Settings) => Part): Part {
  return useStore(useDesk().settings.store, ({ settings }) => select(settings));
}

import { type RefObject, useEffect } from "react";
import type { Desk } from "../act/desk.ts";
import type { Page } from "../page/page.ts";

const TYPING = "input:not([type=range]), textarea, select, [contenteditable]";
const PRESSABLE = "button, a, summary, [role^=menuitem], input, select";

/** Keys that work everywhere in the window, unless the focused element needs them itself. */
export function useKeys(page: Page, filter: RefObject<HTMLInputElement | null>, desk: Desk): void {
  useEffect(() => {
    const list = () => document.getElementById("runtime-list");
    const onKeyDown = (event: KeyboardEvent) => {
      const sheets: Readonly<Record<string, "palette" | "settings">> = { k: "palette", ",": "settings" };
      const sheet = (event.ctrlKey || event.metaKey) && !event.altKey ? sheets[event.key.toLowerCase()] : undefined;
      if (sheet !== undefined && !document.querySelector("dialog[open]")) {
        event.preventDefault();
        desk.open({ kind: sheet });
        return;
      }
      if (
        event.defaultPrevented ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        document.querySelector("dialog[open]")
      )
        return;
      const target = event.target instanceof Element ? event.target : document.body;
      const inFilter = target === filter.current;
      if (event.key === "Escape") {
        if (page.time.store.get().comparison !== null) {
          page.time.endComparison();
          return;
        }
        if (page.store.get().filter !== "") page.setFilter("");
        list()?.focus();
        return;
      }
      if (inFilter && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        event.preventDefault();
        page.moveSelection(event.key === "ArrowDown" ? 1 : -1);
        return;
      }
      if (inFilter && event.key === "Enter") {
        event.preventDefault();
        page.moveSelection(0);
        list()?.focus();
        return;
      }
      if (target.closest(TYPING)) return;
      switch (event.key) {
        case "/":
          event.preventDefault();
          filter.current?.focus();
          filter.current?.select();
          return;
        case "?":
          event.preventDefault();
          desk.open({ kind: "help" });
          return;
        case " ":
          if (target.closest(PRESSABLE)) return;
          event.preventDefault();
          page.togglePause();
          return;
        case "p":
          event.preventDefault();
          desk.open({ kind: "processes" });
          return;
        case "m":
          void page.time.mark();
          return;
        case "t":
          event.preventDefault();
          document.querySelector<HTMLElement>(".time-strip")?.focus();
          return;
        case "l":
          page.lanes.toggle();
          return;
        case "c":
          page.time.beginComparison();
          return;
        case "ArrowDown":
        case "ArrowUp":
          if (target !== document.body && target.id !== "root") return;
          event.preventDefault();
          list()?.focus();
          page.moveSelection(event.key === "ArrowDown" ? 1 : -1);
          return;
        default:
          return;
      }
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [page, filter, desk]);
}

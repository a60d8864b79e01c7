import type { RuntimeFrame } from "../../core/frame/frame.ts";
import type { Page } from "../page/page.ts";
import type { SheetTarget } from "./sheet.ts";

/** A runtime as something that can be acted on. */
export function targetOf({ rowId, pid, startTicks, name }: RuntimeFrame): SheetTarget {
  return { processRowId: rowId, pid, startTicks, name };
}

/** What of the selected runtime can be acted on: it must run, and be of this machine now. */
export function selectedRuntime(page: Page): { readonly runtime: RuntimeFrame; readonly alive: boolean } | null {
  const { detail, selectedRowId, file } = page.store.get();
  if (detail?.state !== "known" || detail.view.runtime.rowId !== selectedRowId) return null;
  return { runtime: detail.view.runtime, alive: detail.ended === "no" && file === null };
}

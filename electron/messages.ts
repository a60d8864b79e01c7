import { type BrowserWindow, dialog } from "electron";
import { assertNever } from "../core/assert-never.ts";
import type { ExportOutcome } from "../core/page/protocol.ts";

/** Says what went wrong, over the window. */
export function showProblem(window: BrowserWindow, message: string): void {
  if (window.isDestroyed()) return;
  void dialog.showMessageBox(window, { type: "warning", title: "Gilscope", message, buttons: ["Close"] });
}

/** Says how an export from the menu ended, where the dialog did not show it already. */
export function showExportOutcome(window: BrowserWindow, outcome: ExportOutcome): void {
  switch (outcome.state) {
    case "failed":
      showProblem(window, outcome.message);
      return;
    case "saved":
    case "cancelled":
    case "content":
      return;
    default:
      assertNever(outcome);
  }
}

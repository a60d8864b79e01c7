import { type BrowserWindow, dialog } from "electron";
import { PAGE_ADDRESS } from "./page-scheme.ts";

const CRASH_WINDOW_MS = 60_000;
const CRASHES_BEFORE_ASKING = 3;

/**
 * Brings the page back when its process ends or hangs. What was measured is held by the shell, so nothing is lost.
 * The page is told by `?recovered=REASON`. A page that keeps crashing is reloaded only when its user says so.
 */
export function recoverPage(window: BrowserWindow): void {
  let crashes: number[] = [];
  window.webContents.on("render-process-gone", (_event, { reason }) => {
    if (reason === "clean-exit" || window.isDestroyed()) return;
    const now = Date.now();
    crashes = [...crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
    const reload = (): void => {
      if (!window.isDestroyed()) void window.loadURL(`${PAGE_ADDRESS}?recovered=${encodeURIComponent(reason)}`);
    };
    if (crashes.length < CRASHES_BEFORE_ASKING) reload();
    else void ask(window, `The page ended ${crashes.length} times within a minute (${reason}).`, reload);
  });
  window.on("unresponsive", () => {
    void ask(window, "The page does not answer.", () => window.webContents.forcefullyCrashRenderer());
  });
}

async function ask(window: BrowserWindow, message: string, reload: () => void): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: "warning",
    message,
    detail: "Sampling goes on, and what was measured is kept.",
    buttons: ["Reload the page", "Wait", "Close"],
    defaultId: 0,
    cancelId: 1,
  });
  if (response === 0) reload();
  if (response === 2) window.destroy();
}

import { join } from "node:path";
import { app, type BrowserWindow, session } from "electron";
import { watchAttention } from "./attention.ts";
import { setEngineFlags } from "./engine-flags.ts";
import { askForFile } from "./files.ts";
import { createHost, type Host } from "./host.ts";
import { lockAllContents, lockSession } from "./lockdown.ts";
import { setMenu } from "./menu.ts";
import { showExportOutcome, showProblem } from "./messages.ts";
import { declarePageScheme, servePage } from "./page-scheme.ts";
import { stopBeforeQuit } from "./quit.ts";
import { recoverPage } from "./recovery.ts";
import { answerRequests } from "./request-channel.ts";
import { createWindow, focusWindow, isDeveloping, showPage } from "./window.ts";

/** What the window was opened for. */
export interface DesktopStart {
  /** A snapshot or recording to open, relative to the folder the program was started in; null for the live machine. */
  readonly file: string | null;
}

/** Opens the desktop program; a second start only brings the first one's window to the front, with its file. */
export function openDesktop({ file }: DesktopStart): void {
  const folder = process.cwd();
  if (!app.requestSingleInstanceLock({ file, folder })) {
    app.exit(0);
    return;
  }
  chooseWayland();
  setEngineFlags();
  declarePageScheme();
  lockAllContents();
  void app.whenReady().then(() => openWhenReady(file, folder));
}

async function openWhenReady(file: string | null, folder: string): Promise<void> {
  lockSession(session.defaultSession, isDeveloping());
  servePage(session.defaultSession, join(__dirname, "page"));
  const window = createWindow();
  const host = createHost(() => (window.isDestroyed() ? null : window));
  answerRequests(host.handle);
  stopBeforeQuit(host);
  recoverPage(window);
  watchAttention(window, host);
  takeSecondStarts(window, host);
  setMenu(window, menuActions(window, host), isDeveloping());
  app.on("window-all-closed", () => app.quit());
  if (file !== null) await openFile(window, host, file, folder);
  showPage(window);
}

function menuActions(window: BrowserWindow, host: Host): Parameters<typeof setMenu>[1] {
  return {
    openFile: async () => {
      const path = await askForFile(window);
      if (path !== null && (await openFile(window, host, path, "/"))) showPage(window);
    },
    exportAs: async (format) => showExportOutcome(window, await host.exportShown(format)),
  };
}

function takeSecondStarts(window: BrowserWindow, host: Host): void {
  app.on("second-instance", (_event, _arguments, _folder, start) => {
    focusWindow(window);
    const { file, folder } = start as { readonly file?: unknown; readonly folder?: unknown };
    if (typeof file !== "string" || typeof folder !== "string") return;
    void openFile(window, host, file, folder).then((opened) => opened && showPage(window));
  });
}

/** Opens a file for the page to show next; says so and answers false where that can't be. */
async function openFile(window: BrowserWindow, host: Host, file: string, folder: string): Promise<boolean> {
  const problem = await host.openFile(file, folder).catch((error: Error) => error.message);
  if (problem !== null) showProblem(window, problem);
  return problem === null;
}

/** Electron takes X11 unless told otherwise; where there is only Wayland, that is no choice. */
function chooseWayland(): void {
  if (process.platform !== "linux" || process.env["DISPLAY"] || !process.env["WAYLAND_DISPLAY"]) return;
  app.commandLine.appendSwitch("ozone-platform", "wayland");
}

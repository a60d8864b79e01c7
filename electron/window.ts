import { join } from "node:path";
import { app, BrowserWindow, nativeTheme } from "electron";
import { PAGE_ADDRESS } from "./page-scheme.ts";
import { keepWindowState, placeOf, readWindowState } from "./window-state.ts";

/** True in the project's own clone, false in an installed program. Only the first has developer tools. */
export function isDeveloping(): boolean {
  return !app.isPackaged;
}

/** Makes the one window, at the place it had. It is shown when the page's first picture is there. */
export function createWindow(): BrowserWindow {
  const statePath = join(app.getPath("userData"), "window.json");
  const state = readWindowState(statePath);
  const window = new BrowserWindow({
    ...placeOf(state),
    minWidth: 480,
    minHeight: 320,
    title: "Gilscope",
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? "#101318" : "#ffffff",
    webPreferences: {
      preload: join(__dirname, "preload.cjs"),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: isDeveloping(),
    },
  });
  if (state?.maximized === true) window.maximize();
  window.once("ready-to-show", () => window.show());
  keepWindowState(window, statePath);
  return window;
}

/** Loads the page, or loads it again. */
export function showPage(window: BrowserWindow): void {
  if (!window.isDestroyed()) void window.loadURL(PAGE_ADDRESS);
}

/** Brings the window to the front, from wherever it is. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

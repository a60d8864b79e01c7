import { join } from "node:path";
import { app, type BrowserWindow, nativeTheme, shell } from "electron";
import { assertNever } from "../core/assert-never.ts";
import type { ExportOutcome, PictureArea } from "../core/page/protocol.ts";
import type { Settings } from "../core/settings/settings.ts";
import type { DesktopServices } from "../sampler/acts/deeds.ts";
import { Launcher } from "../sampler/acts/launcher.ts";
import { saveFile } from "./files.ts";
import { openSettingsFile } from "./settings-file.ts";

/** What the desktop shell adds to the viewer, and the settings in force. */
export interface Desktop extends DesktopServices {
  readonly currentSettings: () => Settings;
}

/** Opens the settings and puts what only a desktop can do together. `onSettings` hears of settings put in force later. */
export function createDesktop(window: () => BrowserWindow | null, onSettings: (settings: Settings) => void): Desktop {
  const userData = app.getPath("userData");
  const settings = openSettingsFile(join(userData, "settings.json"));
  nativeTheme.themeSource = themeSource(settings.current());
  return {
    launcher: new Launcher(),
    examplesFolder: join(userData, "examples"),
    showInFolder: (path) => shell.showItemInFolder(path),
    settings: settings.answer,
    currentSettings: settings.current,
    keepSettings: async (chosen) => {
      const problem = await settings.keep(chosen);
      nativeTheme.themeSource = themeSource(chosen);
      onSettings(chosen);
      return problem;
    },
    capture: async (area) => capture(window(), area),
    savePicture: async (name, content): Promise<ExportOutcome> => {
      const parent = window();
      return parent === null ? { state: "cancelled" } : saveFile(parent, name, content);
    },
  };
}

/** The window as the system draws it: what the page shows as a menu or a dialog follows too. */
function themeSource({ theme }: Settings): "system" | "dark" | "light" {
  switch (theme) {
    case "system":
    case "dark":
    case "light":
      return theme;
    case "contrast":
      return "dark";
    default:
      return assertNever(theme);
  }
}

async function capture(window: BrowserWindow | null, area: PictureArea | null): Promise<Uint8Array> {
  if (window === null) return new Uint8Array();
  if (area === null) return (await window.webContents.capturePage()).toPNG();
  // The page's pixels are larger than the window's where the page is zoomed.
  const zoom = window.webContents.getZoomFactor();
  const [x, y, width, height] = [area.x, area.y, area.width, area.height].map((pixels) => Math.round(pixels * zoom));
  return (await window.webContents.capturePage({ x: x!, y: y!, width: width!, height: height! })).toPNG();
}

import { app, type BrowserWindow, Menu, Notification, nativeImage, Tray } from "electron";
import { countOf } from "../words/count.ts";
import type { NoticeShell } from "./notices.ts";
import picture from "./tray.png";
import { focusWindow } from "./window.ts";

/** Lines of the tray's menu; a machine may have hundreds of programs. */
const MOST_LINES = 12;

/**
 * Notifications, a number on the program's icon (macOS, some docks of Linux) and an icon in the tray (elsewhere). A desktop without a
 * tray shows none, and nothing else changes.
 */
export function createNoticeShell(window: () => BrowserWindow | null): NoticeShell {
  let tray: Tray | null = null;
  const show = () => {
    const target = window();
    if (target !== null) focusWindow(target);
  };

  return {
    notify(title, body) {
      if (!Notification.isSupported()) return;
      const notification = new Notification({ title, body });
      notification.on("click", show);
      notification.show();
    },
    showHeld(lines) {
      app.setBadgeCount(lines?.length ?? 0);
      // The dock of macOS shows the number; a second icon would say the same.
      if (process.platform === "darwin") return;
      if (lines === null) {
        tray?.destroy();
        tray = null;
        return;
      }
      tray ??= createTray(show);
      tray?.setToolTip(trayTitle(lines.length));
      tray?.setContextMenu(
        Menu.buildFromTemplate([
          ...lines.slice(0, MOST_LINES).map((label) => ({ label: label.replaceAll("&", "&&"), click: show })),
          ...(lines.length > MOST_LINES ? [{ label: `and ${lines.length - MOST_LINES} more`, click: show }] : []),
          ...(lines.length > 0 ? [{ type: "separator" as const }] : []),
          { label: "Show Gilscope", click: show },
          { label: "Quit", role: "quit" as const },
        ]),
      );
    },
  };
}

function trayTitle(count: number): string {
  return count === 0 ? "Gilscope: no verdict to tell of" : `Gilscope: ${countOf(count, "verdict")} to tell of`;
}

function createTray(show: () => void): Tray | null {
  try {
    const tray = new Tray(nativeImage.createFromDataURL(picture));
    tray.on("click", show);
    return tray;
  } catch {
    // Without a tray there are still notifications.
    return null;
  }
}

import { type BrowserWindow, powerMonitor } from "electron";
import type { Host } from "./host.ts";

/** Tells the engine when nobody can see the window: hidden, minimised, locked or asleep. Unseen, it does the least. */
export function watchAttention(window: BrowserWindow, host: Host): void {
  const away = (): void => host.setVisible(false);
  const back = (): void => {
    if (!window.isDestroyed()) host.setVisible(window.isVisible() && !window.isMinimized());
  };
  window.on("hide", away);
  window.on("minimize", away);
  window.on("show", back);
  window.on("restore", back);
  powerMonitor.on("suspend", away);
  powerMonitor.on("lock-screen", away);
  powerMonitor.on("resume", back);
  powerMonitor.on("unlock-screen", back);
}

import { app, type BrowserWindow, Notification } from "electron";
import { noticesOf, type Told } from "../core/notice/notices.ts";
import type { Settings } from "../core/settings/settings.ts";
import type { Engine } from "../sampler/engine.ts";
import { VERDICT_LABELS } from "../words/labels.ts";
import { sentence } from "../words/sentences.ts";
import { focusWindow } from "./window.ts";

/** Tells verdicts that hold as long as the settings say: as notifications, and as a number on the program's icon where the system shows one. */
export function tellNotices(engine: Engine, settings: () => Settings, window: () => BrowserWindow | null): () => void {
  let told: Told = new Map();
  let sequence = -1;
  let badge = 0;
  return engine.onChange(() => {
    const frame = engine.frame();
    if (frame === null || frame.sequence === sequence) return;
    sequence = frame.sequence;
    const notices = noticesOf(frame, settings().notices, told);
    told = notices.told;
    if (told.size !== badge) {
      badge = told.size;
      app.setBadgeCount(badge);
    }
    if (!Notification.isSupported()) return;
    for (const { name, pid, verdict } of notices.due) {
      const notification = new Notification({
        title: `${name} (pid ${pid}): ${VERDICT_LABELS[verdict.id]}`,
        body: sentence(verdict.headline),
      });
      notification.on("click", () => {
        const target = window();
        if (target !== null) focusWindow(target);
      });
      notification.show();
    }
  });
}

import type { RuntimeFrame } from "../core/frame/frame.ts";
import { noticesOf, type Told } from "../core/notice/notices.ts";
import type { Settings } from "../core/settings/settings.ts";
import type { Engine } from "../sampler/engine.ts";
import { VERDICT_LABELS } from "../words/labels.ts";
import { sentence } from "../words/sentences.ts";

/** What of the system tells somebody who does not look at the window. */
export interface NoticeShell {
  notify(title: string, body: string): void;
  /** Shows verdicts that hold, one line each, where the system has a place for it; null: nothing is wished. */
  showHeld(lines: readonly string[] | null): void;
}

/** Tells verdicts that hold as long as the settings say: each once as a notification, and all that hold in the system's tray or dock. */
export function tellNotices(engine: Engine, settings: () => Settings, shell: NoticeShell): () => void {
  let told: Told = new Map();
  let sequence = -1;
  let shown = JSON.stringify(null);
  return engine.onChange(() => {
    const frame = engine.frame();
    if (frame === null || frame.sequence === sequence) return;
    sequence = frame.sequence;
    const { on } = settings().notices;
    const notices = noticesOf(frame, settings().notices, told);
    told = notices.told;
    const held = on ? frame.runtimes.filter(({ rowId }) => told.has(rowId)).map(titleOf) : null;
    if (JSON.stringify(held) !== shown) {
      shown = JSON.stringify(held);
      shell.showHeld(held);
    }
    for (const runtime of notices.due) shell.notify(titleOf(runtime), sentence(runtime.verdict.headline));
  });
}

const titleOf = ({ name, pid, verdict }: RuntimeFrame) => `${name} (pid ${pid}): ${VERDICT_LABELS[verdict.id]}`;

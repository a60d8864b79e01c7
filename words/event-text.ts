import type { TimeEvent } from "../core/history/events.ts";
import { plainText } from "../core/text/plain-text.ts";
import { VERDICT_LABELS } from "./labels.ts";

/** What happened, in one line: `train.py (41210) started`. */
export function eventText(event: TimeEvent): string {
  if (event.kind === "mark") return `Mark ${event.number}`;
  const who = `${plainText(event.name)} (${event.pid})`;
  switch (event.kind) {
    case "started":
      return `${who} started`;
    case "ended":
      return `${who} ended`;
    case "throttled":
      return `${who}: its CPU quota began to hold it back`;
    case "verdict":
      return `${who}: ${VERDICT_LABELS[event.from]} → ${VERDICT_LABELS[event.to]}`;
  }
}

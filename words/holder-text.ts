import type { GilHolders, RuntimeFrame } from "../core/frame/frame.ts";
import { holdersByFunction, holdersByThread } from "../core/gil/gil-holders.ts";
import { clock, type Past } from "./clock.ts";
import { duration, percent } from "./number.ts";

/** Where a function is, without its folders: `loader.py:12`. */
export function placeText(file: string, line: number): string {
  const short = file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
  return `${short || "?"}:${line}`;
}

/** How a thread without a name, or one that has ended, is called. */
export function holderName(thread: { readonly threadName: string; readonly tid: number }): string {
  if (thread.threadName !== "") return thread.threadName;
  return thread.tid === 0 ? "a thread not known" : `thread ${thread.tid}`;
}

/** What the shares of a ranking are of. */
export function holdersTitle(holders: GilHolders): string {
  const of = holders.whileWaited ? "while others waited" : "of the time it was held";
  return `Who holds the GIL, ${of}`;
}

/** How much was seen: `of 240 moments seen`. */
export function holdersBasis(holders: GilHolders): string {
  return `of ${holders.moments} ${holders.moments === 1 ? "moment" : "moments"} seen`;
}

/** Lines of a ranking that are worth reading. */
const LEAST_SHARE = 0.02;
const MOST_LINES = 6;

/** The ranking as lines of text, by thread and by function; empty where nothing is known. */
export function holderLines(holders: GilHolders): readonly string[] {
  if (holders.moments === 0) return [];
  const threads = holdersByThread(holders)
    .filter(({ ratio }) => ratio >= LEAST_SHARE)
    .slice(0, MOST_LINES);
  const functions = holdersByFunction(holders)
    .filter(({ ratio }) => ratio >= LEAST_SHARE)
    .slice(0, MOST_LINES);
  return [
    ...threads.map((thread) => `${percent(thread.ratio).padStart(5)}  ${holderName(thread)}`),
    ...functions.map(
      ({ functionName, file, line, ratio }) =>
        `${percent(ratio).padStart(5)}  in ${functionName || "a function"} (${placeText(file, line)})`,
    ),
  ];
}

/** What began in the sample on screen has lasted for nothing yet. */
const JUST_NOW_SECONDS = 0.5;

/**
 * Since when the verdict holds: `since just now`, `for the last 58 s`, `for 60 s or longer`, of the past `since 14:02:10`. Empty while it
 * is undetermined.
 */
export function onsetText(runtime: RuntimeFrame, wallMs: number, past: Past | null = null): string {
  const { onsetWallMs, onsetEarlier } = runtime;
  if (onsetWallMs === null) return "";
  if (past !== null && !onsetEarlier) return `since ${clock(onsetWallMs)}`;
  const seconds = Math.max(0, (wallMs - onsetWallMs) / 1000);
  if (seconds < JUST_NOW_SECONDS && !onsetEarlier) return "since just now";
  return onsetEarlier ? `for ${duration(seconds)} or longer` : `for the last ${duration(seconds)}`;
}

/** The same for a narrow column: `now`, `58 s`, `60 s+`. */
export function shortOnset(runtime: RuntimeFrame, wallMs: number): string {
  const { onsetWallMs, onsetEarlier } = runtime;
  if (onsetWallMs === null) return "";
  const seconds = Math.max(0, (wallMs - onsetWallMs) / 1000);
  if (seconds < JUST_NOW_SECONDS && !onsetEarlier) return "now";
  return `${duration(seconds)}${onsetEarlier ? "+" : ""}`;
}

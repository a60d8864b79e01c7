import type { ProbeQuality } from "../core/probe/probe-quality.ts";
import { percent } from "./number.ts";

/** Share of late looks from which the figures are said to suffer. */
const MANY_LATE = 0.25;

/** How often the threads of a runtime were looked at over the window, how punctually, and what follows from that. */
export function samplingText(quality: ProbeQuality | null): string {
  if (quality === null || quality.lateRatio === null) return "In that time nobody looked at what the threads wait for.";
  const { passes, passesPerSecond, medianLatenessMs, lateRatio } = quality;
  const often =
    passesPerSecond >= 1 ? `about ${Math.round(passesPerSecond)} times a second` : "less than once a second";
  const looks = `In that time the threads were looked at ${passes.toLocaleString("en")} times, at random moments, ${often}.`;
  const median =
    medianLatenessMs === null
      ? "more than half of the looks came later than they can be told"
      : `half of the looks came within ${medianLatenessMs} ms of their moment`;
  const late =
    lateRatio > 0 ? `${percent(lateRatio)} more than a millisecond late` : "none more than a millisecond late";
  const busy =
    lateRatio > MANY_LATE
      ? " The machine was too busy to keep to the moments drawn; the share of time the GIL is held is corrected for that by the exact run times of the threads, and is less sure."
      : "";
  return `${looks} ${capital(median)}, ${late}.${busy}`;
}

/** The same in a few words, for a heading: `looked at 82 times a second, 2 % late`; null when nobody looked. */
export function samplingBrief(quality: ProbeQuality | null): string | null {
  if (quality === null || quality.lateRatio === null) return null;
  const { passesPerSecond, lateRatio } = quality;
  const often = passesPerSecond >= 1 ? `${Math.round(passesPerSecond)} times a second` : "less than once a second";
  return `looked at ${often}${lateRatio > 0 ? `, ${percent(lateRatio)} late` : ""}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

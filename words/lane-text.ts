import { percent } from "./number.ts";

/** What a lane shows, in the order in which the page numbers it. */
export const LANE_LABELS = {
  holds: "has the GIL",
  runs: "runs or queues for a CPU, without it",
  waits: "waits for the GIL",
  blocked: "waits for something else",
  unknown: "not known",
} as const;

/** A short time: `4.9 ms`, `120 µs`, `1.20 s`. */
export function shortTime(milliseconds: number): string {
  if (milliseconds < 0.9995) return `${Math.round(milliseconds * 1000)} µs`;
  if (milliseconds < 99.95) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

/** How good the sampling of lanes was: `940 looks a second, 0.2 % of them late`. */
export function lanesQuality(rateHz: number, passes: number, samplesLost: number): string {
  if (rateHz === 0) return "starting";
  const late = passes > 0 ? samplesLost / passes : 0;
  return `${Math.round(rateHz)} looks a second${late > 0.0005 ? `, ${percent(late)} of them late` : ""}`;
}

/** How long ago something was, as finely as ticks so many milliseconds apart need: `−320 ms`, `−4.321 s`. */
export function agoText(milliseconds: number, stepMs: number): string {
  const inSeconds = milliseconds >= 999.5;
  const step = inSeconds ? stepMs / 1000 : stepMs;
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  return `−${(inSeconds ? milliseconds / 1000 : milliseconds).toFixed(decimals)} ${inSeconds ? "s" : "ms"}`;
}

import type { GilFrame } from "../frame/frame.ts";
import type { RuntimeFigures } from "../frame/runtime-figures.ts";
import { RHYTHM_TOLERANCE } from "./thresholds.ts";

/** The GIL that is held most: the one a verdict speaks of. */
export function busiestGil({ gil, interpreterId }: RuntimeFigures): GilFrame | null {
  let most: GilFrame | null = null;
  for (const frame of gil?.frames ?? []) {
    if (frame.interpreterId === interpreterId) return frame;
    const ratio = frame.heldRatio.known ? frame.heldRatio.value : -1;
    if (most === null || ratio > (most.heldRatio.known ? most.heldRatio.value : -1)) most = frame;
  }
  return most;
}

/** How long the GIL is kept from one hand-over to the next, and its switch interval, seconds; null when either is not known. */
export function keptFor(figures: RuntimeFigures): { readonly seconds: number; readonly interval: number } | null {
  const gil = busiestGil(figures);
  if (gil === null || !gil.heldRatio.known || !gil.switchesPerSecond.known || !gil.intervalMs.known) return null;
  // Fewer than one hand-over in the window: it was kept at least so long.
  const handOvers = Math.max(gil.switchesPerSecond.value, 1 / Math.max(figures.windowSeconds, 1));
  return { seconds: gil.heldRatio.value / handOvers, interval: gil.intervalMs.value / 1000 };
}

/** Whether the GIL is handed over at the switch interval: then nobody lets go by itself, and whoever gets it has waited for it. */
export function hasSwitchRhythm(figures: RuntimeFigures): boolean {
  const kept = keptFor(figures);
  return kept !== null && Math.abs(kept.seconds - kept.interval) <= RHYTHM_TOLERANCE * kept.interval;
}

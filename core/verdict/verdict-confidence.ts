import type { RuntimeFigures } from "../frame/runtime-figures.ts";
import * as T from "./thresholds.ts";
import type { Decision } from "./verdict-border.ts";

/** 0 … 1: how sure, from what it stands on, how much was seen and how far the border line is. */
export function confidenceOf(figures: RuntimeFigures, decision: Decision): number {
  if (decision.id === "undetermined") return 0;
  const length = figures.windowSeconds / (figures.windowSeconds + T.HALF_SURE_SECONDS);
  const clear = Math.min(1, Math.max(0, decision.margin - 1) / (T.CLEAR_MARGIN - 1));
  const distance = T.BORDER_CONFIDENCE + (1 - T.BORDER_CONFIDENCE) * clear;
  const steady = figures.halves !== null && halvesDiffer(figures.halves) ? T.PHASES_CONFIDENCE : 1;
  const all = T.CONFIDENCE[decision.basis] * looked(figures, decision) * length * distance * steady;
  return Math.round(all * 100) / 100;
}

/** 0 … 1: how much the looks at threads leave open, where the verdict rests on them. */
function looked({ threads }: RuntimeFigures, decision: Decision): number {
  if (decision.basis === "suspected") return 1;
  const { observations } = threads;
  switch (decision.id) {
    case "gil-bound":
    case "lock-bound":
      return observations / (observations + T.HALF_SURE_LOOKS);
    case "parallel":
    case "single-threaded":
    case "io-bound":
      // That nobody waits is seen sooner than how long somebody does; and one thread alone has nobody to wait for.
      return threads.moved > 1 ? observations / (observations + T.HALF_SURE_LOOKS / 3) : 1;
    case "cpu-starved":
    case "oversubscribed":
    case "quota-limited":
    case "idle":
    case "undetermined":
      return 1;
  }
}

/** Whether the halves of the window differ so much that one verdict does not describe both. */
export function halvesDiffer([first, second]: readonly [number, number]): boolean {
  const difference = Math.abs(first - second);
  return difference >= T.PHASE_CORES && difference >= T.PHASE_RATIO * Math.max(first, second);
}

import type { RuntimeFigures } from "../frame/runtime-figures.ts";
import type { Decision } from "./verdict-border.ts";

const BY_BASIS = { measured: 0.98, inferred: 0.93, suspected: 0.6, none: 0 } as const;

/** 0 … 1: how sure, from what it stands on, how much was seen and how far the border line is. */
export function confidenceOf(figures: RuntimeFigures, decision: Decision): number {
  if (decision.id === "undetermined") return 0;
  const byWaits = decision.id === "gil-bound" || decision.id === "lock-bound";
  const seen =
    byWaits && decision.basis !== "suspected" ? figures.threads.observations / (figures.threads.observations + 12) : 1;
  const length = figures.windowSeconds / (figures.windowSeconds + 0.25);
  const distance = 0.55 + 0.45 * Math.min(1, Math.max(0, decision.margin - 1) / 0.8);
  const steady = figures.halves !== null && halvesDiffer(figures.halves) ? 0.8 : 1;
  return Math.round(BY_BASIS[decision.basis] * seen * length * distance * steady * 100) / 100;
}

/** Whether the halves of the window differ so much that one verdict does not describe both. */
export function halvesDiffer([first, second]: readonly [number, number]): boolean {
  const difference = Math.abs(first - second);
  return difference >= 0.4 && difference >= 0.5 * Math.max(first, second);
}

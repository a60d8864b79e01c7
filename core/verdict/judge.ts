import type { RuntimeFigures } from "../frame/runtime-figures.ts";
import type { VerdictId } from "./verdict.ts";
import { type Decision, decide } from "./verdict-border.ts";
import { type Holding, holdingNow, othersRemembered, remember, type Trail } from "./verdict-memory.ts";

/** What holds for one runtime, and what is remembered of it. */
export interface Judgement {
  readonly decision: Decision;
  readonly holding: Holding;
  readonly trail: Trail;
}

/** Judges one runtime by its figures now and by what was said of it before. */
export function judge(figures: RuntimeFigures, before: Trail, nowMs: number): Judgement {
  const plain = decide(figures);
  const keeping: Decision[] = [];
  for (const id of othersRemembered(before, plain.id)) {
    const decision = decide(figures, id);
    if (decision.id === id) keeping.push(decision);
  }
  const trail = remember(before, {
    atMs: nowMs,
    windowMs: figures.windowSeconds * 1000,
    id: plain.id,
    kept: keeping.length === 0 ? NONE : keeping.map(({ id }) => id).sort(),
  });
  const holding = holdingNow(trail, nowMs);
  const kept = keeping.find(({ id }) => id === holding.id);
  const decision = {
    ...(kept === undefined ? plain : { ...kept, nearly: plain.id }),
    changed: changeInside(holding, nowMs, figures.windowSeconds),
  };
  return { decision, holding, trail };
}

const NONE: readonly VerdictId[] = [];

/** The change from another verdict to the one that holds, while part of the window lies before it. */
function changeInside({ before, onsetMs }: Holding, nowMs: number, windowSeconds: number): Decision["changed"] {
  if (before === null || before === "undetermined" || onsetMs === null) return null;
  const secondsAgo = (nowMs - onsetMs) / 1000;
  return secondsAgo < windowSeconds ? { from: before, secondsAgo } : null;
}

import type { Frame } from "../frame/frame.ts";
import type { Attention, ProbePlan } from "./probe-plan.ts";

/** GIL-bound runtimes whose stacks are read though nobody has selected them. */
const MOST_UNSELECTED = 4;
/** Passes per second wanted for lanes; the probe makes fewer where they would cost too much. */
const LANES_HZ = 1000;

/** Adds to a plan what is looked at beyond passes: the stacks of the selected and of GIL-bound runtimes, and the lanes on screen. */
export function withLooks(plan: ProbePlan, frame: Frame, attention: Attention): ProbePlan {
  const planned = new Set(plan.targets.map(({ processRowId }) => processRowId));
  const selected = attention.selectedRowId;
  const bound = frame.runtimes
    .filter(({ rowId, verdict }) => rowId !== selected && verdict.id === "gil-bound" && planned.has(rowId))
    .map(({ rowId }) => rowId)
    .slice(0, MOST_UNSELECTED);
  const stacks = selected !== null && planned.has(selected) ? [selected, ...bound] : bound;
  const lanesRowId = attention.lanesRowId ?? null;
  return {
    ...plan,
    ...(stacks.length === 0 ? {} : { stacks }),
    ...(lanesRowId === null || !planned.has(lanesRowId)
      ? {}
      : { lanes: { processRowId: lanesRowId, rateHz: LANES_HZ } }),
  };
}

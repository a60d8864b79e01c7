import { describe, expect, it } from "vitest";
import { advance, initialState } from "../advance.ts";
import { simulate } from "../testing/sample-builder.ts";
import { FOUR_ON_ONE_GIL, SLEEPERS } from "../testing/scenarios.ts";
import { plan } from "./plan.ts";
import { withLooks } from "./plan-looks.ts";
import type { Attention } from "./probe-plan.ts";

const { header, samples } = simulate({
  processes: [
    { ...FOUR_ON_ONE_GIL, rung: "memory" },
    { ...SLEEPERS, rung: "memory" },
  ],
});
let state = initialState(header);
for (const sample of samples) ({ state } = advance(state, sample));
const { frame } = state;
if (frame === null) throw new Error("no frame");
const bound = frame.runtimes.find(({ verdict }) => verdict.id === "gil-bound")?.rowId ?? -1;
const sleepers = frame.runtimes.find(({ rowId }) => rowId !== bound)?.rowId ?? -1;

function looks(attention: Attention) {
  const { stacks, lanes } = withLooks(plan(state, attention, 0.01), frame ?? (undefined as never), attention);
  return { stacks, lanes };
}

describe("what is looked at beyond passes", () => {
  it("reads the stacks of what is selected and of what is GIL-bound", () => {
    expect(looks({ visible: true, selectedRowId: null })).toEqual({ stacks: [bound] });
    expect(looks({ visible: true, selectedRowId: sleepers })).toEqual({ stacks: [sleepers, bound] });
  });

  it("reads finely only the runtime whose lanes are on screen", () => {
    expect(looks({ visible: true, selectedRowId: bound, lanesRowId: bound }).lanes).toEqual({
      processRowId: bound,
      rateHz: 1000,
    });
    expect(looks({ visible: true, selectedRowId: bound, lanesRowId: 99 }).lanes).toBeUndefined();
    expect(looks({ visible: true, selectedRowId: bound, lanesRowId: null }).lanes).toBeUndefined();
  });
});

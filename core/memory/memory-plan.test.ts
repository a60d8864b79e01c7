import { describe, expect, it } from "vitest";
import { advance, initialState } from "../advance.ts";
import type { Frame } from "../frame/frame.ts";
import { known } from "../sample/reading.ts";
import { simulate } from "../testing/sample-builder.ts";
import { manyRuntimes } from "../testing/scenarios.ts";
import { memoryPlan } from "./memory-plan.ts";

/** Frame of runtimes that each are a family, but for those named, which are one. */
function frameOf(cores: readonly number[], together: readonly number[] = []): Frame {
  const { header, samples } = simulate(manyRuntimes(cores.length, 2), 3);
  let state = initialState(header);
  for (const sample of samples) state = advance(state, sample).state;
  const frame = state.frame;
  if (frame === null) throw new Error("no frame");
  const runtimes = frame.runtimes.map((runtime, index) => ({
    ...runtime,
    cpuCores: known(cores[index] as number),
    familyId: together.includes(index) ? "together" : `alone-${index}`,
  }));
  return { ...frame, runtimes };
}

describe("whose memory is read", () => {
  const gaps = (frame: Frame, selected: number) =>
    memoryPlan(frame, { selectedRowId: frame.runtimes[selected]?.rowId ?? null, visible: true }).targets.map(
      ({ leastGapMs }) => leastGapMs,
    );

  it("is nobody's while nobody looks", () => {
    expect(memoryPlan(frameOf([1]), { selectedRowId: null, visible: false }).targets).toEqual([]);
  });

  it("is read more often of what is looked at, and of what works", () => {
    expect(gaps(frameOf([1, 0.02, 0]), 0)).toEqual([900, 20_000, 60_000]);
    expect(gaps(frameOf([1, 0.02, 0]), 1)).toEqual([10_000, 1900, 60_000]);
    expect(gaps(frameOf([1, 0.02, 0]), 2)).toEqual([10_000, 20_000, 4900]);
  });

  it("is read of a whole family as often as its busiest member asks for", () => {
    expect(gaps(frameOf([0, 0.5, 0.01, 0], [0, 1, 2]), 0)).toEqual([900, 1900, 1900, 60_000]);
    expect(gaps(frameOf([0, 0.01, 0], [0, 1, 2]), 1)).toEqual([9900, 1900, 9900]);
  });
});

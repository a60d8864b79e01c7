import { describe, expect, it } from "vitest";
import { advance, initialState } from "../advance.ts";
import type { RuntimeFrame } from "../frame/frame.ts";
import { type SimulatedProcess, simulate } from "../testing/sample-builder.ts";
import { FOUR_ON_ONE_GIL, TWO_INTERPRETERS } from "../testing/scenarios.ts";
import { holdersByFunction, holdersByThread } from "./gil-holders.ts";

function runtimeOf(process: SimulatedProcess): RuntimeFrame {
  const { header, samples } = simulate({ processes: [process] }, 6);
  let state = initialState(header);
  for (const sample of samples) state = advance(state, sample).state;
  return state.frame?.runtimes[0] as RuntimeFrame;
}

describe("a runtime with several GILs", () => {
  const runtime = runtimeOf(TWO_INTERPRETERS);

  it("has a verdict for each, from the threads that use it", () => {
    expect(
      runtime.gilVerdicts.map(({ interpreterId, verdict, threadCount }) => [interpreterId, verdict.id, threadCount]),
    ).toEqual([
      [0, "idle", 0],
      [1, "gil-bound", 3],
      [2, "single-threaded", 1],
    ]);
    const [, turns] = runtime.gilVerdicts;
    expect(turns?.gilWait.known && turns.gilWait.value).toBeCloseTo(1.98, 1);
    expect(turns?.heldRatio.known && turns.heldRatio.value).toBeCloseTo(0.96, 1);
  });

  it("names the GIL that its own verdict speaks of", () => {
    expect(runtime.verdict.id).toBe("gil-bound");
    const { parameters } = runtime.verdict.headline;
    expect(parameters["interpreterId"]).toBe(1);
    expect(parameters["cpuCores"]).toBeCloseTo(0.96, 1);
    expect(parameters["demandCores"]).toBeCloseTo(2.97, 1);
  });

  it("has none of these lists with one GIL", () => {
    const one = runtimeOf({ ...FOUR_ON_ONE_GIL, rung: "memory" });
    expect(one.gilVerdicts).toEqual([]);
    expect(one.verdict.headline.parameters["interpreterId"]).toBeNull();
  });
});

describe("who holds the GIL", () => {
  it("is ranked by thread and by function, of moments in which others waited", () => {
    const { holders } = runtimeOf(TWO_INTERPRETERS);
    expect(holders.whileWaited).toBe(true);
    expect(holders.moments).toBeGreaterThan(50);
    expect(holdersByThread(holders).map(({ threadName }) => threadName)).toEqual(["worker-0", "worker-1", "worker-2"]);
    expect(holdersByFunction(holders)).toEqual([
      { functionName: "transform", file: "/srv/app/jobs.py", line: 12, ratio: expect.closeTo(1, 5) },
    ]);
  });

  it("falls back to who held it at all where no stack was read", () => {
    const { holders } = runtimeOf({ ...FOUR_ON_ONE_GIL, rung: "memory" });
    expect(holders.whileWaited).toBe(false);
    expect(holdersByThread(holders)).toHaveLength(4);
    expect(holdersByThread(holders).reduce((sum, { ratio }) => sum + ratio, 0)).toBeCloseTo(1, 6);
    expect(holdersByFunction(holders)).toEqual([]);
  });

  it("is not known without memory", () => {
    expect(runtimeOf(FOUR_ON_ONE_GIL).holders).toMatchObject({ moments: 0, list: [] });
  });
});

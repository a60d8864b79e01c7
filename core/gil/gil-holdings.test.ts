import { describe, expect, it } from "vitest";
import type { GilHolding, RawGil } from "../sample/raw-sample.ts";
import { holdingsOf } from "./gil-holdings.ts";

function gil(samples: number, holdings: readonly (readonly [number, string, number])[]): RawGil {
  return {
    processRowId: 1,
    interpreterId: 0,
    enabled: null,
    intervalMs: 5,
    switches: 0,
    samples,
    heldSamples: samples,
    heldByThread: [],
    batchSum: 0,
    batchSumOfSquares: 0,
    batches: 0,
    holdings: holdings.map(
      ([threadRowId, functionName, whileWaited]): GilHolding => ({
        threadRowId,
        functionName,
        file: "app.py",
        line: 7,
        samples: whileWaited,
        whileWaited,
      }),
    ),
  };
}

describe("where the GIL was held", () => {
  it("ranks what was seen inside the window, by thread and by function", () => {
    const older = gil(100, [[1, "parse", 50]]);
    const newer = gil(200, [
      [1, "parse", 54],
      [2, "parse", 3],
      [3, "render", 3],
    ]);
    const found = holdingsOf([newer], [older]);
    expect(found.samples).toBe(10);
    expect(found.top).toEqual({ threadRowId: 1, functionName: "parse", file: "app.py", line: 7, ratio: 0.4 });
    expect(found.topFunction?.ratio).toBe(0.7);
    expect(found.all.map(({ threadRowId, ratio }) => [threadRowId, ratio])).toEqual([
      [1, 0.4],
      [2, 0.3],
      [3, 0.3],
    ]);
  });

  it("knows nothing where no stacks were read, and counts from zero after a new attach", () => {
    const { holdings: _, ...without } = gil(10, []);
    expect(holdingsOf([without], undefined)).toEqual({ samples: 0, top: null, topFunction: null, all: [] });
    expect(holdingsOf([gil(5, [[1, "f", 2]])], [gil(100, [[1, "f", 50]])]).samples).toBe(2);
  });
});

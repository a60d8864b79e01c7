import { describe, expect, it } from "vitest";
import type { RuntimeProbe } from "../sample/raw-sample.ts";
import { probeQuality } from "./probe-quality.ts";

/** Buckets: < 0.25, < 0.5, < 1, < 2, < 5, < 10, < 50 ms, and the rest. */
function probe(...lateness: readonly number[]): RuntimeProbe {
  const passes = lateness.reduce((sum, count) => sum + count, 0);
  return {
    processRowId: 1,
    rung: "memory",
    obstacle: null,
    rateHz: 100,
    passes,
    lateness: Float64Array.from(lateness),
  };
}

describe("how well a runtime was sampled", () => {
  it("is told from the passes inside the window", () => {
    const quality = probeQuality(probe(90, 10, 0, 40, 0, 0, 0, 10), probe(50, 0, 0, 0, 0, 0, 0, 0), 2);
    expect(quality).toEqual({ passes: 100, passesPerSecond: 50, lateRatio: 0.5, medianLatenessMs: 0.5 });
  });

  it("says that half of the passes came later than it measures", () => {
    expect(probeQuality(probe(1, 0, 0, 0, 0, 0, 0, 9), null, 1)?.medianLatenessMs).toBeNull();
  });

  it("begins anew with a probe that attached anew", () => {
    expect(probeQuality(probe(5, 0, 0, 0, 0, 0, 0, 0), probe(50, 0, 0, 0, 0, 0, 0, 0), 1)?.passes).toBe(5);
  });

  it("is not known without a probe, and empty without a pass", () => {
    expect(probeQuality(null, null, 5)).toBeNull();
    const none = probe(3, 0, 0, 0, 0, 0, 0, 0);
    expect(probeQuality(none, none, 5)).toEqual({
      passes: 0,
      passesPerSecond: 0,
      lateRatio: null,
      medianLatenessMs: null,
    });
  });
});

import { describe, expect, it } from "vitest";
import { firstSecond, niceByteScale, niceScale, steadyTop, timeTick, timeTicks } from "./scale.ts";

describe("scales", () => {
  it("has round ticks that reach the value", () => {
    expect(niceScale(4.1, 4).ticks).toEqual([0, 1, 2, 3, 4, 5]);
    expect(niceScale(1.25, 4).ticks).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25]);
    expect(niceScale(60, 4).ticks).toEqual([0, 20, 40, 60]);
    expect(niceScale(0, 4).ticks.every(Number.isFinite)).toBe(true);
  });

  it("has binary ticks for bytes", () => {
    expect(niceByteScale(240 * 2 ** 20, 2)).toEqual({ top: 256 * 2 ** 20, ticks: [0, 2 ** 27, 2 ** 28] });
    expect(niceByteScale(2.1 * 2 ** 30, 2).top).toBe(3 * 2 ** 30);
  });

  it("names moments by how long ago they were", () => {
    expect(timeTicks(60, -59).map((tick) => timeTick(tick, 60, "now"))).toEqual([
      "−60 s",
      "−45 s",
      "−30 s",
      "−15 s",
      "now",
    ]);
    expect(timeTick(-900, 900, "now")).toBe("−15 min");
    expect(timeTick(-225, 900, "now")).toBe("−3.8 min");
  });

  it("has a top that stays where it is while what is wanted wavers, and is hardly above it", () => {
    expect([1.25, 1.21, 1.24].map(steadyTop)).toEqual([1.25, 1.25, 1.25]);
    for (const wanted of [0.0531, 0.9999, 1, 3.21, 47.3, 129]) {
      expect(steadyTop(wanted)).toBeGreaterThanOrEqual(wanted);
      expect(steadyTop(wanted)).toBeLessThanOrEqual(wanted * 1.0501);
    }
  });

  it("leaves room for what has not been yet, and no sliver otherwise", () => {
    expect(firstSecond([-59, 0], 60)).toBe(-59);
    expect(firstSecond([-20, 0], 60)).toBe(-60);
    expect(firstSecond([], 60)).toBe(-60);
  });
});

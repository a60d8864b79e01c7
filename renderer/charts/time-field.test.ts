import { describe, expect, it } from "vitest";
import { areaPath, linePath, nearestTo, stacked, type TimeField } from "./time-field.ts";

/** One pixel is a second wide and one unit high. */
const FIELD: TimeField = { left: 0, right: 10, top: 0, bottom: 4, firstSeconds: -10, most: 4 };
const MOMENTS = [-10, -6, -2, 0];

describe("the field of a chart", () => {
  it("draws a line from edge to edge, with a gap where nothing is known", () => {
    expect(linePath(FIELD, MOMENTS, [0, 1, 4, 2])).toBe("M0 4L4 3L8 0L10 2");
    expect(linePath(FIELD, MOMENTS, [0, 1, Number.NaN, 2])).toBe("M0 4L4 3M10 2");
    expect(linePath(FIELD, [], [])).toBe("");
  });

  it("fills what is between a line and zero, or between two lines", () => {
    expect(areaPath(FIELD, MOMENTS, [1, 1, 2, 2], null)).toBe("M0 3L4 3L8 2L10 2V4H0Z");
    expect(areaPath(FIELD, MOMENTS, [Number.NaN, 2, 2, Number.NaN], [0, 1, 1, 0])).toBe("M4 2L8 2L8 3L4 3Z");
  });

  it("puts values on each other; what is not known has no edge and lifts nobody", () => {
    const [below, above] = stacked([[1, Number.NaN, 1], new Float32Array([1, 1, -1])], 3);
    expect([...below!.high]).toEqual([1, Number.NaN, 1]);
    expect([...above!.low]).toEqual([1, 0, 1]);
    expect([...above!.high]).toEqual([2, 1, 1]);
  });

  it("finds the point nearest to the pointer", () => {
    expect([0, 1.9, 2.1, 5.9, 6.1, 8.9, 9.1, 12].map((x) => nearestTo(FIELD, MOMENTS, x))).toEqual([
      0, 0, 1, 1, 2, 2, 3, 3,
    ]);
    expect(nearestTo(FIELD, [], 3)).toBe(-1);
  });
});

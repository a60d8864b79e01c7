import { describe, expect, it } from "vitest";
import { samplingBrief, samplingText } from "./sampling-text.ts";

describe("how good the sampling was", () => {
  it("is said in counts and lateness", () => {
    expect(samplingText({ passes: 412, passesPerSecond: 82.4, lateRatio: 0.02, medianLatenessMs: 0.25 })).toBe(
      "In that time the threads were looked at 412 times, at random moments, about 82 times a second. Half of the looks came within 0.25 ms of their moment, 2 % more than a millisecond late.",
    );
  });

  it("warns where the machine was too busy", () => {
    const text = samplingText({ passes: 40, passesPerSecond: 8, lateRatio: 0.7, medianLatenessMs: null });
    expect(text).toContain(
      "More than half of the looks came later than they can be told, 70 % more than a millisecond late.",
    );
    expect(text).toContain("too busy");
  });

  it("says that nobody looked", () => {
    expect(samplingText(null)).toBe("In that time nobody looked at what the threads wait for.");
    expect(samplingText({ passes: 0, passesPerSecond: 0, lateRatio: null, medianLatenessMs: null })).toContain(
      "nobody",
    );
  });

  it("has a short form for headings", () => {
    const quality = { passes: 412, passesPerSecond: 82.4, lateRatio: 0.02, medianLatenessMs: 0.25 };
    expect(samplingBrief(quality)).toBe("looked at 82 times a second, 2 % late");
    expect(samplingBrief({ ...quality, passesPerSecond: 0.5, lateRatio: 0 })).toBe("looked at less than once a second");
    expect(samplingBrief(null)).toBeNull();
  });
});

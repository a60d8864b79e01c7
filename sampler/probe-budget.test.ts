import { describe, expect, it } from "vitest";
import { ProbeBudget } from "./probe-budget.ts";

/** Asks once a second, with a probe that costs `coresAtFullRate` times the scale in force. */
function settle(budget: ProbeBudget, coresAtFullRate: (second: number) => number, seconds: number): readonly number[] {
  const scales: number[] = [];
  let used = 0;
  let scale = 1;
  for (let second = 0; second < seconds; second += 1) {
    used += coresAtFullRate(second) * scale;
    scale = budget.scale(second * 1000, used);
    scales.push(scale);
  }
  return scales;
}

describe("ProbeBudget", () => {
  it("leaves a cheap probe alone", () => {
    expect(Math.min(...settle(new ProbeBudget(), () => 0.005, 30))).toBe(1);
  });

  it("brings a dear probe near its budget", () => {
    const scale = settle(new ProbeBudget(), () => 0.03, 60).at(-1)!;
    expect(scale).toBeGreaterThan(0.25);
    expect(scale).toBeLessThan(0.45);
  });

  it("does not count its own start", () => {
    expect(settle(new ProbeBudget(), (second) => (second < 3 ? 0.5 : 0.005), 20).every((scale) => scale === 1)).toBe(
      true,
    );
  });

  it("may cost more for a while, but not for long", () => {
    const scales = settle(new ProbeBudget(), () => 0.03, 60);
    expect(scales.slice(0, 10).every((scale) => scale === 1)).toBe(true);
    expect(scales.findIndex((scale) => scale < 1)).toBeLessThan(25);
  });

  it("recovers, and never stops looking", () => {
    const scales = settle(new ProbeBudget(), (second) => (second < 20 ? 9 : 0.005), 60);
    expect(Math.min(...scales)).toBe(0.2);
    expect(scales.at(-1)).toBe(1);
  });
});

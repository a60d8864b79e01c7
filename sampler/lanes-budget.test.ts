import { describe, expect, it } from "vitest";
import { LANES_BUDGET_CORES, LanesBudget } from "./lanes-budget.ts";

/** Half-seconds of lanes that cost `coresAtFullRate` times the scale, beside a probe that costs `otherCores`. */
function settle(coresAtFullRate: number, otherCores: number, steps: number): readonly number[] {
  const budget = new LanesBudget(otherCores);
  const scales: number[] = [];
  let used = 5;
  let scale = 0.5;
  for (let step = 0; step < steps; step += 1) {
    scale = budget.scale(step * 500, used);
    scales.push(scale);
    used += (coresAtFullRate * scale + otherCores) * 0.5;
  }
  return scales;
}

describe("the budget of lanes", () => {
  it("reaches the full rate where it is cheap", () => {
    expect(settle(LANES_BUDGET_CORES * 0.6, 0.004, 20).at(-1)).toBe(1);
  });

  it("lowers the rate rather than spend more", () => {
    const scale = settle(0.2, 0.004, 40).at(-1) ?? 1;
    expect(scale * 0.2).toBeLessThanOrEqual(LANES_BUDGET_CORES * 1.26);
    expect(scale * 0.2).toBeGreaterThan(LANES_BUDGET_CORES * 0.7);
  });

  it("is asked twice a second", () => {
    const budget = new LanesBudget(0);
    expect(budget.isDue(0)).toBe(true);
    budget.scale(0, 0);
    expect(budget.isDue(499)).toBe(false);
    expect(budget.isDue(500)).toBe(true);
  });
});

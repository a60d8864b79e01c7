import { describe, expect, it } from "vitest";
import { OwnCostMeter, type ProcessUsage } from "./own-cost.ts";

describe("OwnCostMeter", () => {
  it("tells the last stretch evenly and never falls", async () => {
    let usage = new Map<number, ProcessUsage>();
    const meter = new OwnCostMeter(
      () => [1, 2],
      async () => usage,
    );
    const costs: (number | undefined)[] = [];
    for (let second = 0; second <= 20; second += 1) {
      usage = new Map([[1, { cpuSeconds: second * 0.01, rssBytes: 10 }]]);
      if (second < 12) usage.set(2, { cpuSeconds: second * 0.02, rssBytes: 5 });
      await meter.refresh(second * 1000);
      costs.push(meter.at(second * 1000, 0)?.cpuSeconds);
    }
    const known = costs.filter((cost) => cost !== undefined);
    expect(costs[0]).toBeUndefined();
    expect(known.length).toBeGreaterThan(10);
    expect(known).toEqual([...known].sort((a, b) => a - b));
    const at = costs.indexOf(known[2]!);
    expect(costs[at + 2]! - costs[at]!).toBeCloseTo(0.06, 5);
    expect(meter.at(20_000, 0.5)).toMatchObject({ rssBytes: 10, samplerCpuSeconds: 0.5 });
  });

  it("survives a reader that fails", async () => {
    const meter = new OwnCostMeter(
      () => [1],
      () => Promise.reject(new Error("gone")),
    );
    for (let second = 0; second < 10; second += 1) await meter.refresh(second * 1000);
    expect(meter.at(10_000, 0)).toBeNull();
  });
});

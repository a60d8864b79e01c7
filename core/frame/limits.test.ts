import { describe, expect, it } from "vitest";
import { advance, initialState } from "../advance.ts";
import { type SimulatedMachine, simulate } from "../testing/sample-builder.ts";
import { FOUR_ON_ONE_GIL } from "../testing/scenarios.ts";
import type { RuntimeFrame } from "./frame.ts";

function runtimeOf(
  cgroups: NonNullable<SimulatedMachine["cgroups"]>,
  cgroupPath: string | null,
  allowedCpus: number | null,
): RuntimeFrame {
  const { header, samples } = simulate(
    { onlineCpus: 4, processes: [{ ...FOUR_ON_ONE_GIL, cgroupPath, allowedCpus }], cgroups },
    6,
  );
  let state = initialState(header);
  for (const sample of samples) state = advance(state, sample).state;
  return state.frame?.runtimes[0] as RuntimeFrame;
}

const QUOTA = { quotaCores: 2, usageCores: 1, throttledRatio: 0 };

describe("the cores a runtime may use", () => {
  it("is the machine where nothing limits it", () => {
    expect(runtimeOf([{ ...QUOTA, path: "/other" }], "/app", null)).toMatchObject({ allowedCores: 4, limit: null });
    expect(runtimeOf([{ ...QUOTA, path: "/app", quotaCores: 9 }], "/app", 4)).toMatchObject({
      allowedCores: 4,
      limit: null,
    });
  });

  it("is the narrowest quota on the way up, and not that of a group that only begins alike", () => {
    const groups = [
      { ...QUOTA, path: "/app", quotaCores: 3 },
      { ...QUOTA, path: "/app/web", quotaCores: 2 },
      { ...QUOTA, path: "/app/webby", quotaCores: 1 },
    ];
    expect(runtimeOf(groups, "/app/web/worker", null)).toMatchObject({
      allowedCores: 2,
      limit: { kind: "quota", cores: 2, cgroupPath: "/app/web", throttledRatio: 0 },
    });
  });

  it("is the affinity where that is narrower", () => {
    expect(runtimeOf([{ ...QUOTA, path: "/app" }], "/app", 1)).toMatchObject({
      allowedCores: 1,
      limit: { kind: "affinity", cores: 1, cgroupPath: null, throttledRatio: null },
    });
  });

  it("counts from where the group was first seen, for a program that entered it after it began", () => {
    const { header, samples } = simulate(
      {
        onlineCpus: 4,
        processes: [{ ...FOUR_ON_ONE_GIL, cgroupPath: "/app", allowedCpus: null }],
        cgroups: [{ ...QUOTA, path: "/app", throttledRatio: 0.5 }],
      },
      4,
    );
    let state = initialState(header);
    for (const [index, sample] of samples.entries()) {
      state = advance(state, index === 0 ? { ...sample, cgroups: [] } : sample).state;
    }
    expect(state.frame?.runtimes[0]?.limit?.throttledRatio).toBeCloseTo(0.5, 6);
  });

  it("counts throttled periods of the window", () => {
    const limit = runtimeOf([{ ...QUOTA, path: "/app", throttledRatio: 0.5 }], "/app", null).limit;
    expect(limit?.throttledRatio).toBeCloseTo(0.5, 6);
  });
});

import { describe, expect, it } from "vitest";
import { advance, initialState } from "../advance.ts";
import type { Frame, RuntimeFrame } from "../frame/frame.ts";
import { type SimulatedMachine, type SimulatedProcess, SimulatedSession, simulate } from "../testing/sample-builder.ts";
import * as scenarios from "../testing/scenarios.ts";

function frameOf(machine: SimulatedMachine, seconds = 6): Frame {
  const { header, samples } = simulate(machine, seconds);
  let state = initialState(header);
  let frame: Frame | null = null;
  for (const sample of samples) ({ state, frame } = advance(state, sample));
  if (frame === null) throw new Error("no sample");
  return frame;
}

function alone(process: SimulatedProcess, machine: Partial<SimulatedMachine> = {}): RuntimeFrame {
  const runtime = frameOf({ processes: [process], ...machine }).runtimes[0];
  if (runtime === undefined) throw new Error("no runtime");
  return runtime;
}

describe("verdicts of the usual cases", () => {
  it.each([
    ["gil-bound", scenarios.FOUR_ON_ONE_GIL, {}],
    ["gil-bound", { ...scenarios.FOUR_ON_ONE_GIL, rung: "memory" }, {}],
    ["gil-bound", scenarios.GIL_CONVOY, {}],
    ["single-threaded", scenarios.HOG_AND_SLEEPERS, {}],
    ["single-threaded", scenarios.ONE_THREAD, {}],
    ["parallel", scenarios.TWO_HASHING, {}],
    ["idle", scenarios.SLEEPERS, {}],
    ["lock-bound", scenarios.LOCK_CONVOY, {}],
    ["idle", scenarios.IDLE_POOL, {}],
    ["io-bound", scenarios.SOCKET_SERVER, {}],
    ["oversubscribed", scenarios.OVERSUBSCRIBED, {}],
    [
      "quota-limited",
      scenarios.QUOTA_HALF,
      { cgroups: [{ path: "/limits/half", quotaCores: 0.5, usageCores: 0.5, throttledRatio: 0.9 }] },
    ],
  ] as const)("%s", (expected, process, machine) => {
    const runtime = alone(process as SimulatedProcess, machine as Partial<SimulatedMachine>);
    expect({ id: runtime.verdict.id, headline: runtime.verdict.headline.code }).toMatchObject({ id: expected });
  });
});

describe("a runtime that began inside the window", () => {
  it("is judged by what the machine did since, not by the quiet before it", () => {
    const session = new SimulatedSession(2);
    let state = initialState(session.header);
    const crowd: SimulatedProcess = {
      pid: 90,
      startTicks: (86_400 + 3) * 100,
      threads: Array.from({ length: 6 }, () => ({ run: 0.33, cpuWait: 0.66, slices: 200 })),
    };
    for (const processes of [[], [], [], [crowd], [crowd], [crowd]]) {
      state = advance(state, session.step({ processes, onlineCpus: 2 })).state;
    }
    expect(state.frame?.runtimes[0]?.verdict.id).toBe("oversubscribed");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advance, type CoreState, initialState } from "../advance.ts";
import { absent, known } from "../sample/reading.ts";
import { type SimulatedMachine, simulate } from "../testing/sample-builder.ts";
import { BUSY_MACHINE, FOUR_ON_ONE_GIL, IDLE_POOL, manyRuntimes, ONE_THREAD } from "../testing/scenarios.ts";
import { COST_SECONDS, DEFAULT_PROBE_BUDGET_CORES, plan } from "./plan.ts";
import type { ProbePlan } from "./probe-plan.ts";

const NOBODY = { selectedRowId: null, visible: true };

function stateAfter(machine: SimulatedMachine, seconds: number): CoreState {
  const { header, samples } = simulate(machine, seconds);
  let state = initialState(header);
  for (const sample of samples) state = advance(state, sample).state;
  return state;
}

/** What a plan costs: runtimes of one rate share their rounds. */
function coresOf(result: ProbePlan): number {
  const rounds = new Set(result.targets.map(({ rateHz }) => rateHz));
  const waking = [...rounds].reduce((sum, rate) => sum + rate * COST_SECONDS.round, 0);
  return result.targets.reduce(
    (sum, { rateHz, tids, restingTids }) =>
      sum +
      rateHz * (COST_SECONDS.pass + Math.max(1, tids.length) * COST_SECONDS.look) +
      restingTids.length * COST_SECONDS.look,
    waking,
  );
}

describe("plan", () => {
  it("looks at runtimes whose threads move, as fast as is useful", () => {
    const result = plan(
      stateAfter({ processes: [FOUR_ON_ONE_GIL, IDLE_POOL, ONE_THREAD] }, 6),
      NOBODY,
      DEFAULT_PROBE_BUDGET_CORES,
    );
    expect(result.targets.map(({ pid }) => pid)).toEqual([FOUR_ON_ONE_GIL.pid]);
    expect(result.targets[0]?.tids).toHaveLength(4);
    expect(result.targets[0]?.restingTids).toHaveLength(1);
    expect(result.targets[0]?.rateHz).toBeGreaterThanOrEqual(20);
  });

  it("looks at the GIL of a runtime whose threads end too soon to be looked at", () => {
    const state = stateAfter({ processes: [ONE_THREAD] }, 6);
    const frame = state.frame;
    const runtimes = (frame?.runtimes ?? []).map((runtime) => ({ ...runtime, exitedThreadCores: known(0.9) }));
    const churning = { ...state, frame: frame && { ...frame, runtimes } };
    expect(plan(state, NOBODY, DEFAULT_PROBE_BUDGET_CORES).targets).toHaveLength(0);
    expect(plan(churning, NOBODY, DEFAULT_PROBE_BUDGET_CORES).targets).toHaveLength(1);
  });

  it("begins before there are rates", () => {
    const session = stateAfter({ processes: [FOUR_ON_ONE_GIL] }, 0);
    const lively = {
      ...session,
      samples: session.samples.map((sample) => ({
        ...sample,
        threads: { ...sample.threads, runSeconds: sample.threads.runSeconds.map((_, row) => (row > 0 ? 3 : 0)) },
      })),
    };
    expect(plan(lively, NOBODY, DEFAULT_PROBE_BUDGET_CORES).targets[0]?.tids).toHaveLength(4);
  });

  it("puts the selected runtime first, even one that rests", () => {
    const state = stateAfter({ processes: [FOUR_ON_ONE_GIL, IDLE_POOL] }, 6);
    const resting = state.frame?.runtimes.find(({ pid }) => pid === IDLE_POOL.pid)?.rowId ?? null;
    const result = plan(state, { selectedRowId: resting, visible: true }, DEFAULT_PROBE_BUDGET_CORES);
    expect(result.targets[0]?.pid).toBe(IDLE_POOL.pid);
    expect(result.targets[0]?.restingTids).toHaveLength(9);
  });

  it("looks seldom at a selected runtime in which hardly anything happens, however large the budget", () => {
    const state = stateAfter({ processes: [FOUR_ON_ONE_GIL, IDLE_POOL, ONE_THREAD] }, 6);
    const rateOf = (pid: number) => {
      const selectedRowId = state.frame?.runtimes.find((runtime) => runtime.pid === pid)?.rowId ?? null;
      return plan(state, { selectedRowId, visible: true }, 1).targets[0]?.rateHz;
    };
    expect(rateOf(IDLE_POOL.pid)).toBe(5);
    expect(rateOf(ONE_THREAD.pid)).toBe(100);
    expect(rateOf(FOUR_ON_ONE_GIL.pid)).toBe(100);
  });

  it("leaves out what may not be read", () => {
    const denied = { ...FOUR_ON_ONE_GIL, probeRight: absent<true>("denied") };
    expect(plan(stateAfter({ processes: [denied] }, 6), NOBODY, 1).targets).toEqual([]);
  });

  it("keeps to its budget whatever the machine, and to sensible rates", () => {
    const states = [stateAfter(BUSY_MACHINE, 6), stateAfter(manyRuntimes(200, 8), 3), stateAfter({ processes: [] }, 2)];
    fc.assert(
      fc.property(
        fc.nat(states.length - 1),
        fc.double({ min: 1e-4, max: 0.05, noNaN: true }),
        fc.nat(40),
        (index, budget, row) => {
          const state = states[index] as CoreState;
          const result = plan(state, { selectedRowId: row, visible: true }, budget);
          expect(coresOf(result)).toBeLessThanOrEqual(budget * 1.05 + 1e-9);
          for (const target of result.targets) {
            expect(target.rateHz).toBeLessThanOrEqual(100);
            expect(target.rateHz).toBeGreaterThan(0);
            expect(target.tids).toHaveLength(target.threadRowIds.length);
            expect(target.restingTids).toHaveLength(target.restingThreadRowIds.length);
          }
        },
      ),
    );
  });

  it("lets everybody have a turn when there are too many", () => {
    const { header, samples } = simulate(manyRuntimes(200, 6), 25);
    let state = initialState(header);
    const seen = new Set<number>();
    for (const sample of samples) {
      state = advance(state, sample).state;
      for (const target of plan(state, NOBODY, 0.001).targets) seen.add(target.pid);
    }
    expect(seen.size).toBe(20);
  });
});

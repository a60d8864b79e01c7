import { describe, expect, it } from "vitest";
import { advance, initialState } from "../advance.ts";
import type { Frame } from "../frame/frame.ts";
import { type SimulatedProcess, type SimulatedThread, simulate } from "../testing/sample-builder.ts";
import { THREAD_STATE_COUNT, THREAD_STATES, type ThreadState } from "./thread-state.ts";

function frameOf(process: Partial<SimulatedProcess>, threads: readonly SimulatedThread[]): Frame {
  const { header, samples } = simulate({ processes: [{ pid: 50, rateHz: 100, ...process, threads }] }, 6);
  let state = initialState(header);
  for (const sample of samples) state = advance(state, sample).state;
  if (state.frame === null) throw new Error("no frame");
  return state.frame;
}

function sharesOf(frame: Frame, row: number): Partial<Record<ThreadState, number>> {
  const shares: Partial<Record<ThreadState, number>> = {};
  THREAD_STATES.forEach((name, index) => {
    const share = frame.threads.states[row * THREAD_STATE_COUNT + index] as number;
    if (share > 0.005) shares[name] = Math.round(share * 100) / 100;
  });
  return shares;
}

const OTHER: SimulatedThread = { run: 0, slices: 0, rest: { lockWait: 1 } };

describe("where a thread's second goes", () => {
  it("takes running and waiting for a CPU exactly and shares the rest out by what was seen", () => {
    const thread = { run: 0.2, cpuWait: 0.1, slices: 200, rest: { gilWait: 0.5, socketRead: 0.3, sleep: 0.2 } };
    expect(sharesOf(frameOf({}, [thread, OTHER]), 0)).toEqual({
      run: 0.2,
      gilWait: 0.35,
      cpuWait: 0.1,
      ioWait: 0.21,
      sleep: 0.14,
    });
  });

  it("gives a thread that rests what it was last seen doing", () => {
    const busy = { run: 0.5, slices: 50, rest: { sleep: 1 } };
    expect(sharesOf(frameOf({}, [busy, OTHER]), 1)).toEqual({ threadWait: 1 });
  });

  it("knows nothing of what nobody saw", () => {
    const thread = { run: 0.3, slices: 50 };
    const frame = frameOf({ rung: null }, [thread, thread]);
    expect(sharesOf(frame, 0)).toEqual({ run: 0.3, unknown: 0.7 });
    expect([...frame.threads.gilBound]).toEqual([2, 2]);
    expect(frame.threads.gilBoundReason).toEqual(["not-yet", "not-yet"]);
  });

  it("tells a futex apart only with the right to see which", () => {
    const waiting = { run: 0.01, slices: 300, rest: { gilWait: 1 } };
    const frame = frameOf({ rung: "wchan" }, [waiting, OTHER]);
    expect(sharesOf(frame, 0)).toEqual({ run: 0.01, unknown: 0.99 });
    // A futex that never wakes is not the GIL's.
    expect(sharesOf(frame, 1)).toEqual({ threadWait: 1 });
  });

  it("takes a timed select for a sleep only where time.sleep is one", () => {
    const sleeping = { run: 0.01, slices: 20, rest: { sleep: 1 } };
    const asSelect = (version: string): Partial<Record<ThreadState, number>> => {
      const { header, samples } = simulate(
        { processes: [{ pid: 50, python: { version }, threads: [sleeping, OTHER] }] },
        6,
      );
      let state = initialState(header);
      for (const sample of samples) {
        const observations = sample.observations.map((one) => (one.syscall === 230 ? { ...one, syscall: 23 } : one));
        state = advance(state, { ...sample, observations }).state;
      }
      return sharesOf(state.frame as Frame, 0);
    };
    expect(asSelect("3.10.13")).toEqual({ run: 0.01, sleep: 0.99 });
    expect(asSelect("3.12.1")).toEqual({ run: 0.01, ioWait: 0.99 });
  });

  it("does not tell the GIL from a lock in Python 2", () => {
    const waiting = { run: 0.3, slices: 15_000, rest: { lockWait: 1 } };
    const frame = frameOf({ python: { version: "2.7.18" } }, [waiting, waiting, waiting]);
    expect(sharesOf(frame, 0)).toEqual({ run: 0.3, unknown: 0.7 });
    expect(frame.threads.gilBoundReason[0]).toBe("unsupported");
  });

  it("splits running by the holder of the GIL", () => {
    const python = { run: 0.5, cpuWait: 0.02, slices: 200, rest: { gilWait: 1 }, held: 0.5 };
    const native = { run: 0.9, slices: 20, rest: { gilWait: 1 } };
    const frame = frameOf({ rung: "memory" }, [python, native]);
    expect(sharesOf(frame, 0)).toMatchObject({ gilRun: 0.5, cpuWait: 0.02 });
    expect(sharesOf(frame, 1)).toEqual({ nativeRun: 0.9, gilWait: 0.1 });
  });

  it("does not take a wait for a CPU for native running", () => {
    const python = { run: 0.25, cpuWait: 0.2, slices: 200, rest: { gilWait: 1 }, held: 0.27, heldRunning: 0.27 };
    const shares = sharesOf(frameOf({ rung: "memory" }, [python, python, python]), 0);
    expect(shares.nativeRun ?? 0).toBeLessThan(0.02);
    expect(shares.gilRun).toBeGreaterThan(0.23);
  });

  it("shows a blocked holder as such", () => {
    const holder = { run: 0.05, slices: 50, rest: { sleep: 1 }, held: 0.95, heldRunning: 0.05 };
    const waiter = { run: 0.02, slices: 190, rest: { gilWait: 1 } };
    const frame = frameOf({ rung: "memory" }, [holder, waiter]);
    expect(sharesOf(frame, 0)).toMatchObject({ gilHeldBlocked: 0.9 });
    expect(frame.runtimes[0]?.verdict.headline.code).toBe("gil-bound.blocked-holder");
  });

  it("leaves running as it is where the holder is not told", () => {
    const thread = { run: 0.4, slices: 200, rest: { gilWait: 1 }, held: 0.4 };
    const { header, samples } = simulate({ processes: [{ pid: 50, rung: "memory", threads: [thread, thread] }] }, 6);
    let state = initialState(header);
    for (const sample of samples) {
      const gils = sample.gils.map((gil) => ({ ...gil, heldByThread: [] }));
      state = advance(state, { ...sample, gils }).state;
    }
    expect(sharesOf(state.frame as Frame, 0)).toEqual({ run: 0.4, gilWait: 0.6 });
  });
});

import { describe, expect, it } from "vitest";
import { advance, initialState } from "../advance.ts";
import type { RuntimeFrame } from "../frame/frame.ts";
import type { RawSample, SessionHeader } from "../sample/raw-sample.ts";
import { type SimulatedThread, simulate } from "../testing/sample-builder.ts";
import { isGilBound } from "./thread-sums.ts";

function lastRuntime(header: SessionHeader, samples: readonly RawSample[]): RuntimeFrame {
  let state = initialState(header);
  for (const sample of samples) state = advance(state, sample).state;
  return state.frame?.runtimes[0] as RuntimeFrame;
}

function runtimeOf(threads: readonly SimulatedThread[]): RuntimeFrame {
  const { header, samples } = simulate({ processes: [{ pid: 50, rateHz: 100, threads }] }, 6);
  return lastRuntime(header, samples);
}

function verdictOf(header: SessionHeader, samples: readonly RawSample[]): string {
  return lastRuntime(header, samples).verdict.id;
}

function times(count: number, thread: SimulatedThread): SimulatedThread[] {
  return Array.from({ length: count }, () => thread);
}

const HOG: SimulatedThread = { run: 0.97, cpuWait: 0.01, slices: 200, rest: { gilWait: 1 } };

describe("threads that work", () => {
  it("flags a thread that waits a quarter of the time it wants to run, if that is any time to speak of", () => {
    expect(isGilBound(0.25, 0, 0.7)).toBe(true);
    expect(isGilBound(0.7, 0.02, 0.2)).toBe(false);
    expect(isGilBound(0.0002, 0, 0.05)).toBe(false);
    expect(isGilBound(0, 0, 0)).toBe(false);
  });

  it("does not let sleepers that wake beside a hog make it gil-bound", () => {
    const sleeper = { run: 0.002, slices: 119, rest: { gilWait: 0.3, sleep: 0.7 } };
    expect(runtimeOf([HOG, ...times(6, sleeper)])).toMatchObject({
      workingThreads: 1,
      verdict: { id: "single-threaded" },
    });
  });

  it("does not take what woke a thread while it began for hand-overs of a lock", () => {
    const waiting = (slicesPerSecond: number): SimulatedThread => ({
      run: 0.01,
      slices: slicesPerSecond,
      rest: { lockWait: 1 },
    });
    const { header, samples } = simulate({ processes: [{ pid: 50, rateHz: 100, threads: times(2, waiting(40)) }] }, 2);
    const quiet = simulate({ processes: [{ pid: 50, rateHz: 100, threads: times(2, waiting(0)) }] }, 6).samples.slice(
      3,
    );
    expect(verdictOf(header, samples)).toBe("lock-bound");
    const began = samples.at(-1)?.threads.timeslices ?? new Float64Array();
    const still = quiet.map((sample) => ({ ...sample, threads: { ...sample.threads, timeslices: began } }));
    expect(verdictOf(header, [...samples, ...still])).not.toBe("lock-bound");
  });

  it("counts many threads that do a little each", () => {
    const little = { run: 0.0063, slices: 60, rest: { gilWait: 0.06, sleep: 0.94 } };
    expect(runtimeOf(times(150, little))).toMatchObject({ workingThreads: 150, verdict: { id: "gil-bound" } });
  });

  it("promises an I/O thread no more than its part of the demand", () => {
    const reply = { run: 0.012, cpuWait: 0.02, slices: 440, rest: { gilWait: 0.88, socketRead: 0.12 } };
    const runtime = runtimeOf([HOG, ...times(3, reply)]);
    expect(runtime.verdict.headline.code).toBe("gil-bound.convoy");
    expect(runtime.demandCores.known && runtime.demandCores.value).toBeLessThan(1.6);
    expect(runtime.lostCores.known && runtime.lostCores.value).toBeLessThan(0.6);
  });

  it("tells workers that an event loop feeds from threads that wait for one another", () => {
    const worker = { run: 0.05, cpuWait: 0.15, slices: 150, rest: { poolWait: 1 } };
    const loop = { run: 0.07, cpuWait: 0.3, slices: 700, rest: { epoll: 0.75, gilWait: 0.25 } };
    expect(runtimeOf([loop, ...times(6, worker)]).verdict.id).toBe("io-bound");
    expect(runtimeOf(times(6, worker)).verdict.id).toBe("lock-bound");
  });

  it("does not take for hand-overs what wakes workers up from their own sleep", () => {
    const loop = { run: 0.02, slices: 110, rest: { epoll: 1 } };
    const dozing = { run: 0.02, slices: 90, rest: { poolWait: 0.2, sleep: 0.8 } };
    expect(runtimeOf([loop, ...times(5, dozing)]).verdict.id).toBe("io-bound");
    const contending = { run: 0.02, slices: 90, rest: { lockWait: 0.9, sleep: 0.1 } };
    expect(runtimeOf([loop, ...times(5, contending)]).verdict.id).toBe("lock-bound");
  });

  it("takes a lock that workers hand on seldom for a lock, and workers that rest on a queue for none", () => {
    const turn = { run: 0.48, slices: 3, rest: { lockWait: 1 } };
    expect(runtimeOf(times(2, turn)).verdict.id).toBe("lock-bound");
    const sleeper = { run: 0.0004, slices: 3, rest: { lockWait: 1 } };
    expect(runtimeOf([{ run: 0.97, slices: 20 }, ...times(4, sleeper)]).verdict.id).toBe("single-threaded");
    const collector = { run: 0.003, slices: 97, rest: { lockWait: 1 } };
    expect(runtimeOf([...times(2, { run: 0.95, slices: 20 }), collector]).verdict.id).toBe("parallel");
  });

  it("does not say parallel of workers in slow turns that nobody may look at", () => {
    const turn = { run: 0.48, slices: 3, rest: { lockWait: 1 } };
    const { header, samples } = simulate(
      {
        processes: [
          {
            pid: 50,
            threads: times(2, turn),
            rung: null,
            probeRight: { known: false, reason: "denied" },
            probeObstacle: "other-user",
          },
        ],
      },
      6,
    );
    expect(verdictOf(header, samples)).toBe("undetermined");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advance, initialState, VERDICT_WINDOW_SECONDS } from "./advance.ts";
import type { Frame } from "./frame/frame.ts";
import { frameBetween } from "./frame/frame-between.ts";
import type { RawSample, SessionHeader } from "./sample/raw-sample.ts";
import { SEEN, type SeenName } from "./testing/observations.ts";
import { type SimulatedMachine, type SimulatedProcess, SimulatedSession, simulate } from "./testing/sample-builder.ts";
import { BUSY_MACHINE, FOUR_ON_ONE_GIL, SPAWN_POOL } from "./testing/scenarios.ts";
import { THREAD_STATE_COUNT } from "./thread/thread-state.ts";

function replay(header: SessionHeader, samples: readonly RawSample[]): readonly Frame[] {
  let state = initialState(header);
  return samples.map((sample) => {
    const next = advance(state, sample);
    state = next.state;
    return next.frame;
  });
}

function last(frames: readonly Frame[]): Frame {
  const frame = frames[frames.length - 1];
  if (frame === undefined) throw new Error("no frame");
  return frame;
}

/** What must hold for every frame, whatever the samples say. */
function expectSums(frame: Frame): void {
  const { threads } = frame;
  for (let row = 0; row < threads.length; row += 1) {
    let sum = 0;
    for (let state = 0; state < THREAD_STATE_COUNT; state += 1) {
      const share = threads.states[row * THREAD_STATE_COUNT + state] as number;
      expect(share).toBeGreaterThanOrEqual(0);
      sum += share;
    }
    expect(Math.abs(sum - 1)).toBeLessThan(1e-6);
  }
  for (const runtime of frame.runtimes) {
    if (!runtime.cpuCores.known || !runtime.exitedThreadCores.known) continue;
    let sum = runtime.exitedThreadCores.value;
    for (let row = runtime.threadStart; row < runtime.threadStart + runtime.threadRows; row += 1) {
      sum += threads.cpuCores[row] as number;
    }
    expect(Math.abs(sum - runtime.cpuCores.value)).toBeLessThan(1e-4);
    expect(runtime.verdict.confidence).toBeGreaterThanOrEqual(0);
    expect(runtime.verdict.confidence).toBeLessThanOrEqual(1);
    expect(runtime.lostCores.known ? runtime.lostCores.value : 0).toBeGreaterThanOrEqual(0);
  }
  for (const family of frame.families) {
    if (!family.cpuCores.known) continue;
    const members = frame.runtimes.filter((runtime) => family.memberRowIds.includes(runtime.rowId));
    const sum = members.reduce((total, member) => total + (member.cpuCores.known ? member.cpuCores.value : 0), 0);
    expect(Math.abs(sum - family.cpuCores.value)).toBeLessThan(1e-6);
  }
}

const anyRest = fc.dictionary(
  fc.constantFrom(...(Object.keys(SEEN) as SeenName[])),
  fc.double({ min: 0, max: 1, noNaN: true }),
);
const anyThread = fc
  .record({
    run: fc.double({ min: 0, max: 1, noNaN: true }),
    wait: fc.double({ min: 0, max: 1, noNaN: true }),
    slices: fc.integer({ min: 0, max: 20_000 }),
    rest: anyRest,
    held: fc.double({ min: 0, max: 1, noNaN: true }),
    interpreter: fc.constantFrom(0, 0, 0, 1, 2),
  })
  .map(({ run, wait, ...thread }) => ({ ...thread, run, cpuWait: wait * (1 - run) }));
const anyProcess = (pid: number): fc.Arbitrary<SimulatedProcess> =>
  fc.record(
    {
      pid: fc.constant(pid),
      threads: fc.array(anyThread, { maxLength: 6 }),
      rung: fc.constantFrom("futex" as const, "memory" as const, "wchan" as const, null),
      exitedCores: fc.double({ min: 0, max: 2, noNaN: true }),
      allowedCpus: fc.constantFrom(null, 1, 2),
      parentPid: fc.constantFrom(1, 100, 200, 300),
    },
    { requiredKeys: ["pid", "threads"] },
  );
const anyMachine: fc.Arbitrary<SimulatedMachine> = fc
  .tuple(anyProcess(100), anyProcess(200), anyProcess(300))
  .map((processes) => ({ processes, onlineCpus: 4 }));

describe("advance", () => {
  it("sums every thread's second to one and every runtime's threads to its CPU", () => {
    const { header, samples } = simulate(BUSY_MACHINE, 8);
    for (const frame of replay(header, samples)) expectSums(frame);
  });

  it("keeps the sums on machines that change at random between samples", () => {
    fc.assert(
      fc.property(fc.array(anyMachine, { minLength: 1, maxLength: 8 }), (machines) => {
        const session = new SimulatedSession(4);
        const samples = machines.map((machine) => session.step(machine));
        for (const frame of replay(session.header, samples)) expectSums(frame);
      }),
      { numRuns: 80 },
    );
  });

  it("gives the same frames for the same samples, byte for byte", () => {
    const { header, samples } = simulate(BUSY_MACHINE, 6);
    expect(JSON.stringify(replay(header, samples))).toBe(JSON.stringify(replay(header, samples)));
  });

  it("compares with the newest sample that is a whole window older", () => {
    const { header, samples } = simulate({ processes: [FOUR_ON_ONE_GIL] }, 12);
    const windows = replay(header, samples).map((frame) => frame.windowSeconds);
    expect(windows.slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(windows.slice(5)).toEqual(windows.slice(5).map(() => VERDICT_WINDOW_SECONDS));
  });

  it("has no rates in the first frame, and says so", () => {
    const { header, samples } = simulate({ processes: [FOUR_ON_ONE_GIL] }, 0);
    const frame = last(replay(header, samples));
    const runtime = frame.runtimes[0];
    expect(runtime?.cpuCores).toEqual({ known: false, reason: "not-yet" });
    expect(runtime?.verdict.id).toBe("undetermined");
    expect(frame.lostCores).toEqual({ known: false, reason: "not-yet" });
    expect([...frame.threads.gilBound]).toEqual([2, 2, 2, 2, 2]);
    expect(frame.threads.gilBoundReason).toEqual(new Array(5).fill("not-yet"));
  });

  it("is not misled by counters that go backwards", () => {
    fc.assert(
      fc.property(anyMachine, fc.double({ min: 0, max: 1, noNaN: true }), (machine, factor) => {
        const session = new SimulatedSession(4);
        const older = session.step(machine);
        const newer = session.step(machine, 5);
        const back = {
          ...newer,
          processes: { ...newer.processes, cpuSeconds: older.processes.cpuSeconds.map((value) => value * factor) },
          threads: {
            ...newer.threads,
            runSeconds: older.threads.runSeconds.map((value) => value * factor),
            cpuWaitSeconds: older.threads.cpuWaitSeconds.map((value) => value * factor),
            timeslices: older.threads.timeslices.map((value) => value * factor),
          },
          probeCounts: { ...newer.probeCounts, count: newer.probeCounts.count.map((value) => -value) },
        };
        const frame = last(replay(session.header, [older, back]));
        expectSums(frame);
        for (const runtime of frame.runtimes) expect(runtime.cpuCores).toEqual({ known: true, value: 0 });
      }),
      { numRuns: 60 },
    );
  });

  it("says that nothing is known of threads without scheduler counters, and still knows the CPU", () => {
    const { header, samples } = simulate({ processes: [FOUR_ON_ONE_GIL] }, 6);
    const blind = samples.map((sample) => ({
      ...sample,
      threads: { ...sample.threads, runSeconds: sample.threads.runSeconds.map(() => Number.NaN) },
    }));
    const frame = last(replay(header, blind));
    expectSums(frame);
    expect(frame.runtimes[0]?.verdict.headline.code).toBe("undetermined.unsupported");
    expect(frame.runtimes[0]?.cpuCores.known && frame.runtimes[0].cpuCores.value).toBeCloseTo(0.99, 1);
    expect([...frame.threads.gilBound]).toEqual([2, 2, 2, 2, 2]);
    expect(frame.threads.gilBoundReason[1]).toBe("unsupported");
    expect(Number.isNaN(frame.threads.cpuCores[1])).toBe(true);
  });

  it("counts a runtime that began inside the window from its birth", () => {
    const session = new SimulatedSession(4);
    const samples = [0, 1, 2, 3].map(() => session.step({ processes: [] }));
    // Started one second before the next sample: its whole life is one second at a quarter of a core a thread.
    const bootMs = session.header.host.bootWallMs;
    const bornMs = (samples[3]?.wallMs ?? 0) + 0;
    const young = { ...FOUR_ON_ONE_GIL, startTicks: Math.round((bornMs - bootMs) / 10) };
    const frame = last(replay(session.header, [...samples, session.step({ processes: [young] })]));
    expect(frame.runtimes[0]?.windowSeconds).toBeCloseTo(1, 1);
    expect(frame.runtimes[0]?.cpuCores.known && frame.runtimes[0].cpuCores.value).toBeCloseTo(0.99, 1);
    expectSums(frame);
  });

  it("does not take the lifetime of a runtime recognised late for its last seconds", () => {
    const { header, samples } = simulate({ processes: [{ ...FOUR_ON_ONE_GIL, startTicks: 1 }] }, 8);
    const late = samples.map((sample, index) =>
      index < 6
        ? {
            ...sample,
            processDetails: [],
            threads: { ...sample.threads, length: 0, rowId: new Uint32Array(), processRowId: new Uint32Array() },
          }
        : index === 6
          ? {
              ...sample,
              processDetails: samples[0]?.processDetails ?? [],
              threadDetails: samples[0]?.threadDetails ?? [],
            }
          : sample,
    );
    const frames = replay(header, late);
    expect(frames[6]?.runtimes[0]?.verdict.id).toBe("undetermined");
    expect(frames[8]?.runtimes[0]?.cpuCores.known && frames[8].runtimes[0].cpuCores.value).toBeCloseTo(0.99, 1);
    expect(frames[8]?.runtimes[0]?.windowSeconds).toBeCloseTo(2, 1);
    for (const frame of frames) expectSums(frame);
  });

  it("forgets runtimes and threads that are gone", () => {
    const session = new SimulatedSession(4);
    let state = initialState(session.header);
    for (let round = 0; round < 200; round += 1) {
      state = advance(state, session.step({ processes: [{ ...FOUR_ON_ONE_GIL, startTicks: 1000 + round }] })).state;
    }
    expect(state.details.processes.size).toBeLessThan(100);
    expect(state.details.threads.size).toBeLessThan(100);
    expect(state.samples.length).toBeLessThan(10);
  });

  it("shows the work of threads that ended apart", () => {
    const { header, samples } = simulate({ processes: [{ ...FOUR_ON_ONE_GIL, exitedCores: 0.5 }] }, 6);
    const runtime = last(replay(header, samples)).runtimes[0];
    expect(runtime?.exitedThreadCores.known && runtime.exitedThreadCores.value).toBeCloseTo(0.5, 1);
    expect(runtime?.cpuCores.known && runtime.cpuCores.value).toBeCloseTo(1.49, 1);
  });

  it("says when the halves of the window differ", () => {
    const session = new SimulatedSession(4);
    const calm = {
      ...FOUR_ON_ONE_GIL,
      threads: FOUR_ON_ONE_GIL.threads.map((thread) => ({ ...thread, run: 0.001, slices: 1 })),
    };
    const samples = [0, 1, 2, 3, 4, 5].map((second) =>
      session.step({ processes: [second <= 3 ? calm : FOUR_ON_ONE_GIL] }),
    );
    const runtime = last(replay(session.header, samples)).runtimes[0];
    expect(runtime?.verdict.evidence.map(({ code }) => code)).toContain("evidence.phases");
  });

  it("compares any two samples of a session", () => {
    const { header, samples } = simulate({ processes: SPAWN_POOL }, 6);
    let state = initialState(header);
    for (const sample of samples) state = advance(state, sample).state;
    const frame = frameBetween(header, state.details, samples[2] ?? null, samples[4] as RawSample);
    expect(frame.windowSeconds).toBe(2);
    expectSums(frame);
  });
});

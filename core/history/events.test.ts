import { describe, expect, it } from "vitest";
import { advance, initialState } from "../advance.ts";
import { type SimulatedMachine, SimulatedSession } from "../testing/sample-builder.ts";
import { FOUR_ON_ONE_GIL, HOG_AND_SLEEPERS } from "../testing/scenarios.ts";
import { EventLog } from "./events.ts";
import { FILE_LIMITS, History } from "./history.ts";

function run(machineAt: (second: number) => SimulatedMachine, seconds: number, live = true): History {
  const session = new SimulatedSession(machineAt(0).onlineCpus);
  const history = new History(session.header, FILE_LIMITS);
  let state = initialState(session.header);
  for (let second = 0; second <= seconds; second += 1) {
    const sample = session.step(machineAt(second));
    const next = advance(state, sample);
    state = next.state;
    history.push(sample, live ? next.frame : null);
  }
  return history;
}

const kinds = (history: History) => history.timeLine(2000)?.events.map(({ kind }) => kind);
const late = { ...FOUR_ON_ONE_GIL, pid: 900, startTicks: 8_640_000 + 1500 };

describe("events", () => {
  it("tell of runtimes that begin and end while somebody looks, not of those that were there", () => {
    const history = run(
      (second) => ({ processes: second >= 12 && second < 20 ? [HOG_AND_SLEEPERS, late] : [HOG_AND_SLEEPERS] }),
      25,
    );
    expect(kinds(history)).toEqual(["started", "ended"]);
    expect(history.timeLine(2000)?.events[0]).toMatchObject({ pid: 900 });
  });

  it("tell of a verdict that changed and stayed, once, at the time it began", () => {
    const turned = { ...FOUR_ON_ONE_GIL, threads: FOUR_ON_ONE_GIL.threads.map(() => ({ run: 0, rest: { sleep: 1 } })) };
    const history = run((second) => ({ processes: [second < 30 ? FOUR_ON_ONE_GIL : turned] }), 60);
    const events = history.timeLine(2000)?.events ?? [];
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ kind: "verdict", from: "gil-bound" });
    const first = history.firstWallMs ?? 0;
    expect(((events[0]?.wallMs ?? 0) - first) / 1000).toBeGreaterThanOrEqual(30);
    expect(((events[0]?.wallMs ?? 0) - first) / 1000).toBeLessThanOrEqual(36);
    const blip = run((second) => ({ processes: [second === 30 ? turned : FOUR_ON_ONE_GIL] }), 60);
    expect(kinds(blip)).toEqual([]);
  });

  it("tell once of a quota that begins to throttle", () => {
    const held = { ...HOG_AND_SLEEPERS, cgroupPath: "/half" };
    const history = run(
      (second) => ({
        processes: [held],
        cgroups: [{ path: "/half", quotaCores: 0.5, usageCores: 0.5, throttledRatio: second > 10 ? 0.9 : 0 }],
      }),
      40,
    );
    expect(kinds(history)?.filter((kind) => kind === "throttled")).toEqual(["throttled"]);
  });

  it("are the same in a file, whose frames are computed a few at a time", () => {
    const at = (second: number) => ({
      processes: second < 10 ? [HOG_AND_SLEEPERS, FOUR_ON_ONE_GIL] : [HOG_AND_SLEEPERS],
    });
    const live = run(at, 30);
    const file = run(at, 30, false);
    expect(file.timeLine(2000)?.events).toEqual([]);
    let rounds = 1;
    while (file.digestSome(2000, 4)) rounds += 1;
    expect(rounds).toBe(8);
    expect(file.timeLine(2000)).toEqual(live.timeLine(2000));
  });

  it("keep marks in the order of time, and not without end", () => {
    const log = new EventLog();
    for (let count = 0; count < 300; count += 1) log.mark(1000 - count);
    const events = log.after(0);
    expect(events).toHaveLength(200);
    expect(events[0]).toMatchObject({ kind: "mark", number: 200, wallMs: 801 });
    log.forgetBefore(900);
    expect(log.after(0)[0]?.wallMs).toBe(900);
  });
});

describe("a range of time", () => {
  it("is one frame whose figures are of that range alone", () => {
    const history = run(
      (second) => ({
        processes: [
          second > 20 && second <= 40
            ? FOUR_ON_ONE_GIL
            : { ...FOUR_ON_ONE_GIL, threads: FOUR_ON_ONE_GIL.threads.map(() => ({ run: 0, rest: { sleep: 1 } })) },
        ],
      }),
      60,
    );
    const first = history.firstWallMs ?? 0;
    const busy = history.frameBetween(first + 20_000, first + 40_000);
    expect(busy?.windowSeconds).toBeCloseTo(20);
    expect(busy?.runtimes[0]?.verdict.id).toBe("gil-bound");
    const whole = history.frameBetween(first, first + 60_000);
    expect(whole?.windowSeconds).toBeCloseTo(60);
    const coresOf = (frame: typeof whole) =>
      frame?.runtimes[0]?.cpuCores.known ? frame.runtimes[0].cpuCores.value : Number.NaN;
    expect(coresOf(whole)).toBeCloseTo(coresOf(busy) / 3, 1);
  });

  it("covers at least one step, wherever its ends are", () => {
    const history = run(() => ({ processes: [HOG_AND_SLEEPERS] }), 5);
    expect(history.frameBetween(0, 0)?.windowSeconds).toBeCloseTo(1);
    expect(history.frameBetween(1e15, 1e15)?.windowSeconds).toBeCloseTo(1);
    expect(run(() => ({ processes: [] }), 0).frameBetween(0, 1e15)).toBeNull();
  });
});

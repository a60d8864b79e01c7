import { describe, expect, it } from "vitest";
import { advance, initialState } from "../advance.ts";
import type { Frame, RuntimeFrame } from "../frame/frame.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { type SimulatedMachine, type SimulatedProcess, SimulatedSession } from "../testing/sample-builder.ts";
import { FOUR_ON_ONE_GIL, HOG_AND_SLEEPERS } from "../testing/scenarios.ts";
import { FILE_LIMITS, History } from "./history.ts";

/** A thread that computes beside two that wait for the GIL about as much as just counts. */
function onTheLine(gilWait: number): SimulatedProcess {
  const waiter = { run: 0.06, cpuWait: 0.01, slices: 120, rest: { gilWait, sleep: 1 - gilWait } };
  return {
    ...HOG_AND_SLEEPERS,
    rateHz: 100,
    threads: [{ name: "hog", run: 0.85, slices: 110, rest: { sleep: 1 } }, waiter, waiter],
  };
}

const CALM: SimulatedProcess = {
  ...FOUR_ON_ONE_GIL,
  threads: FOUR_ON_ONE_GIL.threads.map((thread) => ({
    ...thread,
    run: 0.001,
    cpuWait: 0,
    slices: 1,
    rest: { sleep: 1 },
  })),
};

interface Run {
  readonly samples: readonly RawSample[];
  readonly frames: readonly Frame[];
  readonly session: SimulatedSession;
}

function run(seconds: number, machineAt: (second: number) => SimulatedMachine): Run {
  const session = new SimulatedSession(4);
  let state = initialState(session.header);
  const samples: RawSample[] = [];
  const frames: Frame[] = [];
  for (let second = 0; second <= seconds; second += 1) {
    const sample = session.step(machineAt(second));
    const next = advance(state, sample);
    state = next.state;
    samples.push(sample);
    frames.push(next.frame);
  }
  return { samples, frames, session };
}

const pick = ({ verdict, onsetWallMs, onsetEarlier }: RuntimeFrame) => ({
  id: verdict.id,
  codes: verdict.evidence.map(({ code }) => code),
  onsetWallMs,
  onsetEarlier,
});

/** Waits that waver around the border line of 0.25 from window to window, after they were clear. */
const wavering = run(140, (second) => ({
  processes: [second < 12 ? onTheLine(0.3) : onTheLine(Math.floor(second / 5) % 2 === 0 ? 0.125 : 0.155)],
}));

describe("the verdict over time", () => {
  it("does not flicker while a wait wavers on its border line", () => {
    const ids = wavering.frames.slice(2).map(({ runtimes }) => runtimes[0]?.verdict.id);
    expect(new Set(ids)).toEqual(new Set(["gil-bound"]));
    const nearLine = wavering.frames.filter(({ runtimes }) =>
      runtimes[0]?.verdict.evidence.some(({ code }) => code === "evidence.near-line"),
    );
    expect(nearLine.length).toBeGreaterThan(5);
  });

  it("follows a real change at once, and says since when", () => {
    const { frames } = run(40, (second) => ({ processes: [second < 20 ? FOUR_ON_ONE_GIL : CALM] }));
    const ids = frames.map(({ runtimes }) => runtimes[0]?.verdict.id);
    expect(ids.slice(1, 21)).toEqual(new Array(20).fill("gil-bound"));
    expect(ids.slice(27)).toEqual(new Array(14).fill("idle"));
    const changes = ids.slice(1).filter((id, index) => index > 0 && id !== ids[index]);
    expect(changes.length).toBeLessThanOrEqual(2);
    const last = frames.at(-1)!;
    const onset = last.runtimes[0]!.onsetWallMs ?? 0;
    const changedAt = ids.indexOf("idle");
    expect(onset).toBe(frames[changedAt]?.wallMs);
    expect(last.runtimes[0]?.onsetEarlier).toBe(false);
    const told = frames.map(({ runtimes }) =>
      runtimes[0]?.verdict.evidence.find(({ code }) => code === "evidence.changed"),
    );
    expect(told[changedAt]?.parameters).toEqual({ verdict: "gil-bound", secondsAgo: 0 });
    expect(told[changedAt + 3]?.parameters).toEqual({ verdict: "gil-bound", secondsAgo: 3 });
    expect(told[changedAt + 5]).toBeUndefined();
  });

  it("remembers a minute and says when it may be more", () => {
    const { frames } = run(90, () => ({ processes: [FOUR_ON_ONE_GIL] }));
    const last = frames.at(-1)!;
    expect(last.wallMs - (last.runtimes[0]?.onsetWallMs ?? 0)).toBe(60_000);
    expect(last.runtimes[0]?.onsetEarlier).toBe(true);
    const early = frames[10]!;
    expect(early.wallMs - (early.runtimes[0]?.onsetWallMs ?? 0)).toBe(10_000);
  });

  it("holds since its start for a program that began while it was watched", () => {
    const session = new SimulatedSession(4);
    let state = initialState(session.header);
    for (let second = 0; second < 6; second += 1) state = advance(state, session.step({ processes: [] })).state;
    const bornMs = state.frame!.wallMs;
    const young = { ...FOUR_ON_ONE_GIL, startTicks: Math.round((bornMs - session.header.host.bootWallMs) / 10) };
    for (let second = 0; second < 4; second += 1) state = advance(state, session.step({ processes: [young] })).state;
    const runtime = state.frame!.runtimes[0]!;
    expect(runtime.onsetEarlier).toBe(false);
    expect(Math.abs((runtime.onsetWallMs ?? 0) - bornMs)).toBeLessThanOrEqual(20);
  });

  it("is the same however it was come to: live, from a file, or by a jump into it", () => {
    const { samples, frames, session } = wavering;
    for (const target of [3, 30, 61, 75, 119, 140]) {
      const file = new History(session.header, FILE_LIMITS);
      for (const sample of samples) file.push(sample, null);
      const jumped = file.frameAt(frames[target]!.wallMs)!;
      expect(jumped.runtimes.map(pick)).toEqual(frames[target]!.runtimes.map(pick));
      // And onwards from there, one after the other, and back again.
      for (const next of [target + 1, target + 2, target - 1]) {
        const expected = frames[next];
        if (expected === undefined) continue;
        expect(file.frameAt(expected.wallMs)?.runtimes.map(pick)).toEqual(expected.runtimes.map(pick));
      }
    }
  });

  it("gives a file's frames whole, however they are come to and whatever is remembered by then", () => {
    const { samples, frames, session } = wavering;
    const remembered = (count: number): History => {
      const file = new History(session.header, FILE_LIMITS);
      for (const sample of samples) file.push(sample, null);
      if (count > 0) expect(file.rememberSome(count)).toBe(count < samples.length);
      return file;
    };
    for (const count of [0, 7, 70, samples.length]) {
      const file = remembered(count);
      for (const target of [119, 3, 61, 75, 62, 30, 140]) {
        expect(JSON.stringify(file.frameAt(frames[target]!.wallMs))).toBe(JSON.stringify(frames[target]));
      }
      expect(file.rememberSome(samples.length)).toBe(false);
      for (const target of [4, 60, 76, 118, 139]) {
        expect(JSON.stringify(file.frameAt(frames[target]!.wallMs))).toBe(JSON.stringify(frames[target]));
      }
    }
  });

  it("is the same replayed from any sample a minute or more before", () => {
    const { samples, frames, session } = wavering;
    for (const from of [1, 17, 40, 64]) {
      const cut = new History(session.header, FILE_LIMITS);
      const first = samples[from]!;
      const known = samples.slice(0, from + 1);
      // As a recording that begins here, with the details of all its rows.
      cut.push(
        {
          ...first,
          processDetails: known.flatMap(({ processDetails }) => processDetails),
          threadDetails: known.flatMap(({ threadDetails }) => threadDetails),
        },
        null,
      );
      for (const sample of samples.slice(from + 1)) cut.push(sample, null);
      for (const target of [from + 66, from + 70, 140]) {
        expect(cut.frameAt(frames[target]!.wallMs)?.runtimes.map(pick)).toEqual(frames[target]!.runtimes.map(pick));
      }
    }
  });
});

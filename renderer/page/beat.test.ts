import { describe, expect, it } from "vitest";
import { createBeat } from "./beat.ts";

const never = () => new Promise<void>(() => undefined);
const turn = () => new Promise((resolve) => setTimeout(resolve));

/** Times at which frames came, and at which of them the tasks were done. */
async function played(frames: readonly number[], beats?: number): Promise<readonly number[]> {
  let at = 0;
  const done: number[] = [];
  const beat = createBeat({ now: () => at, wait: never });
  beat.onBeat(async () => void done.push(at), beats);
  for (at of frames) await beat.strike(() => undefined);
  return done;
}

describe("the beat of live frames", () => {
  it("comes with a frame about every two seconds, whatever the pace of frames", async () => {
    expect(await played([1000, 1990, 3020, 3980, 5000, 5990])).toEqual([1990, 3980, 5990]);
    expect(await played([500, 1000, 1500, 2000, 2500, 3000, 3500, 4000])).toEqual([2000, 4000]);
    expect(await played([5000, 10_000, 15_000])).toEqual([5000, 10_000, 15_000]);
  });

  it("does slower tasks with one of the others", async () => {
    expect(await played([2000, 4000, 6000, 8000, 10_000], 2)).toEqual([4000, 8000]);
  });

  it("ends a task when told to, and is silent without frames", async () => {
    let at = 0;
    const done: string[] = [];
    const beat = createBeat({ now: () => at, wait: never });
    const stop = beat.onBeat(async () => void done.push("first"));
    beat.onBeat(async () => void done.push("second"));
    at = 2000;
    await beat.strike(() => undefined);
    stop();
    at = 60_000;
    await beat.strike(() => undefined);
    expect(done).toEqual(["first", "second", "second"]);
  });

  it("shows a frame and the answers that go with it in one turn", async () => {
    const shown: string[] = [];
    const answers: (() => void)[] = [];
    let at = 0;
    const beat = createBeat({ now: () => at, wait: never });
    for (const name of ["chart", "lines"]) {
      beat.onBeat(async () => {
        await new Promise<void>((resolve) => answers.push(resolve));
        beat.show(() => shown.push(name));
      });
    }
    at = 1000;
    void beat.strike(() => shown.push("first frame"));
    expect(shown).toEqual(["first frame"]);
    at = 2000;
    void beat.strike(() => shown.push("second frame"));
    answers[1]?.();
    await turn();
    expect(shown).toEqual(["first frame"]);
    answers[0]?.();
    await turn();
    expect(shown).toEqual(["first frame", "lines", "chart", "second frame"]);
  });

  it("shows a frame without an answer that is late, and that one when it comes", async () => {
    const shown: string[] = [];
    let patient: () => void = () => undefined;
    let answer: () => void = () => undefined;
    let at = 0;
    const beat = createBeat({ now: () => at, wait: () => new Promise((resolve) => (patient = resolve)) });
    beat.onBeat(async () => {
      await new Promise<void>((resolve) => (answer = resolve));
      beat.show(() => shown.push("chart"));
    });
    at = 2000;
    void beat.strike(() => shown.push("frame"));
    patient();
    await turn();
    expect(shown).toEqual(["frame"]);
    answer();
    await turn();
    expect(shown).toEqual(["frame", "chart"]);
  });
});

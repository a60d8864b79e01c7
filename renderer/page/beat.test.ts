import { describe, expect, it } from "vitest";
import { createBeat } from "./beat.ts";

/** Times at which frames came, and at which of them the tasks were done. */
function played(frames: readonly number[], beats?: number): readonly number[] {
  let at = 0;
  const done: number[] = [];
  const beat = createBeat(() => at);
  beat.onBeat(() => done.push(at), beats);
  for (at of frames) beat.strike();
  return done;
}

describe("the beat of live frames", () => {
  it("comes with a frame about every two seconds, whatever the pace of frames", () => {
    expect(played([1000, 1990, 3020, 3980, 5000, 5990])).toEqual([1990, 3980, 5990]);
    expect(played([500, 1000, 1500, 2000, 2500, 3000, 3500, 4000])).toEqual([2000, 4000]);
    expect(played([5000, 10_000, 15_000])).toEqual([5000, 10_000, 15_000]);
  });

  it("does slower tasks with one of the others", () => {
    expect(played([2000, 4000, 6000, 8000, 10_000], 2)).toEqual([4000, 8000]);
  });

  it("ends a task when told to, and is silent without frames", () => {
    let at = 0;
    const done: string[] = [];
    const beat = createBeat(() => at);
    const stop = beat.onBeat(() => done.push("first"));
    beat.onBeat(() => done.push("second"));
    at = 2000;
    beat.strike();
    stop();
    at = 60_000;
    beat.strike();
    expect(done).toEqual(["first", "second", "second"]);
  });
});

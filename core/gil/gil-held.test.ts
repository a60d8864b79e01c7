import { describe, expect, it } from "vitest";
import type { WindowRuntime } from "../frame/window-rows.ts";
import { OBSERVATION_KINDS } from "../probe/observation-kind.ts";
import { KIND_COUNT, type Observed } from "../probe/observed.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { absent, known } from "../sample/reading.ts";
import type { ThreadWindow } from "../thread/thread-window.ts";
import { stratifiedHeld } from "./gil-held.ts";
import type { GilWindow } from "./gil-window.ts";

const ROW = 7;
const runtime = { rowId: 1, row: 0, threadStart: 0, threadEnd: 1, windowSeconds: 5 } as WindowRuntime;
const newer = { threads: { rowId: Uint32Array.of(ROW) } } as unknown as RawSample;

function windowOf(runSeconds: number, cpuWaitSeconds: number): ThreadWindow {
  return {
    runSeconds: Float64Array.of(runSeconds),
    cpuWaitSeconds: Float64Array.of(cpuWaitSeconds),
    timeslices: Float64Array.of(100),
    lateSlicesPerSecond: Float64Array.of(20),
    livedSeconds: Float64Array.of(5),
    old: Uint8Array.of(1),
  };
}

function seenOf(running: number, asleep: number): Observed {
  const inWindow = new Float64Array(KIND_COUNT);
  inWindow[OBSERVATION_KINDS.indexOf("running")] = running;
  inWindow[OBSERVATION_KINDS.indexOf("sleep")] = asleep;
  return { slotOf: Int32Array.of(0), inWindow, everSeen: inWindow };
}

/** `held` and `running` are numbers of samples out of `samples`. */
function gilOf(samples: number, held: number, running: number): GilWindow {
  const heldRatio = known(held / samples);
  return {
    frames: [
      {
        interpreterId: 0,
        enabled: null,
        heldRatio,
        heldStandardError: absent("not-yet"),
        switchesPerSecond: known(0),
        intervalMs: known(5),
      },
    ],
    heldRatio,
    heldByThread: new Map([[ROW, { held: held / samples, running: running / samples, runningSamples: running }]]),
    byInterpreter: [],
    samples,
    holdings: { samples: 0, top: null, topFunction: null, all: [] },
    off: false,
  };
}

function ratioOf(gil: GilWindow | null): number {
  return gil?.heldRatio.known === true ? gil.heldRatio.value : Number.NaN;
}

describe("the held ratio", () => {
  it("is lifted to the exact run time where late passes missed the program running", () => {
    const corrected = stratifiedHeld(gilOf(400, 60, 60), runtime, newer, windowOf(1.5, 0.05), seenOf(60, 340));
    expect(ratioOf(corrected)).toBeCloseTo(0.31, 6);
    expect(corrected?.frames[0]?.heldRatio).toEqual(corrected?.heldRatio);
  });

  it("stays as it was where passes came in time", () => {
    expect(
      ratioOf(stratifiedHeld(gilOf(400, 120, 120), runtime, newer, windowOf(1.5, 0), seenOf(120, 280))),
    ).toBeCloseTo(0.3, 6);
  });

  it("counts native work on a CPU as what it is", () => {
    expect(ratioOf(stratifiedHeld(gilOf(400, 8, 8), runtime, newer, windowOf(5, 0), seenOf(400, 0)))).toBeCloseTo(
      0.02,
      6,
    );
  });

  it("keeps what is held asleep", () => {
    expect(ratioOf(stratifiedHeld(gilOf(400, 400, 4), runtime, newer, windowOf(0.05, 0), seenOf(4, 396)))).toBeCloseTo(
      1,
      6,
    );
  });

  it("leaves the counts alone where the thread was seldom looked at, nobody holds it, or nothing was read", () => {
    expect(ratioOf(stratifiedHeld(gilOf(400, 400, 0), runtime, newer, windowOf(0, 0), seenOf(0, 5)))).toBe(1);
    const unnamed = { ...gilOf(400, 100, 0), heldByThread: new Map() };
    expect(ratioOf(stratifiedHeld(unnamed, runtime, newer, windowOf(1, 0), seenOf(80, 320)))).toBe(0.25);
    expect(stratifiedHeld(null, runtime, newer, windowOf(1, 0), seenOf(80, 320))).toBeNull();
  });
});

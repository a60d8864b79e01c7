import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LANE_STATES } from "../../core/lanes/lanes.ts";
import { agoText, shortTime } from "../../words/lane-text.ts";
import { type Change, lanesAnswer } from "../testing/lanes-answer.ts";
import { LANE_SHOWS, LaneModel, stretchAt, summaryOf } from "./lane-model.ts";
import { columnShares, paintLane } from "./lane-raster.ts";
import {
  endingAt,
  endsOf,
  FIRST_WINDOW,
  laneHeight,
  movedByKey,
  panned,
  tickStep,
  zoomedAround,
} from "./lane-window.ts";

const RUNNING = LANE_STATES.indexOf("running");
const WAITS = LANE_STATES.indexOf("gilWait");
const SLEEPS = LANE_STATES.indexOf("sleep");

const showsOf = (model: LaneModel, rowId: number) => {
  const lane = model.lanes.find((one) => one.rowId === rowId);
  if (!lane) return [];
  return Array.from({ length: lane.length }, (_, index) => [lane.startMs[index], LANE_SHOWS[lane.show[index] ?? 4]]);
};

describe("the lanes", () => {
  it("put who has the GIL over what was seen, across answers, and order the lively first", () => {
    const model = new LaneModel();
    model.take(
      lanesAnswer(
        0,
        10,
        [[2, 11]],
        [
          [1, 11, RUNNING],
          [1, 12, WAITS],
          [1, 10, SLEEPS],
        ],
      ),
    );
    model.take(
      lanesAnswer(
        10,
        20,
        [
          [12, 12],
          [15, 0],
        ],
        [
          [12, 11, WAITS],
          [13, 12, RUNNING],
        ],
      ),
    );
    expect(showsOf(model, 11)).toEqual([
      [1, "runs"],
      [2, "holds"],
      [12, "waits"],
    ]);
    expect(showsOf(model, 12)).toEqual([
      [1, "waits"],
      [12, "holds"],
      [15, "runs"],
    ]);
    expect(showsOf(model, 10)).toEqual([[1, "blocked"]]);
    expect(model.lanes.map(({ rowId }) => rowId)).toEqual([11, 12, 10]);
    expect([model.fromMs, model.toMs]).toEqual([0, 20]);
  });

  it("know nothing of gaps, nor of the time between answers that do not meet", () => {
    const model = new LaneModel();
    model.take(lanesAnswer(0, 100, [[1, 11]], [[1, 11, RUNNING]], [[40, 90]]));
    expect(showsOf(model, 11)).toEqual([
      [1, "holds"],
      [40, "unknown"],
    ]);
    model.take(lanesAnswer(500, 600, [[510, 11]], []));
    expect(showsOf(model, 11)).toEqual([
      [1, "holds"],
      [40, "unknown"],
      [510, "holds"],
    ]);
  });

  it("sum up a stretch of time, and forget what is older than a minute", () => {
    const model = new LaneModel();
    const changes: Change[] = [];
    for (let turn = 0; turn < 20_000; turn += 1) changes.push([turn * 5, 10 + (turn % 2)]);
    model.take(lanesAnswer(0, 100_000, changes, []));
    expect(model.fromMs).toBe(40_000);
    const lane = model.lanes[0];
    if (!lane) throw new Error("no lane");
    expect(lane.startMs[0]).toBeGreaterThan(39_000);
    const summary = summaryOf(lane, 99_000, 100_000);
    expect(summary.shares[0]).toBeCloseTo(0.5, 2);
    expect(summary.holds).toBe(100);
    expect(summary.longestHoldMs).toBeCloseTo(5);
    expect(stretchAt(lane, -1)).toBe(-1);
  });

  it("share out every column whole, however fine or coarse the picture", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 40, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 1, max: 900, noNaN: true }),
        (gaps, columns, span) => {
          const model = new LaneModel();
          let at = 0;
          const changes = gaps.map((gap, index): Change => {
            at += gap;
            return [at, index % 2 === 0 ? 10 : 11];
          });
          model.take(lanesAnswer(0, at + 1000, [[0, 10], ...changes], []));
          const lane = model.lanes.find(({ rowId }) => rowId === 10);
          if (!lane) throw new Error("no lane");
          const shares = new Float32Array(columns * LANE_SHOWS.length);
          columnShares(lane, 0, span, at + 1000, shares);
          for (let column = 0; column < columns; column += 1) {
            const part = shares.subarray(column * LANE_SHOWS.length, (column + 1) * LANE_SHOWS.length);
            expect(part.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 3);
          }
        },
      ),
    );
  });

  it("paint the GIL so that it can be seen however short it was had, and nothing outside the lane", () => {
    const width = 4;
    const pixels = new Uint32Array(width * 20);
    const shares = new Float32Array(width * LANE_SHOWS.length);
    shares[0] = 0.002;
    shares[2] = 0.998;
    const inks = { ground: 0, shows: [1, 2, 3, 4, 5].map((color) => ({ plain: color, mark: color + 10 })) };
    paintLane(shares, inks, { pixels, width, left: 0, top: 4, bottom: 16, column: 0, scale: 1 });
    expect([15, 14, 13, 12].map((row) => pixels[row * width])).toEqual([1, 1, 1, 1]);
    expect([3, 13]).toContain(pixels[11 * width]);
    for (let row = 0; row < 20; row += 1) {
      if (row < 4 || row >= 16)
        expect(pixels.subarray(row * width, (row + 1) * width).every((pixel) => pixel === 0)).toBe(true);
    }
  });
});

describe("the window on the lanes", () => {
  const extent = { fromMs: 0, toMs: 60_000 };

  it("follows the newest moment until it is moved back, and again at the end", () => {
    const back = panned(FIRST_WINDOW, -5000, extent);
    expect(back.endMs).toBe(55_000);
    expect(panned(back, 4990, extent).endMs).toBeNull();
    expect(movedByKey("End", back, extent, 0)?.endMs).toBeNull();
    expect(movedByKey("Home", back, extent, 0)?.endMs).toBe(2000);
    expect(movedByKey("x", back, extent, 0)).toBeNull();
  });

  it("keeps the moment under the pointer when it zooms", () => {
    const window = endingAt(FIRST_WINDOW, 30_000, extent);
    const close = zoomedAround(window, 0.1, 29_000, extent);
    const { fromMs, toMs } = endsOf(close, extent);
    expect(toMs - fromMs).toBeCloseTo(200);
    expect((29_000 - fromMs) / (toMs - fromMs)).toBeCloseTo(0.5);
    expect(zoomedAround(window, 1e-9, 29_000, extent).spanMs).toBe(2);
    expect(zoomedAround(FIRST_WINDOW, 1e9, 0, extent)).toMatchObject({ spanMs: 60_000, endMs: null });
  });

  it("has lanes of a height that fits, and ticks that can be read", () => {
    expect([laneHeight(4), laneHeight(30), laneHeight(200)]).toEqual([20, 14, 7]);
    expect(tickStep(2000, 900, 90)).toBe(200);
    expect([agoText(320, 20), agoText(4321, 1), agoText(2.5, 0.5), agoText(5000, 1000)]).toEqual([
      "−320 ms",
      "−4.321 s",
      "−2.5 ms",
      "−5 s",
    ]);
    expect([shortTime(0.12), shortTime(4.94), shortTime(420), shortTime(2500)]).toEqual([
      "120 µs",
      "4.9 ms",
      "420 ms",
      "2.50 s",
    ]);
  });
});

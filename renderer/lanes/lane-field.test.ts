import fc from "fast-check";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { LANE_STATES } from "../../core/lanes/lanes.ts";
import { lanesAnswer } from "../testing/lanes-answer.ts";
import { type FieldView, LaneField } from "./lane-field.ts";
import { LaneModel } from "./lane-model.ts";

class Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.data = new Uint8ClampedArray(width * height * 4);
  }
}

beforeAll(() => vi.stubGlobal("ImageData", Pixels));
afterAll(() => vi.unstubAllGlobals());

const WIDTH = 64;
const SPAN_MS = 128;
const inks = { ground: 9, shows: [1, 2, 3, 4, 5].map((color) => ({ plain: color, mark: color + 10 })) };

/** What comes to pass between two pictures: how much time, who gets the GIL and what a thread is seen doing in it, and where one looks then. */
const step = fc.record({
  milliseconds: fc.integer({ min: 1, max: 90 }),
  events: fc.array(
    fc.record({
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      rowId: fc.constantFrom(10, 11, 12),
      state: fc.constantFrom(-1, 0, LANE_STATES.indexOf("gilWait"), LANE_STATES.indexOf("sleep")),
    }),
    { maxLength: 12 },
  ),
  backMs: fc.integer({ min: 0, max: 200 }),
  scrolled: fc.constantFrom(0, 0, 0, 5),
});

it("shows after any way of moving what a picture painted anew shows", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      const model = new LaneModel();
      const kept = new LaneField();
      let nowMs = 0;
      for (const { milliseconds, events, backMs, scrolled } of steps) {
        const fromMs = nowMs;
        nowMs += milliseconds;
        const timed = events
          .map((event) => ({ ...event, atMs: fromMs + 1 + Math.floor(event.share * (milliseconds - 1)) }))
          .sort((a, b) => a.atMs - b.atMs);
        model.take(
          lanesAnswer(
            fromMs,
            nowMs,
            timed.filter(({ state }) => state < 0).map(({ atMs, rowId }) => [atMs, rowId]),
            timed.filter(({ state }) => state >= 0).map(({ atMs, rowId, state }) => [atMs, rowId, state]),
          ),
        );
        const view: FieldView = {
          lanes: model.lanes,
          inks,
          width: WIDTH,
          height: 36,
          scale: 1,
          each: 12,
          gap: 3,
          scrolled,
          spanMs: SPAN_MS,
          toMs: Math.max(SPAN_MS, nowMs - backMs),
          knownToMs: model.toMs,
        };
        const moved = kept.paint(view).data;
        const anew = new LaneField().paint(view).data;
        expect(Buffer.from(moved.buffer).equals(Buffer.from(anew.buffer))).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

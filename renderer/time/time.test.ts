import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TimeEvent } from "../../core/history/events.ts";
import { clustersOf } from "./strip-drawing.ts";
import { dragged, gripAt, rangeOf } from "./strip-gesture.ts";
import { clockTicks, spanOnScreen, toMs, toX, wholeSpan, within, zoomed } from "./time-scale.ts";

const MINUTE = 60_000;
const whole = { fromMs: 0, toMs: 15 * MINUTE };

describe("the scale of the time line", () => {
  it("grows in steps while live, and holds exactly what a file holds", () => {
    const length = (first: number, last: number) => {
      const { fromMs, toMs: end } = wholeSpan(first, last, true);
      expect(end).toBe(last);
      return (end - fromMs) / MINUTE;
    };
    expect([10_000, 100_000, 200_000, 500_000, 2e9].map((last) => length(0, last))).toEqual([2, 2, 5, 15, 15]);
    expect(wholeSpan(5, 90_005, false)).toEqual({ fromMs: 5, toMs: 90_005 });
  });

  it("keeps every zoom and pan inside, and the moment under the pointer in place", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 30, noNaN: true }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (factor, shift, place) => {
          const around = whole.toMs * place;
          const free = zoomed(whole, factor, around);
          expect(toX(around, free, 1000)).toBeCloseTo(toX(around, whole, 1000), 3);
          const moved = { fromMs: free.fromMs + shift * MINUTE, toMs: free.toMs + shift * MINUTE };
          const kept = within(moved, whole);
          expect(kept.fromMs).toBeGreaterThanOrEqual(whole.fromMs);
          expect(kept.toMs).toBeLessThanOrEqual(whole.toMs + 1e-6);
          expect(kept.toMs - kept.fromMs).toBeGreaterThanOrEqual(10_000 - 1e-6);
        },
      ),
    );
    expect(spanOnScreen({ firstWallMs: 0, lastWallMs: 900_000 }, { fromMs: -5, toMs: 30_000 }, true)).toEqual({
      fromMs: 0,
      toMs: 30_005,
    });
  });

  it("has round ticks that don't crowd", () => {
    const ticks = clockTicks(whole, 1000, 80);
    expect(ticks.every((tick) => tick % MINUTE === 0)).toBe(true);
    expect(ticks.length).toBeLessThanOrEqual(13);
    expect(toMs(toX(1234, whole, 777), whole, 777)).toBeCloseTo(1234);
  });
});

describe("a drag", () => {
  it("makes a range either way round, moves an edge, or moves the whole", () => {
    const fresh = gripAt(100, whole, 900, null);
    expect(dragged(fresh, 50_000, whole)).toEqual({ fromWallMs: 50_000, toWallMs: 100_000 });
    const range = { fromWallMs: 100_000, toWallMs: 200_000 };
    expect(gripAt(99, whole, 900, range)).toEqual({ kind: "edge", anchorMs: 200_000 });
    expect(gripAt(201, whole, 900, range)).toEqual({ kind: "edge", anchorMs: 100_000 });
    const held = gripAt(150, whole, 900, range);
    expect(dragged(held, 250_000, whole)).toEqual({ fromWallMs: 200_000, toWallMs: 300_000 });
    expect(dragged(held, -1e9, whole)).toEqual({ fromWallMs: 0, toWallMs: 100_000 });
  });

  it("is never shorter than a second nor outside", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 2e6 }), fc.integer({ min: -1e6, max: 2e6 }), (one, other) => {
        const { fromWallMs, toWallMs } = rangeOf(one, other, whole);
        expect(toWallMs - fromWallMs).toBeGreaterThanOrEqual(1000);
        expect(fromWallMs).toBeGreaterThanOrEqual(whole.fromMs);
        expect(toWallMs).toBeLessThanOrEqual(whole.toMs);
      }),
    );
  });
});

describe("events on the strip", () => {
  it("stand together where they would overlap", () => {
    const at = (id: number, wallMs: number): TimeEvent => ({ id, kind: "mark", number: id, wallMs });
    const clusters = clustersOf([at(1, 0), at(2, 3000), at(3, 500_000), at(4, 1e9)], whole, 900);
    expect(clusters.map(({ events }) => events.map(({ id }) => id))).toEqual([[1, 2], [3]]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MEMORY_MS } from "./thresholds.ts";
import { VERDICT_IDS, type VerdictId } from "./verdict.ts";
import { holdingNow, type Leaning, othersRemembered, remember, type Trail } from "./verdict-memory.ts";

const WINDOW_MS = 5000;

interface Said {
  readonly id: VerdictId;
  /** Which verdicts would go on if they held. */
  readonly wouldKeep: readonly VerdictId[];
}

/** Follows what is said at each second, as judging does. */
function follow(
  said: readonly Said[],
  startMs: number,
  trail: Trail = [],
  windowOf: (second: number) => number = () => WINDOW_MS,
): Trail {
  let now = trail;
  said.forEach(({ id, wouldKeep }, second) => {
    const kept = othersRemembered(now, id)
      .filter((other) => wouldKeep.includes(other))
      .sort();
    now = remember(now, { atMs: startMs + second * 1000, windowMs: windowOf(second), id, kept });
  });
  return now;
}

/** A program that began with the first sample. */
const growing = (second: number): number => Math.min(WINDOW_MS, second * 1000);

const clear = (id: VerdictId, seconds: number): Said[] =>
  Array.from({ length: seconds }, () => ({ id, wouldKeep: [] }));

const anySaid: fc.Arbitrary<Said> = fc.record({
  id: fc.constantFrom(...VERDICT_IDS),
  wouldKeep: fc.subarray([...VERDICT_IDS]),
});

describe("the verdict that holds", () => {
  it("is the first one at once, and holds since its window began", () => {
    const trail = follow([...clear("undetermined", 2), ...clear("gil-bound", 3)], 1000);
    expect(holdingNow(trail, 5000)).toEqual({
      id: "gil-bound",
      onsetMs: -2000,
      earlier: true,
      before: "undetermined",
    });
  });

  it("gives way at once to one that is clear, from then on", () => {
    const trail = follow([...clear("gil-bound", 10), ...clear("idle", 2)], 100_000);
    expect(holdingNow(trail, 111_000)).toEqual({
      id: "idle",
      onsetMs: 110_000,
      earlier: false,
      before: "gil-bound",
    });
  });

  it("does not flicker while figures waver on a line", () => {
    const waver = Array.from(
      { length: 20 },
      (_, second): Said => ({
        id: second % 2 === 0 ? "single-threaded" : "gil-bound",
        wouldKeep: ["gil-bound"],
      }),
    );
    let trail = follow(clear("gil-bound", 5), 30_000);
    for (let second = 0; second < waver.length; second += 1) {
      trail = follow(waver.slice(second, second + 1), 35_000 + second * 1000, trail);
      expect(holdingNow(trail, 35_000 + second * 1000)).toMatchObject({ id: "gil-bound", onsetMs: 25_000 });
    }
  });

  it("does not hold against a window that shows much more", () => {
    const line: Said = { id: "parallel", wouldKeep: ["gil-bound"] };
    const early = follow([...clear("gil-bound", 2), line], 0, [], (second) => (second + 1) * 1000);
    expect(holdingNow(early, 2000)).toMatchObject({ id: "parallel", before: "gil-bound" });
    // Said again of a whole window, it holds like any other.
    const whole = follow([...clear("gil-bound", 6), line], 0, [], growing);
    expect(holdingNow(whole, 6000)).toMatchObject({ id: "gil-bound" });
  });

  it("is undetermined when nothing can be said, and has no onset", () => {
    const trail = follow([...clear("gil-bound", 3), ...clear("undetermined", 1)], 0);
    expect(holdingNow(trail, 3000)).toEqual({
      id: "undetermined",
      onsetMs: null,
      earlier: false,
      before: "gil-bound",
    });
  });

  it("remembers sixty seconds and says when that is all", () => {
    const trail = follow(clear("gil-bound", 200), 0);
    expect(trail).toHaveLength(1);
    expect(holdingNow(trail, 199_000)).toEqual({
      id: "gil-bound",
      onsetMs: 199_000 - MEMORY_MS,
      earlier: true,
      before: null,
    });
  });

  it("is the same replayed from any sample that is as old as memory reaches", () => {
    fc.assert(
      fc.property(
        fc.array(anySaid, { minLength: 70, maxLength: 160 }),
        fc.nat(90),
        fc.nat(120_000),
        (said, extra, startMs) => {
          const nowMs = startMs + (said.length - 1) * 1000;
          const from = Math.max(0, said.length - 1 - 60 - extra);
          const live = follow(said, startMs, [], growing);
          const replayed = follow(said.slice(from), startMs + from * 1000, [], growing);
          expect(holdingNow(replayed, nowMs)).toEqual(holdingNow(live, nowMs));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("never holds what neither is said nor kept, and is bounded", () => {
    fc.assert(
      fc.property(fc.array(anySaid, { minLength: 1, maxLength: 200 }), (said) => {
        const trail = follow(said, 0);
        const last = trail[trail.length - 1] as Leaning;
        const { id } = holdingNow(trail, (said.length - 1) * 1000);
        expect([last.id, ...last.kept]).toContain(id);
        expect(trail.length).toBeLessThanOrEqual(MEMORY_MS / 1000 + 2);
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LANES_RING_BYTES, LanesReader, LanesWriter } from "./lanes-ring.ts";
import { LanesWatch } from "./linux/lanes-watch.ts";

const THREADS = { length: 2, rowId: Uint32Array.of(1, 2), tid: Int32Array.of(10, 20) };

function ring() {
  const shared = new SharedArrayBuffer(LANES_RING_BYTES);
  const reader = new LanesReader(shared);
  return { writer: new LanesWriter(shared), read: (fromMs = 0) => reader.read(5, fromMs, THREADS, 1000) };
}

function gil(held: boolean, holderTid: number | null) {
  return { interpreterId: 0, enabled: null, held, holderTid, switchNumber: 0, intervalMs: 5 };
}

describe("the ring of lanes", () => {
  it("is empty before the first pass", () => {
    const { writer, read } = ring();
    expect(read()).toBeNull();
    writer.holder(10, 1, 0);
    expect(read()).toBeNull();
  });

  it("gives back what was written, and only what is new when asked again", () => {
    const { writer, read } = ring();
    writer.holder(10, 1, 0);
    writer.look(10, 2, 3);
    writer.pass(10, false, 0);
    writer.gap(10, 40.5);
    writer.holder(40.5, 2, 7);
    writer.pass(40.5, true, 900);
    const lanes = read();
    expect(lanes).toMatchObject({ processRowId: 5, fromMs: 10, toMs: 40.5, rateHz: 900, passes: 2, samplesLost: 1 });
    expect(lanes?.changes).toEqual({
      length: 2,
      atMs: Float64Array.of(10, 40.5),
      threadRowId: Uint32Array.of(1, 2),
      interpreterId: Int32Array.of(0, 7),
    });
    expect(lanes?.looks).toMatchObject({ length: 1, threadRowId: Uint32Array.of(2), state: Uint8Array.of(3) });
    expect(lanes?.gaps).toEqual({ length: 1, fromMs: Float64Array.of(10), toMs: Float64Array.of(40.5) });
    expect(read(10)?.changes.threadRowId).toEqual(Uint32Array.of(2));
    expect(read(40.5)?.changes.length).toBe(0);
    // What a pass that is going on has written is not shown yet.
    writer.holder(50, 1, 0);
    expect(read(40.5)?.changes.length).toBe(0);
  });

  it("forgets the oldest and goes on", () => {
    const { writer, read } = ring();
    const records = (1 << 18) + 5000;
    for (let record = 0; record < records; record += 1) {
      writer.holder(record * 0.1, record % 3, 0);
      writer.pass(record * 0.1, false, 0);
    }
    const lanes = read();
    expect(lanes?.changes.length).toBeGreaterThan(250_000);
    expect(lanes?.fromMs).toBeGreaterThan(0);
    expect(lanes?.changes.atMs[0]).toBeGreaterThanOrEqual(lanes?.fromMs ?? 0);
    expect(lanes?.changes.atMs.at(-1)).toBe((records - 1) * 0.1);
  });
});

describe("watching lanes", () => {
  it("writes changes only, in time, whatever the passes say", () => {
    const pass = fc.record({
      gapMs: fc.constantFrom(0.3, 1, 2, 30),
      tid: fc.constantFrom(10, 20, 99, null),
      held: fc.boolean(),
      state: fc.constantFrom(-1, 0, 1),
    });
    fc.assert(
      fc.property(fc.array(pass, { minLength: 1, maxLength: 60 }), (passes) => {
        const { writer, read } = ring();
        const watch = new LanesWatch(5, writer);
        const threads = [10, 20].map((tid, index) => ({ rowId: index + 1, tid, gone: false }));
        let now = 100;
        for (const { gapMs, tid, held, state } of passes) {
          now += gapMs;
          const rowOf = (of: number) => threads.find((thread) => thread.tid === of)?.rowId ?? 0;
          watch.pass(now, now, [gil(held, held ? tid : null)], threads, rowOf, () => state);
        }
        const lanes = read();
        expect(lanes?.passes).toBe(passes.length);
        const { changes, gaps } = lanes ?? { changes: null, gaps: null };
        expect(gaps?.length).toBe(passes.slice(1).filter(({ gapMs }) => gapMs > 20).length);
        for (let row = 1; row < (changes?.length ?? 0); row += 1) {
          const [before, after] = [changes?.atMs[row - 1] ?? 0, changes?.atMs[row] ?? 0];
          expect(after).toBeGreaterThan(before);
          const gapBetween = Array.from(gaps?.toMs ?? []).some((at) => at > before && at <= after);
          if (!gapBetween) expect(changes?.threadRowId[row]).not.toBe(changes?.threadRowId[row - 1]);
        }
      }),
    );
  });
});

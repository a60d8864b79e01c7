import { describe, expect, it } from "vitest";
import type { WindowRuntime } from "../frame/window-rows.ts";
import type { RawGil } from "../sample/raw-sample.ts";
import { gilWindow } from "./gil-window.ts";

const RUNTIME = { rowId: 1, windowSeconds: 5, bornInside: false } as WindowRuntime;
const OLDER: RawGil = {
  processRowId: 1,
  interpreterId: 0,
  enabled: null,
  intervalMs: 5,
  switches: 1000,
  samples: 100,
  heldSamples: 40,
  heldByThread: [{ threadRowId: 7, samples: 40, runningSamples: 40 }],
  batchSum: 1.6,
  batchSumOfSquares: 0.64,
  batches: 4,
};
const NEWER: RawGil = {
  ...OLDER,
  switches: 2000,
  samples: 600,
  heldSamples: 490,
  heldByThread: [
    { threadRowId: 7, samples: 240, runningSamples: 190 },
    { threadRowId: 8, samples: 240, runningSamples: 240 },
    { threadRowId: 0, samples: 10, runningSamples: 0 },
  ],
  batchSum: 19.6,
  batchSumOfSquares: 16.84,
  batches: 24,
};

describe("gilWindow", () => {
  it("is the difference of two readings", () => {
    const gil = gilWindow(RUNTIME, [NEWER], [OLDER]);
    expect(gil?.heldRatio).toEqual({ known: true, value: 0.9 });
    expect(gil?.frames[0]?.switchesPerSecond).toEqual({ known: true, value: 200 });
    expect(gil?.heldByThread.get(7)).toEqual({ held: 0.4, running: 0.3, runningSamples: 150 });
    expect(gil?.heldByThread.has(0)).toBe(false);
    expect(gil?.frames[0]?.heldStandardError.known).toBe(true);
  });

  it("never claims more than so many samples can tell", () => {
    const steady = { ...OLDER, samples: 112, heldSamples: 52, batchSum: 4.6, batchSumOfSquares: 3.64, batches: 7 };
    const few = gilWindow(RUNTIME, [steady], [OLDER])?.frames[0]?.heldStandardError;
    // Twelve samples, all of them held, in batches without any spread.
    expect(few?.known === true ? few.value : 0).toBeCloseTo(Math.sqrt(((13 / 14) * (1 / 14)) / 12), 6);
    const many = gilWindow(RUNTIME, [NEWER], [OLDER])?.frames[0]?.heldStandardError;
    expect(many?.known === true ? many.value : 1).toBeLessThan(0.03);
  });

  it("begins anew after a new attach, and reads rates only from two readings", () => {
    const gil = gilWindow(RUNTIME, [OLDER], [NEWER]);
    expect(gil?.heldRatio).toEqual({ known: true, value: 0.4 });
    expect(gil?.frames[0]?.switchesPerSecond).toEqual({ known: false, reason: "not-yet" });
    expect(gilWindow(RUNTIME, [], [])).toBeNull();
    expect(gilWindow(RUNTIME, undefined, [OLDER])).toBeNull();
  });

  it("counts hand-overs from where they were first read inside the window", () => {
    const gil = gilWindow(RUNTIME, [NEWER], undefined, { gils: [OLDER], secondsBefore: 4 });
    expect(gil?.frames[0]?.switchesPerSecond).toEqual({ known: true, value: 250 });
    expect(gilWindow(RUNTIME, [NEWER], undefined)?.frames[0]?.switchesPerSecond.known).toBe(false);
  });

  it("leaves out interpreters that ended", () => {
    const second = { ...NEWER, interpreterId: 1 };
    const gil = gilWindow(RUNTIME, [NEWER, second], [OLDER, second]);
    expect(gil?.frames.map(({ interpreterId }) => interpreterId)).toEqual([0]);
  });

  it("keeps the GILs of sub-interpreters apart and names the one held most", () => {
    const second = { ...NEWER, interpreterId: 1, heldSamples: 60, heldByThread: [] };
    const gil = gilWindow(RUNTIME, [NEWER, second], [OLDER]);
    expect(gil?.frames.map(({ interpreterId }) => interpreterId)).toEqual([0, 1]);
    expect(gil?.heldRatio).toEqual({ known: true, value: 0.9 });
  });

  it("knows a build without a GIL", () => {
    const gil = gilWindow(RUNTIME, [{ ...NEWER, enabled: false }], [{ ...OLDER, enabled: false }]);
    expect(gil?.off).toBe(true);
    expect(gil?.heldRatio).toEqual({ known: true, value: 0 });
    expect(gilWindow(RUNTIME, [{ ...NEWER, enabled: true }], [OLDER])?.off).toBe(false);
  });
});

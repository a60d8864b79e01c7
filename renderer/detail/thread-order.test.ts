import { describe, expect, it } from "vitest";
import type { ThreadFrameColumns } from "../../core/frame/frame.ts";
import { THREAD_STATE_COUNT, THREAD_STATES, type ThreadState } from "../../core/thread/thread-state.ts";
import { sharesOf, statesInWords } from "./state-bar.tsx";
import { gilWaitOf, keepThreads, sortThreads } from "./thread-order.ts";
import { statesSeen, timeShares } from "./time-shares.ts";

interface SimpleThread {
  readonly name: string;
  readonly cpu: number;
  readonly states: Partial<Record<ThreadState, number>>;
  readonly gilBound?: number;
}

function columns(threads: readonly SimpleThread[]): ThreadFrameColumns {
  const states = new Float32Array(threads.length * THREAD_STATE_COUNT);
  threads.forEach((thread, row) => {
    THREAD_STATES.forEach((state, index) => {
      states[row * THREAD_STATE_COUNT + index] = thread.states[state] ?? 0;
    });
  });
  return {
    length: threads.length,
    rowId: Uint32Array.from(threads, (_, row) => row + 1),
    tid: Int32Array.from(threads, (_, row) => 100 + row),
    names: threads.map((thread) => thread.name),
    cpuCores: Float32Array.from(threads, (thread) => thread.cpu),
    switchesPerSecond: new Float32Array(threads.length),
    states,
    gilBound: Uint8Array.from(threads, (thread) => thread.gilBound ?? 0),
    gilBoundReason: threads.map(() => null),
    observations: new Uint32Array(threads.length),
    stacks: threads.map(() => null),
    pools: threads.map(() => null),
  };
}

const threads = columns([
  { name: "w-10", cpu: 0.1, states: { run: 0.1, gilWait: 0.9 }, gilBound: 1 },
  { name: "w-2", cpu: Number.NaN, states: { unknown: 1 }, gilBound: 2 },
  { name: "main", cpu: 0.9, states: { run: 0.9, sleep: 0.1 } },
]);
const nothing = new Map<number, number>();

describe("the order of threads", () => {
  it("sorts by figures, what is not known last either way", () => {
    expect(sortThreads(threads, { column: "cpu", descending: true }, nothing)).toEqual([2, 0, 1]);
    expect(sortThreads(threads, { column: "cpu", descending: false }, nothing)).toEqual([0, 2, 1]);
    expect(sortThreads(threads, { column: "name", descending: false }, nothing)).toEqual([2, 1, 0]);
  });

  it("stays put otherwise", () => {
    const places = new Map([
      [3, 0],
      [1, 1],
    ]);
    expect(keepThreads(threads, places)).toEqual([2, 0, 1]);
  });

  it("does not call a wait that nobody saw zero", () => {
    expect(gilWaitOf(threads, 0)).toBeCloseTo(0.9);
    expect(gilWaitOf(threads, 1)).toBeNull();
    expect(gilWaitOf(threads, 2)).toBe(0);
  });
});

describe("where time goes", () => {
  it("sums states over threads and takes the small ones together", () => {
    const shares = timeShares(threads);
    expect(shares.map((share) => share.state)).toEqual(["run", "gilWait", "sleep", "unknown"]);
    expect(shares.reduce((sum, share) => sum + share.threadSeconds, 0)).toBeCloseTo(3);
    const small = timeShares(columns([{ name: "a", cpu: 1, states: { run: 0.99, sleep: 0.01 } }]));
    expect(small.map((share) => share.state)).toEqual(["run", "rest"]);
  });

  it("says the bar in words", () => {
    expect(statesInWords(sharesOf(threads.states, 0))).toBe("waits for the GIL 90 %, runs 10 %");
    expect(statesSeen(threads)).toContain("unknown");
  });
});

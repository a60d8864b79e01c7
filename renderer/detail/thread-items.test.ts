import { describe, expect, it } from "vitest";
import type { ThreadFrameColumns } from "../../core/frame/frame.ts";
import type { PoolKind } from "../../core/thread/native-pool.ts";
import { THREAD_STATE_COUNT } from "../../core/thread/thread-state.ts";
import { columnsFor } from "./thread-columns.ts";
import { filterThreads, poolCores, threadItems } from "./thread-items.ts";
import { sortThreads } from "./thread-order.ts";

function columns(
  threads: readonly { readonly name: string; readonly cpu?: number; readonly pool?: PoolKind; readonly in?: string }[],
): ThreadFrameColumns {
  return {
    length: threads.length,
    rowId: Uint32Array.from(threads, (_, row) => row + 1),
    tid: Int32Array.from(threads, (_, row) => 100 + row),
    names: threads.map(({ name }) => name),
    cpuCores: Float32Array.from(threads, ({ cpu }) => cpu ?? Number.NaN),
    switchesPerSecond: new Float32Array(threads.length),
    states: new Float32Array(threads.length * THREAD_STATE_COUNT),
    gilBound: Uint8Array.from(threads, (_, row) => (row === 1 ? 1 : 0)),
    gilBoundReason: threads.map(() => null),
    observations: new Uint32Array(threads.length),
    stacks: threads.map((thread, row) =>
      thread.in === undefined
        ? null
        : {
            threadRowId: row + 1,
            readAtMs: 0,
            frames: [{ functionName: thread.in, file: "/x/a.py", line: 3 }],
            inGarbageCollection: null,
          },
    ),
    pools: threads.map(({ pool }) => pool ?? null),
  };
}

const all = (threads: ThreadFrameColumns) => Array.from({ length: threads.length }, (_, row) => row);
const keys = (items: ReturnType<typeof threadItems>) =>
  items.map((item) =>
    item.kind === "pool" ? `${item.pool} ${item.rows.length}${item.folded ? " folded" : ""}` : item.row,
  );

describe("lines of the thread table", () => {
  it("group native pools after Python's own threads, and fold large ones", () => {
    const threads = columns([
      { name: "MainThread" },
      { name: "omp", pool: "openmp", cpu: 0.5 },
      { name: "omp", pool: "openmp", cpu: 0.25 },
      { name: "w" },
      { name: "alone", pool: "grpc" },
      ...Array.from({ length: 9 }, () => ({ name: "r", pool: "rayon" as const })),
    ]);
    const nothing = new Set<string>();
    expect(keys(threadItems(threads, all(threads), nothing))).toEqual([0, 3, 4, "openmp 2", 1, 2, "rayon 9 folded"]);
    expect(keys(threadItems(threads, all(threads), new Set(["openmp", "rayon"]))).slice(3)).toEqual([
      "openmp 2 folded",
      "rayon 9",
      ...[5, 6, 7, 8, 9, 10, 11, 12, 13],
    ]);
    expect([poolCores(threads, [1, 2]), poolCores(threads, [5])]).toEqual([0.75, null]);
  });

  it("pass a filter by name, tid, pool, function and figures", () => {
    const threads = columns([
      { name: "MainThread", cpu: 0.01 },
      { name: "worker-1", cpu: 0.4, in: "score" },
      { name: "x", pool: "openmp", cpu: 0.2 },
    ]);
    const passing = (filter: string) => filterThreads(threads, all(threads), filter);
    expect(passing("")).toEqual([0, 1, 2]);
    expect(passing("WORKER")).toEqual([1]);
    expect(passing("102")).toEqual([2]);
    expect(passing("openmp cpu>0.1")).toEqual([2]);
    expect(passing("cpu<0.1")).toEqual([0]);
    expect(passing("score")).toEqual([1]);
    expect(passing("gil")).toEqual([1]);
    expect(passing("nothing of the kind")).toEqual([]);
  });

  it("are sorted by where they are, those not known last", () => {
    const threads = columns([{ name: "a" }, { name: "b", in: "score" }, { name: "c", in: "load" }]);
    expect(sortThreads(threads, { column: "nowIn", descending: false }, new Map())).toEqual([2, 1, 0]);
    expect(sortThreads(threads, { column: "nowIn", descending: true }, new Map())).toEqual([1, 2, 0]);
  });

  it("have as many columns as there is room for, without those left out", () => {
    const ids = (width: number, hidden: Parameters<typeof columnsFor>[1] = [], stacks = true) =>
      columnsFor(width, hidden, stacks).map(({ id }) => id);
    expect(ids(1000)).toEqual(["name", "tid", "trend", "cpu", "states", "gilWait", "switches", "nowIn"]);
    expect(ids(300)).toEqual(["name", "cpu", "states"]);
    expect(ids(1000, ["tid", "trend"], false)).toEqual(["name", "cpu", "states", "gilWait", "switches"]);
  });
});

import { describe, expect, it } from "vitest";
import { type PoolThread, poolCounts, poolsOf } from "./native-pool.ts";

function threads(...rows: readonly (readonly [number, string, boolean | null])[]): readonly PoolThread[] {
  return rows.map(([tid, comm, isPython]) => ({ tid, comm, isPython }));
}

describe("native pools", () => {
  it("are told by the names libraries give their threads", () => {
    const named = threads(
      [100, "python3", null],
      [101, "grpc_global_tim", null],
      [102, "pt_autograd_0", null],
      [103, "cuda-EvtHandlr", null],
      [104, "polars-0", null],
      [105, "jemalloc_bg_thd", null],
      [106, "tokio-runtime-w", null],
      [107, "tf_Compute", null],
    );
    expect(poolsOf(named, 100, [], 4)).toEqual([
      null,
      "grpc",
      "torch",
      "cuda",
      "rayon",
      "arrow",
      "tokio",
      "tensorflow",
    ]);
  });

  it("are told by what the interpreter does not list, block by block", () => {
    const mixed = threads(
      [100, "python3", true],
      [101, "python3", false],
      [102, "python3", false],
      [103, "python3", false],
      [140, "python3", true],
      [141, "python3", true],
      [160, "python3", false],
      [161, "python3", false],
    );
    expect(poolsOf(mixed, 100, ["libgomp-a34b.so.1", "libscipy_openblas64_-99.so"], 4)).toEqual([
      null,
      "openblas",
      "openblas",
      "openblas",
      null,
      null,
      "openmp",
      "openmp",
    ]);
  });

  it("are claimed without that list only right after the main thread and not beyond the CPUs", () => {
    const unlisted = threads(
      [100, "python3", null],
      [101, "python3", null],
      [102, "python3", null],
      [103, "python3", null],
      [104, "python3", null],
      [150, "python3", null],
    );
    expect(poolsOf(unlisted, 100, ["libopenblas64_p.so"], 4)).toEqual([
      null,
      "openblas",
      "openblas",
      "openblas",
      null,
      null,
    ]);
    expect(poolsOf(unlisted, 100, [], 4).every((kind) => kind === null)).toBe(true);
  });

  it("are counted, the largest first", () => {
    expect(poolCounts([null, "grpc", "openblas", "openblas"])).toEqual([
      { kind: "openblas", threads: 2 },
      { kind: "grpc", threads: 1 },
    ]);
  });
});

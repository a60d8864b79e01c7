import { describe, expect, it } from "vitest";
import { advance, initialState } from "../advance.ts";
import type { FamilyFrame } from "../frame/frame.ts";
import { MEMORY_KNOWN } from "../sample/memory-sample.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { type SimulatedProcess, SimulatedSession, type SimulatedThread, simulate } from "../testing/sample-builder.ts";

const MEBIBYTE = 2 ** 20;

function pool(
  workers: number,
  threadsOf: (index: number) => readonly SimulatedThread[],
  change: Partial<SimulatedProcess> = {},
): readonly SimulatedProcess[] {
  const command = ["python3", "pool.py"];
  const parent: SimulatedProcess = { pid: 100, parentPid: 1, commandLine: command, threads: [{ run: 0, slices: 0 }] };
  const children = Array.from(
    { length: workers },
    (_, index): SimulatedProcess => ({
      pid: 200 + index * 20,
      parentPid: 100,
      commandLine: command,
      threads: threadsOf(index),
      ...change,
    }),
  );
  return [parent, ...children];
}

function familyOf(
  processes: readonly SimulatedProcess[],
  onlineCpus: number,
  change: (sample: RawSample) => RawSample = (sample) => sample,
): FamilyFrame {
  const { header, samples } = simulate({ processes, onlineCpus }, 6);
  let state = initialState(header);
  for (const sample of samples) state = advance(state, change(sample)).state;
  return state.frame!.families[0]!;
}

const BUSY = [{ run: 0.9, slices: 20 }];
const IDLE = [{ run: 0, slices: 0 }];

describe("what is said of a family", () => {
  it("how far its GILs let it scale", () => {
    const family = familyOf(
      pool(4, () => BUSY),
      8,
    );
    expect(family).toMatchObject({ workers: 4, workersBusy: 4 });
    expect(family.summary?.code).toBe("family.scales");
    expect(family.summary?.parameters).toMatchObject({ runtimes: 4, gils: 4, ceilingCores: 4 });
    expect(family.summary?.parameters["cpuCores"]).toBeCloseTo(3.6, 1);
  });

  it("that one of its workers is busy, and how much of the work it does", () => {
    const family = familyOf(
      pool(4, (index) => (index === 0 ? BUSY : IDLE)),
      8,
    );
    expect(family).toMatchObject({ workers: 4, workersBusy: 1 });
    expect(family.summary).toMatchObject({ code: "family.one-busy", parameters: { workers: 4, topRatio: 1 } });
  });

  it("that nothing happens in it", () => {
    expect(
      familyOf(
        pool(4, () => IDLE),
        8,
      ).summary,
    ).toMatchObject({ code: "family.idle", parameters: { workers: 4 } });
  });

  it("that workers and their BLAS threads are too many for the CPUs", () => {
    const threads = Array.from({ length: 4 }, () => ({ run: 0.25, cpuWait: 0.72, slices: 60 }));
    const python = { nativeLibraries: ["libopenblas64_p.so"] };
    const family = familyOf(
      pool(4, () => threads, { python }),
      4,
    );
    expect(family.summary).toMatchObject({
      code: "family.oversubscribed-pools",
      parameters: { workers: 4, poolThreads: 4, pool: "openblas", allowedCores: 4 },
    });
    expect(family.pools).toEqual([{ kind: "openblas", threads: 12 }]);
  });

  it("nothing of one runtime alone", () => {
    expect(familyOf([{ pid: 5, threads: BUSY }], 4).summary).toBeNull();
  });
});

describe("the totals of a family", () => {
  it("are of who is there: without a worker that ended, and without a stranger that has its pid", () => {
    const all = pool(3, () => BUSY);
    const left = all.slice(0, 3);
    const stranger: SimulatedProcess = {
      pid: all[3]!.pid,
      parentPid: 1,
      startTicks: 900_000,
      commandLine: ["python3", "other.py"],
      threads: BUSY,
    };
    const session = new SimulatedSession(8);
    let state = initialState(session.header);
    const run = (processes: readonly SimulatedProcess[], seconds: number): readonly FamilyFrame[] => {
      for (let second = 0; second < seconds; second += 1) state = advance(state, session.step({ processes })).state;
      return state.frame!.families;
    };
    expect(run(all, 6)).toMatchObject([{ name: "pool.py", workers: 3, workersBusy: 3 }]);
    const families = run([...left, stranger], 2);
    expect(families).toMatchObject([
      { name: "pool.py", workers: 2, workersBusy: 2 },
      { name: "other.py", kind: "single" },
    ]);
    const [ofPool, ofStranger] = families.map(({ cpuCores }) => (cpuCores.known ? cpuCores.value : Number.NaN));
    expect(ofPool).toBeCloseTo(1.8, 1);
    expect(ofStranger).toBeLessThan(1);
    expect(families[0]!.memberRowIds.filter((rowId) => families[1]!.memberRowIds.includes(rowId))).toEqual([]);
  });
});

describe("the memory of a family", () => {
  it("is the sum of proportional shares and names who is missing", () => {
    const withMemory = (sample: RawSample): RawSample => {
      const rows = sample.processes.rowId;
      const none = new Float64Array(rows.length).fill(Number.NaN);
      const read = (value: number): Float64Array =>
        Float64Array.from(rows, (rowId) => (rowId === 2 ? Number.NaN : value));
      return {
        ...sample,
        memories: {
          length: rows.length,
          processRowId: rows,
          readAtMs: read(sample.monotonicMs - 500),
          pssBytes: read(50 * MEBIBYTE),
          ussBytes: read(20 * MEBIBYTE),
          privateDirtyBytes: read(20 * MEBIBYTE),
          sharedCleanBytes: read(4 * MEBIBYTE),
          sharedDirtyBytes: read(60 * MEBIBYTE),
          anonymousBytes: read(80 * MEBIBYTE),
          swapBytes: read(0),
          earlierReadAtMs: none,
          earlierAnonymousBytes: none,
          earlierPrivateDirtyBytes: none,
          reason: Uint8Array.from(rows, (rowId) => (rowId === 2 ? 1 : MEMORY_KNOWN)),
        },
      };
    };
    const family = familyOf(
      pool(2, () => BUSY),
      4,
      withMemory,
    );
    expect(family.pssBytes).toEqual({ known: true, value: 100 * MEBIBYTE });
    expect(family.unreadRowIds).toEqual([2]);
  });
});

import { describe, expect, it } from "vitest";
import type { SharedMemorySample, SharedSegment } from "../sample/memory-sample.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { simulate } from "../testing/sample-builder.ts";
import { FOUR_ON_ONE_GIL } from "../testing/scenarios.ts";
import { sharedMemoryFrame } from "./shared-memory.ts";

const { samples } = simulate({ processes: [FOUR_ON_ONE_GIL] }, 0);
const base = samples[0]!;
const live = base.processes.rowId[0]!;

function sampleWith(shared: Partial<SharedMemorySample>, ...segments: readonly Partial<SharedSegment>[]): RawSample {
  return {
    ...base,
    sharedMemory: {
      readAtMs: base.monotonicMs - 2000,
      unreadableProcesses: 0,
      segments: segments.map((segment) => ({
        name: "/dev/shm/psm_1",
        kind: "shared_memory",
        sizeBytes: 2 ** 28,
        allocatedBytes: 2 ** 27,
        modifiedWallMs: base.wallMs - 60_000,
        processRowIds: [],
        unmappedRounds: 2,
        ...segment,
      })),
      ...shared,
    },
  };
}

describe("shared memory", () => {
  it("is not known before the processes were gone through", () => {
    expect(sharedMemoryFrame(base)).toMatchObject({ reason: "unsupported", segments: [], ageSeconds: null });
  });

  it("names who maps it and how old it is", () => {
    const [segment] = sharedMemoryFrame(sampleWith({}, { processRowIds: [live, 999_999] })).segments;
    expect(segment).toMatchObject({
      pids: [FOUR_ON_ONE_GIL.pid],
      orphaned: false,
      ageSeconds: 60,
      orphanedReason: null,
    });
  });

  it("counts as left behind only when everybody could be asked, twice", () => {
    const orphaned = (shared: Partial<SharedMemorySample>, segment: Partial<SharedSegment>): unknown => {
      const [found] = sharedMemoryFrame(sampleWith(shared, segment)).segments;
      return [found?.orphaned, found?.orphanedReason];
    };
    expect(orphaned({}, {})).toEqual([true, null]);
    expect(orphaned({ unreadableProcesses: 3 }, {})).toEqual([null, "denied"]);
    expect(orphaned({}, { unmappedRounds: 1 })).toEqual([null, "not-yet"]);
  });

  it("counts as left behind nowhere where processes are kept out of sight", () => {
    const hidden = { id: "otherUsers", available: false, reason: "denied", obstacle: "hidepid" } as const;
    const others = base.capabilities.filter(({ id }) => id !== hidden.id);
    const sample = { ...sampleWith({}, {}), capabilities: [...others, hidden] };
    expect(sharedMemoryFrame(sample).segments[0]).toMatchObject({ orphaned: null, orphanedReason: "denied" });
  });

  it("without a name in the file system goes with its last process", () => {
    const gone = sampleWith({}, { kind: "memfd", modifiedWallMs: Number.NaN, processRowIds: [999_999] });
    expect(sharedMemoryFrame(gone).segments).toEqual([]);
  });
});

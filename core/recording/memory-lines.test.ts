import { describe, expect, it } from "vitest";
import { MEMORY_KNOWN, type MemoryColumns } from "../sample/memory-sample.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { simulate } from "../testing/sample-builder.ts";
import { BUSY_MACHINE } from "../testing/scenarios.ts";
import { RecordingDecoder } from "./decoder.ts";
import { RecordingEncoder } from "./encoder.ts";

const { header, samples } = simulate(BUSY_MACHINE, 70);

function columns(sample: RawSample, round: number): MemoryColumns {
  const rowIds = sample.processes.rowId;
  const column = (value: number): Float64Array => Float64Array.from(rowIds, (rowId) => value + rowId);
  return {
    length: rowIds.length,
    processRowId: rowIds.slice(),
    readAtMs: column(round),
    pssBytes: column(1000 * round),
    ussBytes: column(500),
    privateDirtyBytes: column(400),
    sharedCleanBytes: column(300),
    sharedDirtyBytes: column(200),
    anonymousBytes: column(100),
    swapBytes: column(Number.NaN),
    earlierReadAtMs: column(Number.NaN),
    earlierAnonymousBytes: column(0),
    earlierPrivateDirtyBytes: column(0),
    reason: new Uint8Array(rowIds.length).fill(MEMORY_KNOWN),
  };
}

/** Memory that comes late, changes now and then, and goes. */
const withMemory = samples.map((sample, index): RawSample => {
  if (index < 3 || index > 66) return sample;
  const round = Math.floor(index / 4);
  return {
    ...sample,
    memories: columns(sample, round),
    memorySplits: [
      {
        processRowId: 1,
        readAtMs: round,
        pythonHeapBytes: round,
        nativeHeapBytes: 2,
        anonymousBytes: 3,
        stackBytes: 4,
        fileBytes: 5,
        sharedBytes: 6,
      },
    ],
    memoryGroups: [
      {
        path: "/work",
        limitBytes: 2 ** 30,
        usedBytes: 2 ** 29 + round,
        workingSetBytes: 2 ** 28,
        stalledSeconds: Number.NaN,
        limitHits: 0,
        outOfMemoryKills: 0,
      },
    ],
    sharedMemory: {
      readAtMs: Math.floor(index / 10),
      unreadableProcesses: 1,
      segments: [
        {
          name: "/dev/shm/psm_1",
          kind: "shared_memory",
          sizeBytes: 4096,
          allocatedBytes: Number.NaN,
          modifiedWallMs: 7,
          processRowIds: [1, 2],
          unmappedRounds: 0,
        },
      ],
    },
  };
});

const FIELDS = ["memories", "memorySplits", "memoryGroups", "sharedMemory"] as const;

function memoryOf(sample: RawSample): unknown {
  return Object.fromEntries(FIELDS.flatMap((field) => (field in sample ? [[field, sample[field]]] : [])));
}

describe("memory in a recording", () => {
  it("comes back as it was, also from the middle of a file", () => {
    const encoder = new RecordingEncoder(header);
    const lines = withMemory.map((sample) => encoder.encode(sample));
    const decoder = new RecordingDecoder();
    const back = lines.map((line) => decoder.decode(line));
    expect(back.map((sample) => memoryOf(sample!))).toEqual(withMemory.map(memoryOf));
    const key = lines.findIndex((line, index) => index > 0 && line.startsWith('{"k":1'));
    expect(key).toBeGreaterThan(0);
    const late = new RecordingDecoder();
    const tail = lines.slice(key).map((line) => late.decode(line));
    expect(tail.map((sample) => memoryOf(sample!))).toEqual(withMemory.slice(key).map(memoryOf));
  });

  it("takes little room while nothing changes", () => {
    const encoder = new RecordingEncoder(header);
    const still = withMemory.map((sample, index) => (index < 5 ? sample : { ...withMemory[5]!, sequence: index }));
    const lines = still
      .slice(0, 12)
      .map((sample, index) =>
        JSON.parse(encoder.encode({ ...sample, monotonicMs: 1000 + index, sequence: index })),
      ) as readonly Record<string, unknown>[];
    expect(lines[9]).toMatchObject({ me: {}, ms: 0, mg: 0, sm: 0 });
  });

  it("that is damaged is refused", () => {
    const encoder = new RecordingEncoder(header);
    const line = JSON.parse(encoder.encode(withMemory[10]!)) as Record<string, unknown>;
    for (const change of [{ me: { n: 1e9 } }, { ms: 0 }, { mg: 0 }, { sm: 0 }, { me: { n: 2 } }]) {
      expect(new RecordingDecoder().decode({ ...line, ...change })).toBeNull();
    }
  });
});

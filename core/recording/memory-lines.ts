import * as z from "zod";
import type {
  ContainerFacts,
  MemoryColumns,
  MemoryGroup,
  MemorySplit,
  SharedMemorySample,
  SharedSegment,
} from "../sample/memory-sample.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { applyList, type ListPatchLine } from "./list-patch.ts";
import { applyTable, type Table } from "./table.ts";

/** Columns of runtimes' memory as they are written. */
export const MEMORY_SHAPE = {
  processRowId: "u32",
  readAtMs: "f64",
  pssBytes: "f64",
  ussBytes: "f64",
  privateDirtyBytes: "f64",
  sharedCleanBytes: "f64",
  sharedDirtyBytes: "f64",
  anonymousBytes: "f64",
  swapBytes: "f64",
  earlierReadAtMs: "f64",
  earlierAnonymousBytes: "f64",
  earlierPrivateDirtyBytes: "f64",
  reason: "u8",
} as const satisfies Record<Exclude<keyof MemoryColumns, "length">, string>;

/** Rows named by the process they are of. */
export function memoryKeys(table: Table<typeof MEMORY_SHAPE>): Float64Array {
  return Float64Array.from(table.processRowId);
}

/** JSON writes NaN as null. */
const number = z.union([z.number(), z.null().transform(() => Number.NaN)]);
const text = z.string().max(65_536);
const rowId = z
  .number()
  .int()
  .min(0)
  .max(2 ** 32 - 1);

/** Where the memory of a runtime lies. */
export const memorySplitSchema: z.ZodType<MemorySplit> = z.object({
  processRowId: rowId,
  readAtMs: number,
  pythonHeapBytes: number,
  nativeHeapBytes: number,
  anonymousBytes: number,
  stackBytes: number,
  fileBytes: number,
  sharedBytes: number,
});

const segment: z.ZodType<SharedSegment> = z.object({
  name: text,
  kind: z.enum(["shared_memory", "multiprocessing", "joblib", "memfd", "posix"]),
  sizeBytes: number,
  allocatedBytes: number,
  modifiedWallMs: number,
  processRowIds: z.array(rowId).max(200_000),
  unmappedRounds: number,
});

/** Shared memory, whole: it changes seldom and is small. */
export const sharedMemorySchema: z.ZodType<SharedMemorySample> = z.object({
  readAtMs: number,
  segments: z.array(segment).max(10_000),
  unreadableProcesses: number,
});

/** A control group with a memory limit. */
export const memoryGroupSchema: z.ZodType<MemoryGroup> = z.object({
  path: text,
  limitBytes: number,
  usedBytes: number,
  workingSetBytes: number,
  stalledSeconds: number,
  limitHits: number,
  outOfMemoryKills: number,
});

/** A container as a control group names it. */
export const containerSchema: z.ZodType<ContainerFacts> = z.object({ runtime: text, id: text });

/** What a line says about memory: a part that is missing is not in its sample, 0 stands for one that did not change. */
export interface MemoryLine {
  readonly me?: unknown;
  readonly ms?: ListPatchLine | 0 | undefined;
  readonly mg?: ListPatchLine | 0 | undefined;
  readonly sm?: SharedMemorySample | 0 | undefined;
}

/** Memory as the lines so far tell it; null where the last one has none. */
export interface MemoryState {
  readonly memories: MemoryColumns | null;
  readonly splits: readonly MemorySplit[] | null;
  readonly groups: readonly MemoryGroup[] | null;
  readonly shared: SharedMemorySample | null;
}

/** Before the first line. */
export const NO_MEMORY: MemoryState = { memories: null, splits: null, groups: null, shared: null };

function applyPart<Item>(
  schema: z.ZodType<Item>,
  before: readonly Item[] | null,
  patch: ListPatchLine | 0 | undefined,
): readonly Item[] | null | "damaged" {
  if (patch === undefined) return null;
  if (patch === 0) return before ?? "damaged";
  return applyList(schema, before, patch) ?? "damaged";
}

/** Memory after one more line; null when the line is damaged or needs one that was. */
export function applyMemory(before: MemoryState, line: MemoryLine): MemoryState | null {
  const memories = line.me === undefined ? null : applyTable(MEMORY_SHAPE, before.memories, line.me);
  if (line.me !== undefined && (memories === null || !ascending(memories.processRowId))) return null;
  const splits = applyPart(memorySplitSchema, before.splits, line.ms);
  const groups = applyPart(memoryGroupSchema, before.groups, line.mg);
  const shared = line.sm === 0 ? before.shared : (line.sm ?? null);
  if (splits === "damaged" || groups === "damaged" || (line.sm === 0 && shared === null)) return null;
  return { memories, splits, groups, shared };
}

/** Fields of the sample of a line. */
export function memoryFields({
  memories,
  splits,
  groups,
  shared,
}: MemoryState): Pick<RawSample, "memories" | "memorySplits" | "memoryGroups" | "sharedMemory"> {
  return {
    ...(memories === null ? {} : { memories }),
    ...(splits === null ? {} : { memorySplits: splits }),
    ...(groups === null ? {} : { memoryGroups: groups }),
    ...(shared === null ? {} : { sharedMemory: shared }),
  };
}

function ascending(ids: Uint32Array): boolean {
  return ids.every((id, index) => index === 0 || id > ids[index - 1]!);
}

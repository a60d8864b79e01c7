import type { MemoryLimit } from "../frame/memory-limit.ts";
import type { WindowRuntime } from "../frame/window-rows.ts";
import { MEMORY_KNOWN, MEMORY_REASONS, type MemoryColumns, type MemorySplit } from "../sample/memory-sample.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { type AbsentReason, absent, known, type Reading } from "../sample/reading.ts";
import { findRow } from "../sample/row-index.ts";

/** How much a forked process still shares with the one it was forked from. */
export interface CopyOnWrite {
  /** Pages without a file that it shares with other processes: what nobody wrote to since the fork. */
  readonly sharedBytes: number;
  /** All its pages without a file. */
  readonly anonymousBytes: number;
  /** How fast shared pages become private. Absent until it was read twice. */
  readonly unsharedBytesPerSecond: Reading;
}

/** Memory of one runtime, bytes. */
export interface RuntimeMemory {
  readonly pssBytes: Reading;
  readonly ussBytes: Reading;
  readonly privateDirtyBytes: Reading;
  readonly sharedCleanBytes: Reading;
  readonly sharedDirtyBytes: Reading;
  readonly swapBytes: Reading;
  /** Seconds between the reading and the frame. */
  readonly ageSeconds: Reading;
  /** Null for runtimes that were not forked, and before the first reading. */
  readonly copyOnWrite: CopyOnWrite | null;
  /** Where it lies; null unless somebody looks. */
  readonly split: MemorySplit | null;
  /** The narrowest memory limit it is under. */
  readonly limit: MemoryLimit | null;
}

/** Memory of a runtime whose maps were not read. */
export function unreadMemory(reason: AbsentReason, limit: MemoryLimit | null = null): RuntimeMemory {
  const none = absent(reason);
  return {
    pssBytes: none,
    ussBytes: none,
    privateDirtyBytes: none,
    sharedCleanBytes: none,
    sharedDirtyBytes: none,
    swapBytes: none,
    ageSeconds: none,
    copyOnWrite: null,
    split: null,
    limit,
  };
}

/** Row of a runtime in the memory columns; -1 when there is none. */
export function memoryRow(memories: MemoryColumns | undefined, processRowId: number): number {
  return memories === undefined ? -1 : findRow(memories.processRowId, processRowId, 0, memories.length);
}

/** Bytes of anonymous memory that others map too. Private pages of shared memory count as dirty, so this never says too much. */
function sharedAnonymous(memories: MemoryColumns, row: number): number {
  const shared = memories.sharedCleanBytes[row]! + memories.sharedDirtyBytes[row]!;
  return Math.max(0, Math.min(shared, memories.anonymousBytes[row]! - memories.privateDirtyBytes[row]!));
}

/**
 * Un-sharing between two readings: the smaller of what became private and what is no longer shared, because private memory
 * also grows by itself and shared memory also shrinks when the other process ends.
 */
function unsharing(runtime: WindowRuntime, newer: RawSample, memories: MemoryColumns, row: number): Reading {
  const now = memories.readAtMs[row]!;
  const old = runtime.base?.memories;
  const oldRow = memoryRow(old, runtime.rowId);
  let since = memories.earlierReadAtMs[row]!;
  let anonymous = memories.earlierAnonymousBytes[row]!;
  let dirty = memories.earlierPrivateDirtyBytes[row]!;
  if (old !== undefined && oldRow >= 0 && old.readAtMs[oldRow]! < now) {
    since = old.readAtMs[oldRow]!;
    anonymous = old.anonymousBytes[oldRow]!;
    dirty = old.privateDirtyBytes[oldRow]!;
  }
  const seconds = (now - since) / 1000;
  if (!(seconds > 0) || newer.monotonicMs < now - 1000) return absent("not-yet");
  const becamePrivate = memories.privateDirtyBytes[row]! - dirty;
  const leftShared = anonymous - dirty - (memories.anonymousBytes[row]! - memories.privateDirtyBytes[row]!);
  return known(Math.max(0, Math.min(becamePrivate, leftShared)) / seconds);
}

/** Memory of one runtime of the newest sample. `forked`: it came from a fork, so that copy-on-write matters. */
export function runtimeMemory(
  runtime: WindowRuntime,
  newer: RawSample,
  forked: boolean,
  splits: ReadonlyMap<number, MemorySplit>,
  limit: MemoryLimit | null,
): RuntimeMemory {
  const { memories } = newer;
  const row = memoryRow(memories, runtime.rowId);
  if (memories === undefined || row < 0 || Number.isNaN(memories.readAtMs[row]!)) {
    const reason = memories === undefined ? "unsupported" : reasonOf(memories, row);
    return unreadMemory(reason, limit);
  }
  const figure = (column: Float64Array): Reading =>
    Number.isNaN(column[row]!) ? absent("unsupported") : known(column[row]!);
  return {
    pssBytes: figure(memories.pssBytes),
    ussBytes: figure(memories.ussBytes),
    privateDirtyBytes: figure(memories.privateDirtyBytes),
    sharedCleanBytes: figure(memories.sharedCleanBytes),
    sharedDirtyBytes: figure(memories.sharedDirtyBytes),
    swapBytes: figure(memories.swapBytes),
    ageSeconds: known(Math.max(0, newer.monotonicMs - memories.readAtMs[row]!) / 1000),
    copyOnWrite:
      forked && !Number.isNaN(memories.anonymousBytes[row]!)
        ? {
            sharedBytes: sharedAnonymous(memories, row),
            anonymousBytes: memories.anonymousBytes[row]!,
            unsharedBytesPerSecond: unsharing(runtime, newer, memories, row),
          }
        : null,
    split: splits.get(runtime.rowId) ?? null,
    limit,
  };
}

function reasonOf(memories: MemoryColumns, row: number): AbsentReason {
  const reason = row < 0 ? 0 : memories.reason[row]!;
  return reason === MEMORY_KNOWN ? "not-yet" : (MEMORY_REASONS[reason] ?? "not-yet");
}

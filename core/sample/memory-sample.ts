import type { AbsentReason } from "./reading.ts";

/** Reasons by their number in `MemoryColumns.reason`; `MEMORY_KNOWN` stands for none. */
export const MEMORY_REASONS: readonly AbsentReason[] = ["not-yet", "denied", "gone", "unsupported"];

/** In `MemoryColumns.reason`: the row was read. */
export const MEMORY_KNOWN = 255;

/**
 * Memory of runtimes as their page tables show it (`/proc/PID/smaps_rollup`, proc_pid_smaps(5)), bytes, one row per runtime in
 * ascending order of `processRowId`. Walking page tables is dear, so a row is as old as `readAtMs` says. NaN where not known.
 */
export interface MemoryColumns {
  readonly length: number;
  readonly processRowId: Uint32Array;
  /** Monotonic milliseconds of the reading; NaN before the first. */
  readonly readAtMs: Float64Array;
  /** Proportional share: each page divided by the number of processes that map it. */
  readonly pssBytes: Float64Array;
  /** Pages nobody else maps. */
  readonly ussBytes: Float64Array;
  readonly privateDirtyBytes: Float64Array;
  readonly sharedCleanBytes: Float64Array;
  readonly sharedDirtyBytes: Float64Array;
  /** Resident pages that belong to no file, those still shared after a fork included. */
  readonly anonymousBytes: Float64Array;
  readonly swapBytes: Float64Array;
  /** The reading before, so that one sample tells how fast pages un-share. */
  readonly earlierReadAtMs: Float64Array;
  readonly earlierAnonymousBytes: Float64Array;
  readonly earlierPrivateDirtyBytes: Float64Array;
  /** Why nothing was read: index into `MEMORY_REASONS`, or `MEMORY_KNOWN`. A row that was read once keeps its figures when it can't be read again. */
  readonly reason: Uint8Array;
}

/** Where the memory of one runtime lies, proportional shares in bytes; from `/proc/PID/smaps`, read for what is looked at. */
export interface MemorySplit {
  readonly processRowId: number;
  readonly readAtMs: number;
  /** Arenas of Python's object allocator: anonymous mappings of their size, or named so by the kernel. */
  readonly pythonHeapBytes: number;
  /** The C library's heap: `[heap]` and its further arenas. */
  readonly nativeHeapBytes: number;
  /** Other anonymous memory: large arrays and buffers, and what libraries map themselves. */
  readonly anonymousBytes: number;
  readonly stackBytes: number;
  /** Mapped files: code and data of programs and libraries, memory-mapped data. */
  readonly fileBytes: number;
  /** Shared memory: segments, memfd, shared anonymous mappings. */
  readonly sharedBytes: number;
}

/** What made a piece of shared memory, from its name. */
export type SharedSegmentKind = "shared_memory" | "multiprocessing" | "joblib" | "memfd" | "posix";

/** One piece of shared memory, once, whoever maps it. */
export interface SharedSegment {
  /** Path, or `memfd:NAME`. */
  readonly name: string;
  readonly kind: SharedSegmentKind;
  readonly sizeBytes: number;
  /** What it occupies in memory or, for a file on disk, there; NaN when not known. */
  readonly allocatedBytes: number;
  /** Last change of its file, epoch milliseconds; NaN when not known. */
  readonly modifiedWallMs: number;
  /** Processes that map it. */
  readonly processRowIds: readonly number[];
  /** Whole rounds over all processes, one after the other, in which nobody mapped it. */
  readonly unmappedRounds: number;
}

/** All shared memory that was found in one round over the processes. */
export interface SharedMemorySample {
  /** Monotonic milliseconds at which the round ended. */
  readonly readAtMs: number;
  readonly segments: readonly SharedSegment[];
  /** Processes whose mappings could not be read: they may map what seems to be an orphan. */
  readonly unreadableProcesses: number;
}

/** A control group that limits memory. Counters are cumulative. */
export interface MemoryGroup {
  /** Path inside the hierarchy; a limit holds for every path below it. */
  readonly path: string;
  readonly limitBytes: number;
  readonly usedBytes: number;
  /** Used bytes less file pages that can be dropped at once; NaN when not known. */
  readonly workingSetBytes: number;
  /** Seconds in which at least one task stalled for memory (`memory.pressure`); NaN when not known. */
  readonly stalledSeconds: number;
  /** Times the limit was hit. */
  readonly limitHits: number;
  readonly outOfMemoryKills: number;
}

/** The container a process runs in, as its control group names it. */
export interface ContainerFacts {
  /** `docker`, `podman`, `containerd`, `cri-o`, `kubernetes`, `lxc`, `systemd-nspawn`. */
  readonly runtime: string;
  /** Id or name, as far as the path tells. */
  readonly id: string;
}

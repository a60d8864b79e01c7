import type { SharedMemorySample, SharedSegment, SharedSegmentKind } from "../sample/memory-sample.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import type { AbsentReason } from "../sample/reading.ts";

/** One piece of shared memory. */
export interface SharedSegmentFrame {
  readonly name: string;
  readonly kind: SharedSegmentKind;
  readonly sizeBytes: number;
  /** What it occupies; null when not known. */
  readonly allocatedBytes: number | null;
  /** Seconds since its file changed last; null when not known. */
  readonly ageSeconds: number | null;
  /** Live processes that map it. */
  readonly processRowIds: readonly number[];
  readonly pids: readonly number[];
  /** Nobody maps it any more; null when that can't be said (`orphanedReason`). */
  readonly orphaned: boolean | null;
  readonly orphanedReason: AbsentReason | null;
}

/** All shared memory that was found, the largest first. */
export interface SharedMemoryFrame {
  /** Seconds since the processes were gone through; null before that. */
  readonly ageSeconds: number | null;
  /** Why nothing is known; null where it is. */
  readonly reason: AbsentReason | null;
  readonly segments: readonly SharedSegmentFrame[];
  /** Processes whose mappings could not be read. */
  readonly unreadableProcesses: number;
}

/** Shared memory as the newest sample knows it. A segment counts as orphaned only when every process's mappings were read. */
export function sharedMemoryFrame(newer: RawSample): SharedMemoryFrame {
  const sample = newer.sharedMemory;
  if (sample === undefined) {
    const reason = newer.memories === undefined ? "unsupported" : "not-yet";
    return { ageSeconds: null, reason, segments: [], unreadableProcesses: 0 };
  }
  const { processes } = newer;
  const pidOf = new Map<number, number>();
  if (sample.segments.length > 0) {
    for (let row = 0; row < processes.length; row += 1) pidOf.set(processes.rowId[row]!, processes.pid[row]!);
  }
  // A mount of /proc may keep other users' processes out of the table (proc(5), hidepid): any of them may map it.
  const hidden = newer.capabilities.some(({ id, obstacle }) => id === "otherUsers" && obstacle === "hidepid");
  const segments = sample.segments.flatMap((segment): readonly SharedSegmentFrame[] => {
    const live = segment.processRowIds.filter((rowId) => pidOf.has(rowId));
    // What has no name in the file system goes with the last process that maps it.
    if (live.length === 0 && Number.isNaN(segment.modifiedWallMs)) return [];
    const reason = live.length > 0 ? null : doubt(segment, sample, hidden);
    return [
      {
        name: segment.name,
        kind: segment.kind,
        sizeBytes: segment.sizeBytes,
        allocatedBytes: Number.isNaN(segment.allocatedBytes) ? null : segment.allocatedBytes,
        ageSeconds: Number.isNaN(segment.modifiedWallMs)
          ? null
          : Math.max(0, newer.wallMs - segment.modifiedWallMs) / 1000,
        processRowIds: live,
        pids: live.map((rowId) => pidOf.get(rowId)!),
        orphaned: reason === null ? live.length === 0 : null,
        orphanedReason: reason,
      },
    ];
  });
  return {
    ageSeconds: Math.max(0, newer.monotonicMs - sample.readAtMs) / 1000,
    reason: null,
    segments: segments.sort((a, b) => b.sizeBytes - a.sizeBytes || (a.name < b.name ? -1 : 1)),
    unreadableProcesses: sample.unreadableProcesses,
  };
}

/** Why it can't be said that a segment was left behind; null where it can. */
function doubt(segment: SharedSegment, sample: SharedMemorySample, hidden: boolean): AbsentReason | null {
  if (hidden || sample.unreadableProcesses > 0) return "denied";
  return segment.unmappedRounds < 2 ? "not-yet" : null;
}

import type { MemoryColumns } from "../core/sample/memory-sample.ts";
import type { ProbeCounts, ProcessColumns, ThreadColumns } from "../core/sample/raw-sample.ts";

/** A process table without rows. */
export function emptyProcesses(): ProcessColumns {
  const buffer = new ArrayBuffer(0);
  return {
    length: 0,
    rowId: new Uint32Array(buffer),
    pid: new Int32Array(buffer),
    parentPid: new Int32Array(buffer),
    startTicks: new Float64Array(buffer),
    state: new Uint8Array(buffer),
    threadCount: new Uint32Array(buffer),
    cpuSeconds: new Float64Array(buffer),
    rssBytes: new Float64Array(buffer),
    readAtMs: new Float64Array(buffer),
  };
}

/** A thread table without rows. */
export function emptyThreads(): ThreadColumns {
  const none = new Float64Array(0);
  return {
    length: 0,
    rowId: new Uint32Array(0),
    processRowId: new Uint32Array(0),
    tid: new Int32Array(0),
    runSeconds: none,
    cpuWaitSeconds: none,
    timeslices: none,
    readAtMs: none,
  };
}

/** Counts of a probe that saw nothing. */
export function emptyProbeCounts(): ProbeCounts {
  return {
    length: 0,
    threadRowId: new Uint32Array(0),
    observationId: new Uint32Array(0),
    count: new Float64Array(0),
  };
}

/** Memory of runtimes before anything was read. */
export function emptyMemoryColumns(): MemoryColumns {
  const none = new Float64Array(0);
  return {
    length: 0,
    processRowId: new Uint32Array(0),
    readAtMs: none,
    pssBytes: none,
    ussBytes: none,
    privateDirtyBytes: none,
    sharedCleanBytes: none,
    sharedDirtyBytes: none,
    anonymousBytes: none,
    swapBytes: none,
    earlierReadAtMs: none,
    earlierAnonymousBytes: none,
    earlierPrivateDirtyBytes: none,
    reason: new Uint8Array(0),
  };
}

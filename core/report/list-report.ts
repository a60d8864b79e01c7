import type { z } from "zod";
import type { FamilyFrame, Frame, RuntimeFrame } from "../frame/frame.ts";
import type { SharedSegmentFrame } from "../memory/shared-memory.ts";
import type { SessionHeader } from "../sample/raw-sample.ts";
import type { familySchema, listReportSchema, runtimeSchema } from "./list-schema.ts";
import {
  capabilitiesReport,
  hostReport,
  isoTime,
  messageReport,
  onsetReport,
  pythonReport,
  round,
  type Say,
  withReason,
} from "./parts.ts";
import { REPORT_SCHEMA_VERSION } from "./version.ts";

/** What `gilscope list --json` prints. */
export type ListReport = z.infer<typeof listReportSchema>;

/** Number of threads of a runtime that are known to be bound by the GIL. */
export function gilBoundThreads(frame: Frame, runtime: RuntimeFrame): number {
  let count = 0;
  for (let row = runtime.threadStart; row < runtime.threadStart + runtime.threadRows; row += 1) {
    if (frame.threads.gilBound[row] === 1) count += 1;
  }
  return count;
}

function runtimeReport(frame: Frame, runtime: RuntimeFrame): z.infer<typeof runtimeSchema> {
  return {
    pid: runtime.pid,
    parentPid: runtime.parentPid,
    startTime: isoTime(runtime.startedWallMs),
    name: runtime.name,
    commandLine: runtime.commandLine,
    userName: runtime.userName,
    python: pythonReport(runtime),
    family: runtime.familyId,
    role: runtime.role,
    startMethod: runtime.startMethod,
    windowSeconds: round(runtime.windowSeconds) ?? 0,
    ...withReason("cpuCores", runtime.cpuCores),
    ...withReason("demandCores", runtime.demandCores),
    ...withReason("lostCores", runtime.lostCores),
    ...withReason("rssBytes", runtime.rssBytes),
    ...withReason("pssBytes", runtime.pssBytes),
    ...withReason("ussBytes", runtime.ussBytes),
    ...withReason("swapBytes", runtime.memory.swapBytes),
    ...memoryAge(runtime),
    container: runtime.container,
    threadCount: runtime.threadCount,
    workingThreads: runtime.workingThreads,
    gilBoundThreads: gilBoundThreads(frame, runtime),
    verdict: runtime.verdict.id,
    basis: runtime.verdict.basis,
    confidence: round(runtime.verdict.confidence) ?? 0,
    onset: onsetReport(frame, runtime),
  };
}

function familyReport(
  family: FamilyFrame,
  pidOf: ReadonlyMap<number, number>,
  say: Say | null,
): z.infer<typeof familySchema> {
  return {
    id: family.id,
    name: family.name,
    kind: family.kind,
    startMethod: family.startMethod,
    ...withReason("cpuCores", family.cpuCores),
    ...withReason("lostCores", family.lostCores),
    ...withReason("demandCores", family.demandCores),
    allowedCores: round(family.allowedCores) ?? 0,
    ...withReason("pssBytes", family.pssBytes),
    unreadMembers: family.unreadRowIds.flatMap((rowId) => pidOf.get(rowId) ?? []),
    workers: family.workers,
    workersBusy: family.workersBusy,
    ...withReason("topWorkerRatio", family.topWorkerRatio),
    nativePools: family.pools.map((pool) => ({ ...pool })),
    verdict: family.verdict.id,
    basis: family.verdict.basis,
    summary: family.summary === null ? null : messageReport(family.summary, say),
    members: family.memberRowIds.flatMap((rowId) => pidOf.get(rowId) ?? []),
  };
}

function segmentReport(segment: SharedSegmentFrame): ListReport["sharedMemory"][number] {
  const { name, kind, sizeBytes, allocatedBytes, ageSeconds, pids, orphaned, orphanedReason } = segment;
  return {
    name,
    kind,
    sizeBytes,
    allocatedBytes,
    ageSeconds: ageSeconds === null ? null : round(ageSeconds),
    pids: [...pids],
    orphaned,
    ...(orphanedReason === null ? {} : { orphanedReason }),
  };
}

function memoryAge({ memory }: RuntimeFrame): { readonly memoryAgeSeconds?: number } {
  const age = memory.ageSeconds.known ? round(memory.ageSeconds.value) : null;
  return age === null ? {} : { memoryAgeSeconds: age };
}

function byLoss(a: RuntimeFrame, b: RuntimeFrame): number {
  const lost = (runtime: RuntimeFrame): number => (runtime.lostCores.known ? runtime.lostCores.value : -1);
  const cores = (runtime: RuntimeFrame): number => (runtime.cpuCores.known ? runtime.cpuCores.value : -1);
  return lost(b) - lost(a) || cores(b) - cores(a) || a.rowId - b.rowId;
}

/** Runtimes in the order a list shows them: most lost cores first, then most CPU. */
export function runtimesByLoss(frame: Frame): readonly RuntimeFrame[] {
  return [...frame.runtimes].sort(byLoss);
}

/** Every runtime of a frame once, as plain JSON. */
export function listReport(frame: Frame, header: SessionHeader, say: Say | null = null): ListReport {
  const pidOf = new Map(frame.runtimes.map((runtime) => [runtime.rowId, runtime.pid]));
  return {
    schemaVersion: REPORT_SCHEMA_VERSION,
    programVersion: header.programVersion,
    sampledAt: isoTime(frame.wallMs),
    windowSeconds: round(frame.windowSeconds) ?? 0,
    host: hostReport(header.host, frame.host),
    capabilities: capabilitiesReport(frame.capabilities),
    ...withReason("lostCores", frame.lostCores),
    runtimes: runtimesByLoss(frame).map((runtime) => runtimeReport(frame, runtime)),
    families: frame.families.map((family) => familyReport(family, pidOf, say)),
    sharedMemory: frame.sharedMemory.segments.map(segmentReport),
    ...(frame.sharedMemory.reason === null ? {} : { sharedMemoryReason: frame.sharedMemory.reason }),
  };
}

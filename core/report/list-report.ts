import { z } from "zod";
import type { FamilyFrame, Frame, RuntimeFrame } from "../frame.ts";
import type { SessionHeader } from "../raw-sample.ts";
import {
  basisSchema,
  capabilitiesReport,
  capabilitiesSchema,
  hostReport,
  hostSchema,
  isoTime,
  numberOrNull,
  pythonReport,
  pythonSchema,
  REPORT_SCHEMA_VERSION,
  reasonBeside,
  round,
  timeSchema,
  verdictSchema,
  withReason,
} from "./parts.ts";

const startMethodSchema = z.enum(["fork", "spawn", "forkserver"]).nullable();

const runtimeSchema = z.object({
  pid: z.number().int(),
  parentPid: z.number().int(),
  startTime: timeSchema,
  name: z.string(),
  commandLine: z.string().nullable(),
  userName: z.string(),
  python: pythonSchema,
  family: z.string().describe("Id of its family"),
  role: z.enum(["parent", "worker", "helper"]),
  startMethod: startMethodSchema,
  windowSeconds: z.number().describe("Seconds the figures cover"),
  cpuCores: numberOrNull,
  cpuCoresReason: reasonBeside,
  demandCores: numberOrNull,
  demandCoresReason: reasonBeside,
  lostCores: numberOrNull,
  lostCoresReason: reasonBeside,
  rssBytes: numberOrNull,
  rssBytesReason: reasonBeside,
  pssBytes: numberOrNull,
  pssBytesReason: reasonBeside,
  ussBytes: numberOrNull,
  ussBytesReason: reasonBeside,
  threadCount: z.number().int(),
  workingThreads: z.number().int(),
  gilBoundThreads: z.number().int(),
  verdict: verdictSchema,
  basis: basisSchema,
  confidence: z.number(),
});

const familySchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string().describe("The manager as its users call it: multiprocessing, gunicorn, tree, single …"),
  startMethod: startMethodSchema,
  cpuCores: numberOrNull,
  cpuCoresReason: reasonBeside,
  lostCores: numberOrNull,
  lostCoresReason: reasonBeside,
  pssBytes: numberOrNull,
  pssBytesReason: reasonBeside,
  verdict: verdictSchema,
  basis: basisSchema,
  members: z.array(z.number().int()).describe("Pids"),
});

/** What `gilscope list --json` prints. */
export const listReportSchema = z.object({
  schemaVersion: z.literal(REPORT_SCHEMA_VERSION),
  programVersion: z.string(),
  sampledAt: timeSchema,
  windowSeconds: z.number(),
  host: hostSchema,
  capabilities: capabilitiesSchema,
  lostCores: numberOrNull.describe("Of all runtimes together; not more than the machine has idle"),
  lostCoresReason: reasonBeside,
  runtimes: z.array(runtimeSchema),
  families: z.array(familySchema),
  sharedMemory: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      sizeBytes: z.number(),
      pids: z.array(z.number().int()),
      orphaned: z.boolean(),
    }),
  ),
  sharedMemoryReason: reasonBeside,
});

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
    threadCount: runtime.threadCount,
    workingThreads: runtime.workingThreads,
    gilBoundThreads: gilBoundThreads(frame, runtime),
    verdict: runtime.verdict.id,
    basis: runtime.verdict.basis,
    confidence: round(runtime.verdict.confidence) ?? 0,
  };
}

function familyReport(family: FamilyFrame, pidOf: ReadonlyMap<number, number>): z.infer<typeof familySchema> {
  return {
    id: family.id,
    name: family.name,
    kind: family.kind,
    startMethod: family.startMethod,
    ...withReason("cpuCores", family.cpuCores),
    ...withReason("lostCores", family.lostCores),
    ...withReason("pssBytes", family.pssBytes),
    verdict: family.verdict.id,
    basis: family.verdict.basis,
    members: family.memberRowIds.flatMap((rowId) => pidOf.get(rowId) ?? []),
  };
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
export function listReport(frame: Frame, header: SessionHeader): ListReport {
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
    families: frame.families.map((family) => familyReport(family, pidOf)),
    sharedMemory: [],
    sharedMemoryReason: "unsupported",
  };
}

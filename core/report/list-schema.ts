import { z } from "zod";
import {
  basisSchema,
  capabilitiesSchema,
  hostSchema,
  numberOrNull,
  pythonSchema,
  reasonBeside,
  timeSchema,
  verdictSchema,
} from "./schema-parts.ts";
import { REPORT_SCHEMA_VERSION } from "./version.ts";

const startMethodSchema = z.enum(["fork", "spawn", "forkserver"]).nullable();

export const runtimeSchema = z.object({
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

export const familySchema = z.object({
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

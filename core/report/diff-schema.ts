import * as z from "zod";
import { basisSchema, numberOrNull, timeSchema, verdictSchema } from "./schema-parts.ts";
import { REPORT_SCHEMA_VERSION } from "./version.ts";

export const changeSchema = z
  .object({
    before: numberOrNull,
    after: numberOrNull,
    difference: numberOrNull.describe("Null where either side is not known"),
  })
  .describe("Base units as in the key");

export const sideSchema = z.object({ pid: z.number().int(), verdict: verdictSchema, basis: basisSchema });

export const runtimeDiffSchema = z.object({
  name: z.string(),
  commandLine: z.string().nullable(),
  presence: z.enum(["both", "only-before", "only-after"]),
  before: sideSchema.nullable(),
  after: sideSchema.nullable(),
  verdictChanged: z.boolean(),
  cpuCores: changeSchema,
  demandCores: changeSchema,
  lostCores: changeSchema,
  scalingRatio: changeSchema.describe("Cores used of the cores wanted: 1 is perfect scaling"),
  gilHeldRatio: changeSchema,
  gilWaitThreads: changeSchema.describe("Threads that wait for the GIL at any time"),
  rssBytes: changeSchema,
  threadCount: changeSchema,
});

/** What `gilscope diff --json` prints. */
export const diffReportSchema = z.object({
  schemaVersion: z.literal(REPORT_SCHEMA_VERSION),
  before: z.object({ hostName: z.string(), sampledAt: timeSchema, windowSeconds: z.number() }),
  after: z.object({ hostName: z.string(), sampledAt: timeSchema, windowSeconds: z.number() }),
  lostCores: changeSchema.describe("Of all runtimes together"),
  runtimes: z.array(runtimeDiffSchema).describe("Matched by name and command line, not by pid; largest change first"),
});

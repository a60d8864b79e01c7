import * as z from "zod";
import { SNAPSHOT_FORMAT, SNAPSHOT_VERSION } from "../recording/snapshot.ts";
import { diagnoseReportSchema } from "./diagnose-schema.ts";
import { listReportSchema } from "./list-schema.ts";

/** A snapshot as readers of its JSON see it. */
export const snapshotSchema = z.object({
  format: z.literal(SNAPSHOT_FORMAT),
  schemaVersion: z.literal(SNAPSHOT_VERSION),
  programVersion: z.string(),
  redacted: z.boolean().describe("Whether what looked like a secret was replaced"),
  list: listReportSchema.describe("As `gilscope list --json` prints it"),
  diagnoses: z.array(diagnoseReportSchema).describe("One for each runtime, as `gilscope diagnose --json` prints it"),
  recording: z
    .array(z.record(z.string(), z.unknown()))
    .describe("Raw samples of the last minute; opening the file computes everything again from them"),
});

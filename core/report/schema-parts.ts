import * as z from "zod";
import { POOL_KINDS } from "../thread/native-pool.ts";
import { VERDICT_IDS } from "../verdict/verdict.ts";

const reasonSchema = z.enum(["denied", "gone", "unsupported", "not-yet"]);

/** Stands beside a null number as `<key>Reason`; missing beside a number. */
export const reasonBeside = reasonSchema
  .optional()
  .describe("Why the value beside it is null: no right to read it, ended, not offered here, or not known yet");

/** A number, or null with the reason beside it. */
export const numberOrNull = z.number().nullable();

/** A number under its key, or null with the reason beside it; the description says what it means. */
export function figure<Key extends string>(
  key: Key,
  description?: string,
): Readonly<Record<Key, typeof numberOrNull> & Record<`${Key}Reason`, typeof reasonBeside>> {
  return {
    [key]: description === undefined ? numberOrNull : numberOrNull.describe(description),
    [`${key}Reason`]: reasonBeside,
  } as Record<Key, typeof numberOrNull> & Record<`${Key}Reason`, typeof reasonBeside>;
}

/** Times are ISO 8601 in UTC. */
export const timeSchema = z.string().meta({ format: "date-time" });

export const verdictSchema = z.enum(VERDICT_IDS);
export const basisSchema = z
  .enum(["measured", "inferred", "suspected", "none"])
  .describe("GIL state read from memory, waits sampled, scheduler counters only, or nothing");

export const messageSchema = z.object({
  code: z.string(),
  parameters: z.record(z.string(), z.union([z.number(), z.string()]).nullable()),
  text: z.string().optional().describe("The sentence in English"),
});

export const pythonSchema = z.object({
  implementation: z.enum(["CPython", "PyPy", "unknown"]),
  version: z.string().nullable(),
  versionReason: reasonBeside,
  build: z.enum(["gil", "free-threaded"]).nullable(),
  buildReason: reasonBeside,
  gil: z.enum(["enabled", "disabled"]).nullable().describe("Whether a GIL is in force now"),
  gilReason: reasonBeside,
  virtualEnvironment: z.string().nullable().describe("Root folder; null when there is none"),
});

export const gilSchema = z.object({
  interpreterId: z.number(),
  enabled: z.boolean().nullable().describe("Null: an ordinary build, always on"),
  ...figure("heldRatio"),
  ...figure("heldStandardError"),
  ...figure("switchesPerSecond"),
  ...figure("intervalMs"),
});

export const onsetSchema = z
  .object({
    time: timeSchema,
    seconds: z.number().describe("From the onset to the end of the window"),
    earlier: z
      .boolean()
      .describe(
        "True: it may hold for longer; nothing earlier was seen, or it is more than the 60 s that are remembered",
      ),
  })
  .nullable()
  .describe("Since when the verdict holds; null while it is undetermined");

export const hostSchema = z.object({
  hostName: z.string(),
  operatingSystem: z.string(),
  kernel: z.string(),
  architecture: z.string(),
  cpuModel: z.string(),
  onlineCpus: z.number(),
  memoryBytes: z.number().nullable(),
  memoryAvailableBytes: z.number().nullable(),
  ...figure("busyCores"),
  ...figure("idleCores"),
});

export const capabilitiesSchema = z.record(
  z.string(),
  z.object({
    available: z.boolean(),
    reason: reasonSchema.nullable(),
    obstacle: z.string().nullable().describe("What stands in the way, for example yama-scope-1"),
  }),
);

export const poolsSchema = z
  .array(z.object({ kind: z.enum(POOL_KINDS), threads: z.number().int() }))
  .describe("Threads of native libraries that could be told from Python's own");

export const containerSchema = z
  .object({ runtime: z.string(), id: z.string() })
  .nullable()
  .describe("Null outside of containers and where the control group does not tell");

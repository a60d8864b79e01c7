import * as z from "zod";
import { THREAD_STATES } from "../thread/thread-state.ts";
import {
  basisSchema,
  containerSchema,
  figure,
  gilSchema,
  hostSchema,
  messageSchema,
  onsetSchema,
  poolsSchema,
  pythonSchema,
  reasonBeside,
  timeSchema,
  verdictSchema,
} from "./schema-parts.ts";
import { REPORT_SCHEMA_VERSION } from "./version.ts";

const statesSchema = z.record(z.enum(THREAD_STATES), z.number()).describe("Shares of the thread's time; they sum to 1");

export const threadSchema = z.object({
  tid: z.number().int(),
  name: z.string(),
  ...figure("cpuCores"),
  ...figure("switchesPerSecond"),
  gilBound: z.boolean().nullable().describe("Waits for the GIL at least a quarter of the time it wants to run"),
  gilBoundReason: reasonBeside,
  states: statesSchema,
});

const watchedSchema = z.object({
  seconds: z.number().describe("Seconds from the start of the command to its end, or as long as was asked for"),
  verdictSeconds: z.partialRecord(verdictSchema, z.number()).describe("Seconds each verdict held"),
});

/** Of a command that was started and watched: for how long, and how long each verdict held. */
export type WatchedReport = z.infer<typeof watchedSchema>;

const shareSchema = z.number().describe("Share of the moments seen");

const threadPlaceSchema = z.object({
  tid: z.number().int().nullable().describe("Null: it has ended, or is not known"),
  name: z.string(),
});

const functionPlaceSchema = z.object({
  functionName: z.string(),
  file: z.string(),
  line: z.number().int().describe("Where it was seen last"),
});

const holdersSchema = z
  .object({
    whileOthersWaited: z
      .boolean()
      .describe("True: of moments in which others waited for the GIL. False: of all moments in which it was held"),
    moments: z.number().int().describe("Moments seen; 0: nothing is known"),
    threads: z.array(threadPlaceSchema.extend({ ratio: shareSchema })),
    functions: z.array(functionPlaceSchema.extend({ ratio: shareSchema })),
    places: z.array(
      z.object({ thread: threadPlaceSchema, function: functionPlaceSchema.nullable(), ratio: shareSchema }),
    ),
  })
  .describe("Who held the GIL, most first: by thread, by function, and by both");

export const memorySchema = z
  .object({
    ...figure("privateDirtyBytes"),
    ...figure("sharedCleanBytes"),
    ...figure("sharedDirtyBytes"),
    ...figure("swapBytes"),
    ageSeconds: z.number().optional().describe("How long before the sample it was read"),
    copyOnWrite: z
      .object({
        sharedBytes: z.number(),
        anonymousBytes: z.number(),
        ...figure("unsharedBytesPerSecond"),
      })
      .nullable()
      .describe("Of a forked process: what it still shares of its memory without files"),
    split: z
      .object({
        pythonHeapBytes: z.number(),
        nativeHeapBytes: z.number(),
        anonymousBytes: z.number(),
        stackBytes: z.number(),
        fileBytes: z.number(),
        sharedBytes: z.number(),
      })
      .nullable()
      .describe("Where its memory lies, proportional shares"),
    limit: z
      .object({
        cgroupPath: z.string(),
        limitBytes: z.number(),
        usedBytes: z.number(),
        usedRatio: z.number().nullable(),
        stalledRatio: z.number().nullable(),
        limitHits: z.number(),
      })
      .nullable(),
  })
  .describe("Read from memory maps now and then");

/** What `gilscope diagnose --json` prints. */
export const diagnoseReportSchema = z.object({
  schemaVersion: z.literal(REPORT_SCHEMA_VERSION),
  programVersion: z.string(),
  sampledAt: timeSchema,
  pid: z.number().int(),
  startTime: timeSchema,
  name: z.string(),
  commandLine: z.string().nullable(),
  userName: z.string(),
  python: pythonSchema,
  host: hostSchema,
  verdict: verdictSchema,
  basis: basisSchema,
  confidence: z.number(),
  headline: messageSchema,
  onset: onsetSchema,
  windowSeconds: z.number(),
  ...figure("cpuCores"),
  ...figure("demandCores"),
  allowedCores: z.number(),
  ...figure("potentialCores"),
  ...figure("lostCores"),
  limit: z
    .object({
      kind: z.enum(["affinity", "quota"]),
      cores: z.number(),
      cgroupPath: z.string().nullable(),
      throttledRatio: z.number().nullable(),
    })
    .nullable(),
  ...figure("rssBytes"),
  ...figure("pssBytes"),
  ...figure("ussBytes"),
  memory: memorySchema,
  container: containerSchema,
  nativePools: poolsSchema,
  family: z.object({ id: z.string(), members: z.number().int(), summary: messageSchema.nullable() }).nullable(),
  ...figure("gilHeldRatio"),
  gils: z.array(gilSchema),
  gilVerdicts: z
    .array(
      z.object({
        interpreterId: z.number(),
        verdict: verdictSchema,
        basis: basisSchema,
        confidence: z.number(),
        headline: messageSchema,
        threadCount: z.number().int().describe("Threads that were seen using this GIL"),
        ...figure("cpuCores"),
        ...figure("heldRatio"),
        ...figure("gilWaitThreads", "Threads that wait for this GIL at any time"),
      }),
    )
    .describe("One for each GIL where there are several, else empty"),
  holders: holdersSchema,
  threads: z.array(threadSchema),
  ...figure("exitedThreadCores"),
  furtherCauses: z.array(z.object({ verdict: verdictSchema, message: messageSchema })),
  evidence: z.array(messageSchema),
  advice: z.array(messageSchema),
  probe: z.object({
    passes: z.number(),
    rateHz: z.number(),
    lateRatio: z
      .number()
      .optional()
      .describe("Share of the passes that came more than a millisecond late; absent without any"),
    obstacle: z.string().nullable().describe("Why a better rung of evidence is out of reach"),
  }),
  watched: watchedSchema.optional(),
});

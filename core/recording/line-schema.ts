import * as z from "zod";
import type { ProbeTarget } from "../probe/probe-plan.ts";
import { CAPABILITY_IDS, type Capability } from "../sample/capabilities.ts";
import type {
  CgroupSample,
  GilHolding,
  HostFacts,
  Observation,
  OwnCost,
  ProcessDetail,
  RawGil,
  RuntimeProbe,
  SessionHeader,
  ThreadDetail,
} from "../sample/raw-sample.ts";
import { MOST_STACK_FRAMES } from "../sample/thread-stack.ts";
import { containerSchema, sharedMemorySchema } from "./memory-lines.ts";

const MAX_ITEMS = 200_000;

/** JSON writes NaN as null. */
const number = z.union([z.number(), z.null().transform(() => Number.NaN)]);
const whole = z
  .number()
  .int()
  .min(-(2 ** 53))
  .max(2 ** 53);
const rowId = z
  .number()
  .int()
  .min(0)
  .max(2 ** 32 - 1);
const text = z.string().max(65_536);
const absentReason = z.enum(["denied", "gone", "unsupported", "not-yet"]);
const absentReading = z.object({ known: z.literal(false), reason: absentReason });
const textReading = z.union([z.object({ known: z.literal(true), value: text }), absentReading]);

const host: z.ZodType<HostFacts> = z.object({
  hostName: text,
  operatingSystem: text,
  kernel: text,
  architecture: text,
  cpuModel: text,
  onlineCpus: z.number().int().min(1).max(65_536),
  memoryBytes: number,
  pageBytes: number,
  clockTicksPerSecond: z.number().positive(),
  bootWallMs: number,
});

/** What all samples of a file have in common. */
export const sessionHeaderSchema: z.ZodType<SessionHeader> = z.object({
  host,
  provider: text,
  programVersion: text,
  startedWallMs: number,
  intervalMs: number,
});

const processDetail: z.ZodType<ProcessDetail> = z.object({
  rowId,
  comm: text,
  commandLine: z.union([z.object({ known: z.literal(true), value: z.array(text).max(65_536) }), absentReading]),
  executablePath: textReading,
  workingDirectory: textReading,
  userId: number,
  userName: text,
  python: z
    .object({
      implementation: z.enum(["CPython", "PyPy", "unknown"]),
      version: text.nullable(),
      build: z.enum(["gil", "free-threaded"]).nullable(),
      recognisedBy: z.enum(["name", "library", "section", "symbol"]),
      virtualEnvironment: text.nullable(),
      nativeLibraries: z.array(text).max(4096),
      extensionPackages: z.array(text).max(4096).exactOptional(),
    })
    .nullable(),
  cgroupPath: text.nullable(),
  memoryCgroupPath: text.exactOptional(),
  container: containerSchema.exactOptional(),
  probeObstacle: text.exactOptional(),
  allowedCpus: z.number().nullable(),
  probeRight: z.union([z.object({ known: z.literal(true), value: z.literal(true) }), absentReading]),
  firstParent: z.object({ rowId, pid: whole, startTicks: number }).exactOptional(),
  processGroup: whole.exactOptional(),
});

const threadDetail: z.ZodType<ThreadDetail> = z
  .object({ rowId, comm: text, pythonName: text.optional() })
  .transform(({ pythonName, ...detail }) => (pythonName === undefined ? detail : { ...detail, pythonName }));

const cgroup: z.ZodType<CgroupSample> = z.object({
  path: text,
  quotaCores: number,
  periods: number,
  throttledPeriods: number,
  throttledSeconds: number,
  usageSeconds: number,
});

const observation: z.ZodType<Observation> = z.object({
  kind: z.enum(["running", "syscall", "blocked", "wchan", "gone"]),
  syscall: whole,
  futexOperation: whole,
  timed: z.boolean(),
  region: z.enum(["runtime-data", "heap", "anonymous", "shared", "stack", "other", "none"]),
  offset: number,
  waitChannel: text,
});

const probe: z.ZodType<RuntimeProbe> = z.object({
  processRowId: rowId,
  rung: z.enum(["wchan", "futex", "memory"]),
  obstacle: text.nullable(),
  rateHz: number,
  passes: number,
  lateness: z
    .array(number)
    .max(64)
    .transform((counts) => Float64Array.from(counts)),
});

const holding: z.ZodType<GilHolding> = z.object({
  threadRowId: rowId,
  functionName: text,
  file: text,
  line: whole,
  samples: number,
  whileWaited: number,
});

const gil: z.ZodType<RawGil> = z
  .object({
    processRowId: rowId,
    interpreterId: whole,
    enabled: z.boolean().nullable(),
    intervalMs: number,
    switches: number,
    samples: number,
    heldSamples: number,
    heldByThread: z.array(z.object({ threadRowId: rowId, samples: number, runningSamples: number })).max(MAX_ITEMS),
    batchSum: number,
    batchSumOfSquares: number,
    batches: number,
    holdings: z.array(holding).max(MAX_ITEMS).optional(),
  })
  .transform(({ holdings, ...gil }) => (holdings === undefined ? gil : { ...gil, holdings }));

const target: z.ZodType<ProbeTarget> = z.object({
  processRowId: rowId,
  pid: whole,
  startTicks: number,
  rateHz: number,
  threadRowIds: z.array(rowId).max(MAX_ITEMS),
  tids: z.array(whole).max(MAX_ITEMS),
  restingThreadRowIds: z.array(rowId).max(MAX_ITEMS),
  restingTids: z.array(whole).max(MAX_ITEMS),
});

const capability: z.ZodType<Capability> = z.object({
  id: z.enum(CAPABILITY_IDS),
  available: z.boolean(),
  reason: absentReason.nullable(),
  obstacle: text.nullable(),
});

const ownCost: z.ZodType<OwnCost> = z.object({ cpuSeconds: number, samplerCpuSeconds: number, rssBytes: number });

const listPatch = z.object({
  n: z.number().int().min(0).max(MAX_ITEMS),
  c: z.array(z.tuple([z.number().int().min(0), z.unknown()])).max(MAX_ITEMS),
});

/** Thread, whether it collects garbage, and of each frame, innermost first, the places of function and file in the table of texts, and the line. */
const stack = z.tuple([
  rowId,
  z.union([z.literal(0), z.literal(1), z.null()]),
  z.array(z.union([whole, z.null()])).max(3 * MOST_STACK_FRAMES),
]);

/** Everything of a line but its tables, which are checked as they are applied. */
export const lineSchema = z.object({
  k: z.literal(1).optional(),
  q: whole,
  m: z.number(),
  w: z.number(),
  h: z.tuple([number, number, number, number]),
  u: z.unknown().optional(),
  p: z.unknown().optional(),
  t: z.unknown().optional(),
  c: z.unknown().optional(),
  pd: z.array(processDetail).max(MAX_ITEMS).optional(),
  pn: z.array(rowId).max(MAX_ITEMS).optional(),
  td: z.array(threadDetail).max(MAX_ITEMS).optional(),
  tn: z.array(rowId).max(MAX_ITEMS).optional(),
  ob: z.tuple([z.number().int().min(0), z.array(observation).max(MAX_ITEMS)]).optional(),
  cg: listPatch.optional(),
  pr: listPatch.optional(),
  gi: listPatch.optional(),
  sn: z.array(text).max(MAX_ITEMS).optional(),
  sk: listPatch.optional(),
  sa: z.array(z.number()).max(MAX_ITEMS).optional(),
  pl: listPatch.optional(),
  ca: listPatch.optional(),
  oc: ownCost.optional(),
  me: z.unknown().optional(),
  ms: z.union([z.literal(0), listPatch]).optional(),
  mg: z.union([z.literal(0), listPatch]).optional(),
  sm: z.union([z.literal(0), sharedMemorySchema]).optional(),
});

/** Items of the lists a line patches. */
export const itemSchemas = { cgroup, probe, gil, stack, target, capability } as const;

/** First line of a recording: format and version first, so that a newer file is known as such. */
export const headerLineSchema = z.object({ format: z.string(), version: z.number() });

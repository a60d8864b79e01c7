import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { VERDICT_IDS } from "../../core/verdict/verdict.ts";

const verdictId = z.enum(VERDICT_IDS);

/** Who measured, where, and with what. Nothing in it names a machine or a person. */
const sessionSchema = z.object({
  kind: z.literal("session"),
  command: z.string(),
  date: z.string(),
  version: z.string(),
  node: z.string(),
  kernel: z.string(),
  cpuModel: z.string(),
  cpus: z.number(),
  memoryBytes: z.number(),
});

const trialSchema = z.object({
  kind: z.literal("trial"),
  name: z.string(),
  program: z.string(),
  split: z.enum(["tune", "report"]),
  python: z.string(),
  condition: z.enum(["quiet", "load"]),
  rights: z.enum(["full", "none"]),
  run: z.number(),
  /** The author's label. */
  declared: verdictId,
  /** The label by independent counters under the conditions that were met. */
  label: verdictId,
  /** Every verdict that the uncertainty of those counters leaves right. */
  accepted: z.array(verdictId),
  /** What was said after five seconds; null when the program was never seen. */
  said: verdictId.nullable(),
  outcome: z.enum(["right", "wrong", "undetermined"]),
  basis: z.string(),
  confidence: z.number(),
  sentence: z.string(),
  /** What stood behind it and how long it had looked, where it was not right. */
  evidence: z.array(z.string()).optional(),
  windowSeconds: z.number().optional(),
  /** Seconds from the program's sign that it had begun; null when there was no right verdict. */
  firstRightSeconds: z.number().nullable(),
  stableSeconds: z.number().nullable(),
  /** Cores that everything but the program and its children used meanwhile. */
  othersCores: z.number(),
});

const heldSchema = z.object({
  kind: z.literal("held"),
  python: z.string(),
  condition: z.enum(["quiet", "load"]),
  duty: z.number(),
  periodMs: z.number(),
  who: z.string(),
  rateHz: z.number(),
  /** Share of the time the GIL was held by the program's own books, and as it was measured. */
  truth: z.number(),
  measured: z.number(),
  standardError: z.number().nullable(),
});

const slowdownSchema = z.object({
  kind: z.literal("slowdown"),
  python: z.string(),
  work: z.string(),
  who: z.string(),
  rateHz: z.number(),
  pairs: z.number(),
  /** Mean of what a unit of work takes longer with the probe than without, as a ratio, and the ends of its 95 % interval. */
  mean: z.number(),
  low: z.number(),
  high: z.number(),
  /** Cores the prober itself used while on. */
  proberCores: z.number().nullable(),
  /** Passes per second it really made while on. */
  achievedHz: z.number().nullable(),
});

/** One line of a results file. */
const resultSchema = z.discriminatedUnion("kind", [
  sessionSchema,
  trialSchema,
  heldSchema,
  slowdownSchema,
  z.object({ kind: z.literal("skipped"), what: z.string(), reason: z.string() }),
]);

export type Session = z.infer<typeof sessionSchema>;
/** What was said of one program, and its children, in one run. */
export type TrialResult = z.infer<typeof trialSchema>;
export type HeldResult = z.infer<typeof heldSchema>;
export type SlowdownResult = z.infer<typeof slowdownSchema>;
export type Result = z.infer<typeof resultSchema>;

/** Reads the whole lines of a results file; a last one that was cut short is left out. Throws on a line that is not a result. */
export function parseResults(text: string): readonly Result[] {
  const lines = wholeLines(text).split("\n");
  return lines.filter((line) => line !== "").map((line) => resultSchema.parse(JSON.parse(line)));
}

function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf("\n") + 1);
}

/** Reads a results file and cuts a torn last line off it, so that more can be appended. */
export function reopenResults(path: string): readonly Result[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, "utf8");
  const whole = wholeLines(text);
  if (whole !== text) writeFileSync(path, whole);
  return parseResults(whole);
}

/** Says that something was not measured, and why. */
export type Skip = (what: string, reason: string) => void;

/** Adds to a results file. */
export interface Recorder {
  /** Appends one result at once, so that an interrupted run keeps what it got. */
  readonly record: (result: Result) => void;
  /** Records, and prints, that something was not measured. */
  readonly skip: Skip;
}

/** Adds to the results file at a path. */
export function recorderTo(path: string): Recorder {
  const record = (result: Result): void => {
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, `${JSON.stringify(result)}\n`);
  };
  const skip: Skip = (what, reason) => {
    console.log(`skipped ${what}: ${reason}`);
    record({ kind: "skipped", what, reason });
  };
  return { record, skip };
}

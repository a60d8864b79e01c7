import { z } from "zod";
import type { Capabilities } from "../capabilities.ts";
import type { GilFrame, RuntimeFrame } from "../frame.ts";
import type { Message } from "../message.ts";
import type { HostFacts } from "../raw-sample.ts";
import { type AbsentReason, type Reading, reasonOrNull, valueOrNull } from "../reading.ts";
import { VERDICT_IDS } from "../verdict.ts";

/** Version of the JSON that `list` and `diagnose` print. It grows when a key goes or changes its meaning, not when one is added. */
export const REPORT_SCHEMA_VERSION = 1;

/** Words for a message; with them reports carry sentences beside the codes. */
export type Say = (message: Message) => string;

const reasonSchema = z.enum(["denied", "gone", "unsupported", "not-yet"]);

/** A number, or null with the reason beside it. */
export const numberOrNull = z.number().nullable();
/** Stands beside a null number as `<key>Reason`; missing beside a number. */
export const reasonBeside = reasonSchema
  .optional()
  .describe("Why the value beside it is null: no right to read it, ended, not offered here, or not known yet");

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
  heldRatio: numberOrNull,
  heldRatioReason: reasonBeside,
  heldStandardError: numberOrNull,
  heldStandardErrorReason: reasonBeside,
  switchesPerSecond: numberOrNull,
  switchesPerSecondReason: reasonBeside,
  intervalMs: numberOrNull,
  intervalMsReason: reasonBeside,
});

export const hostSchema = z.object({
  hostName: z.string(),
  operatingSystem: z.string(),
  kernel: z.string(),
  architecture: z.string(),
  cpuModel: z.string(),
  onlineCpus: z.number(),
  memoryBytes: z.number().nullable(),
  memoryAvailableBytes: z.number().nullable(),
  busyCores: numberOrNull,
  busyCoresReason: reasonBeside,
  idleCores: numberOrNull,
  idleCoresReason: reasonBeside,
});

export const capabilitiesSchema = z.record(
  z.string(),
  z.object({
    available: z.boolean(),
    reason: reasonSchema.nullable(),
    obstacle: z.string().nullable().describe("What stands in the way, for example yama-scope-1"),
  }),
);

/** Rounds to millionths, which is finer than any clock behind a figure; null for what is no number. */
export function round(value: number): number | null {
  return Number.isFinite(value) ? Math.round(value * 1e6) / 1e6 : null;
}

/** A reading under its key; when it is not known, null with the reason beside it. */
export function withReason<Key extends string>(
  key: Key,
  reading: Reading,
): { readonly [K in Key]: number | null } & { readonly [K in `${Key}Reason`]?: AbsentReason } {
  const value = valueOrNull(reading);
  const rounded = value === null ? null : round(value);
  return {
    [key]: rounded,
    ...(rounded === null ? { [`${key}Reason`]: reasonOrNull(reading) ?? "unsupported" } : {}),
  } as { readonly [K in Key]: number | null } & { readonly [K in `${Key}Reason`]?: AbsentReason };
}

/** A time as ISO 8601; a damaged one as the epoch. */
export function isoTime(wallMs: number): string {
  return new Date(Math.abs(wallMs) <= 8.64e15 ? Math.round(wallMs) : 0).toISOString();
}

export function messageReport(message: Message, say: Say | null): z.infer<typeof messageSchema> {
  return {
    code: message.code,
    parameters: { ...message.parameters },
    ...(say === null ? {} : { text: say(message) }),
  };
}

export function pythonReport({ python, gils }: RuntimeFrame): z.infer<typeof pythonSchema> {
  const notYet = "not-yet" as const;
  const enabled = gils.map((gil) => gil.enabled).find((value) => value !== null);
  const gil =
    enabled !== undefined ? (enabled ? "enabled" : "disabled") : python.build === "gil" ? ("enabled" as const) : null;
  return {
    implementation: python.implementation,
    version: python.version,
    ...(python.version === null ? { versionReason: notYet } : {}),
    build: python.build,
    ...(python.build === null ? { buildReason: notYet } : {}),
    gil,
    ...(gil === null ? { gilReason: notYet } : {}),
    virtualEnvironment: python.virtualEnvironment,
  };
}

export function gilReport(gil: GilFrame): z.infer<typeof gilSchema> {
  return {
    interpreterId: gil.interpreterId,
    enabled: gil.enabled,
    ...withReason("heldRatio", gil.heldRatio),
    ...withReason("heldStandardError", gil.heldStandardError),
    ...withReason("switchesPerSecond", gil.switchesPerSecond),
    ...withReason("intervalMs", gil.intervalMs),
  };
}

export function hostReport(
  facts: HostFacts,
  frame: { readonly busyCores: Reading; readonly idleCores: Reading; readonly memoryAvailableBytes: number },
): z.infer<typeof hostSchema> {
  return {
    hostName: facts.hostName,
    operatingSystem: facts.operatingSystem,
    kernel: facts.kernel,
    architecture: facts.architecture,
    cpuModel: facts.cpuModel,
    onlineCpus: facts.onlineCpus,
    memoryBytes: round(facts.memoryBytes),
    memoryAvailableBytes: round(frame.memoryAvailableBytes),
    ...withReason("busyCores", frame.busyCores),
    ...withReason("idleCores", frame.idleCores),
  };
}

export function capabilitiesReport(capabilities: Capabilities): z.infer<typeof capabilitiesSchema> {
  return Object.fromEntries(
    capabilities.map(({ id, available, reason, obstacle }) => [id, { available, reason, obstacle }]),
  );
}

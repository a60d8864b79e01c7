import type { z } from "zod";
import type { Frame, GilFrame, RuntimeFrame } from "../frame/frame.ts";
import type { Capabilities } from "../sample/capabilities.ts";
import type { HostFacts } from "../sample/raw-sample.ts";
import { type AbsentReason, type Reading, reasonOrNull, valueOrNull } from "../sample/reading.ts";
import type { Message } from "../verdict/message.ts";
import type {
  capabilitiesSchema,
  gilSchema,
  hostSchema,
  messageSchema,
  onsetSchema,
  pythonSchema,
} from "./schema-parts.ts";

/** Words for a message; with them reports carry sentences beside the codes. */
export type Say = (message: Message) => string;

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

/** Since when the verdict holds; null while it is undetermined. */
export function onsetReport(frame: Frame, runtime: RuntimeFrame): z.infer<typeof onsetSchema> {
  const { onsetWallMs, onsetEarlier } = runtime;
  if (onsetWallMs === null) return null;
  return {
    time: isoTime(onsetWallMs),
    seconds: round(Math.max(0, frame.wallMs - onsetWallMs) / 1000) ?? 0,
    earlier: onsetEarlier,
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

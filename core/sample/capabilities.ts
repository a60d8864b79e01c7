import type { AbsentReason } from "./reading.ts";

/** What a provider can know here, on this operating system and with these rights; in this order everywhere. */
export const CAPABILITY_IDS = [
  "processTable",
  "threadTable",
  "threadCpu",
  "runQueueWait",
  "futexProbe",
  "gilMemory",
  "cgroupLimits",
  "otherUsers",
  "wholeMachine",
] as const;

/** One of them. */
export type CapabilityId = (typeof CAPABILITY_IDS)[number];

/** One capability: there, or missing for a reason, with what would grant it. */
export interface Capability {
  readonly id: CapabilityId;
  readonly available: boolean;
  /** Why it is missing; null when it is available. */
  readonly reason: AbsentReason | null;
  /** Machine-readable detail of what stands in the way, worded by `words/`, for example `yama-scope-1`, `no-proc`, `schedstat-zero`, `not-root`; null when available. */
  readonly obstacle: string | null;
}

/** Every capability of the provider in force, in a fixed order. */
export type Capabilities = readonly Capability[];

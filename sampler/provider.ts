import type { Attention } from "../core/probe/probe-plan.ts";
import type { HostFacts, RawSample } from "../core/sample/raw-sample.ts";

/** Which threads a session reads: those of Python runtimes, or those of every process. */
export type ThreadScope = "runtimes" | "all";

/** What the operating system's tables say at one moment: the part of a raw sample that a provider reads. */
export type TableSample = Pick<
  RawSample,
  | "monotonicMs"
  | "wallMs"
  | "host"
  | "processes"
  | "threads"
  | "processDetails"
  | "threadDetails"
  | "cgroups"
  | "memoryGroups"
  | "capabilities"
>;

/** Clocks, passed in so that tests can hold them still. */
export interface Clock {
  /** Monotonic milliseconds with a fraction. */
  monotonicMs(): number;
  /** Epoch milliseconds. */
  wallMs(): number;
}

/** One operating system's way of reading its tables. */
export interface Provider {
  /** `linux`, `portable` or `unsupported`; stands in the session header. */
  readonly id: string;
  /** Facts that do not change while the program runs. */
  hostFacts(): HostFacts;
  /**
   * Reads the tables once. Never throws for what the machine does (processes that vanish, files that are denied):
   * such rows are missing or say why.
   */
  read(attention: Attention): TableSample | Promise<TableSample>;
  /** Closes every file that is kept open. */
  close(): void;
}

/** Providers by name. */
export type ProviderId = "linux" | "portable" | "unsupported";

/** The provider for an operating system as `process.platform` names it. */
export function providerFor(platform: string): ProviderId {
  if (platform === "linux") return "linux";
  if (platform === "darwin" || platform === "win32" || platform === "freebsd") return "portable";
  return "unsupported";
}

/** Signals that can be sent to a runtime. */
export const ACT_SIGNALS = ["SIGINT", "SIGTERM", "SIGKILL", "SIGSTOP", "SIGCONT"] as const;

/** One of them. */
export type ActSignal = (typeof ACT_SIGNALS)[number];

/** Nice values to choose from: 19 gives way to everything, 0 is usual, negative ones need a right. */
export const NICE_VALUES = [19, 10, 0, -5] as const;

/** Highest CPU number that can be asked for. */
export const HIGHEST_CPU = 4095;

/** Something done to a runtime on a user's explicit wish. */
export type Action =
  | { readonly kind: "signal"; readonly signal: ActSignal }
  /** Priority of all its threads. */
  | { readonly kind: "nice"; readonly nice: number }
  /** CPUs that all its threads may run on, ascending, at least one. */
  | { readonly kind: "affinity"; readonly cpus: readonly number[] };

/** Which runtime: a row of the live session together with its identity, all of which must agree. */
export interface ActTarget {
  readonly processRowId: number;
  readonly pid: number;
  /** Start time in clock ticks since boot; a pid alone is never an identity. */
  readonly startTicks: number;
}

/** Why an action was not done. */
export const ACT_REFUSALS = [
  /** This viewer may not act. */
  "not-allowed",
  /** The newest frame has no such runtime: it ended, or it is no Python. */
  "not-a-runtime",
  /** It is Gilscope itself. */
  "own-process",
  /** The process with this pid is another one by now, or none. */
  "gone",
  /** The system forbids it. */
  "denied",
  /** Not on this system, or a program for it is missing. */
  "unsupported",
  /** None of the CPUs can be used. */
  "no-such-cpu",
  /** The system refused for another reason. */
  "failed",
] as const;

/** One of them. */
export type ActRefusal = (typeof ACT_REFUSALS)[number];

/** How an action ended. */
export type ActOutcome = { readonly state: "done" } | { readonly state: "refused"; readonly refusal: ActRefusal };

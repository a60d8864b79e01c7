import type { ThreadState } from "../core/thread-state.ts";
import type { Basis, VerdictId } from "../core/verdict.ts";

/** Verdicts as they stand on chips and in the list. */
export const VERDICT_LABELS: Readonly<Record<VerdictId, string>> = {
  "gil-bound": "GIL-bound",
  "lock-bound": "Lock-bound",
  "cpu-starved": "CPU-starved",
  oversubscribed: "Oversubscribed",
  "quota-limited": "Quota-limited",
  parallel: "Parallel",
  "single-threaded": "Single-threaded",
  "io-bound": "I/O-bound",
  idle: "Idle",
  undetermined: "Undetermined",
};

/** Thread states as the legend names them. */
export const STATE_LABELS: Readonly<Record<ThreadState, string>> = {
  gilRun: "runs, holds the GIL",
  nativeRun: "runs without the GIL",
  run: "runs",
  gilWait: "waits for the GIL",
  gilHeldBlocked: "blocked, holds the GIL",
  cpuWait: "waits for a CPU",
  threadWait: "waits for a thread or lock",
  ioWait: "waits for I/O",
  sleep: "sleeps",
  stopped: "stopped",
  unknown: "not known",
};

/** What a verdict stands on. */
export const BASIS_LABELS: Readonly<Record<Basis, string>> = {
  measured: "Measured: GIL state read",
  inferred: "Inferred from what threads wait for",
  suspected: "Suspected from scheduler counters",
  none: "No basis yet",
};

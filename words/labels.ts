import type { Role, StartMethod } from "../core/frame/frame.ts";
import type { PoolKind } from "../core/thread/native-pool.ts";
import type { ThreadState } from "../core/thread/thread-state.ts";
import type { Basis, VerdictId } from "../core/verdict/verdict.ts";

/** Verdicts as they stand on chips, in lists and in tables. */
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

/** Thread states as legends and tables name them. */
export const STATE_LABELS: Readonly<Record<ThreadState, string>> = {
  gilRun: "runs, holds the GIL",
  nativeRun: "runs without the GIL",
  run: "runs",
  gilWait: "waits for the GIL",
  gilHeldBlocked: "blocked, holds the GIL",
  cpuWait: "waits for a CPU",
  threadWait: "waits for another thread",
  ioWait: "waits for I/O",
  sleep: "sleeps",
  stopped: "stopped",
  unknown: "not known",
};

/** What a verdict stands on. */
export const BASIS_LABELS: Readonly<Record<Basis, string>> = {
  measured: "Measured: the GIL was read",
  inferred: "Inferred from what threads wait for",
  suspected: "Suspected from scheduler counters",
  none: "No basis yet",
};

/** The part a runtime plays in its family. */
export const ROLE_LABELS: Readonly<Record<Role, string>> = { parent: "parent", worker: "worker", helper: "helper" };

/** How a family's workers came to be. */
export const START_METHOD_LABELS: Readonly<Record<StartMethod, string>> = {
  fork: "forked",
  spawn: "spawned",
  forkserver: "from a fork server",
};

/** Native thread pools as tables and sentences name them. */
export const POOL_LABELS: Readonly<Record<PoolKind, string>> = {
  openblas: "OpenBLAS",
  mkl: "MKL",
  openmp: "OpenMP",
  tbb: "TBB",
  arrow: "Arrow",
  rayon: "Rayon",
  grpc: "gRPC",
  torch: "PyTorch",
  tensorflow: "TensorFlow",
  cuda: "CUDA",
  tokio: "Tokio",
};

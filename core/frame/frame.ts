import type { Capabilities } from "../sample/capabilities.ts";
import type { PythonFacts } from "../sample/raw-sample.ts";
import type { AbsentReason, Reading } from "../sample/reading.ts";
import type { Verdict } from "../verdict/verdict.ts";

/** What part a runtime plays in its family. */
export type Role = "parent" | "worker" | "helper";

/** How a worker came to be; null when that does not apply. */
export type StartMethod = "fork" | "spawn" | "forkserver";

/** The whole machine over the window. */
export interface HostFrame {
  readonly onlineCpus: number;
  readonly busyCores: Reading;
  /** Online CPUs less busy and stolen cores. */
  readonly idleCores: Reading;
  readonly busyCoresByCpu: Float32Array;
  readonly memoryBytes: number;
  readonly memoryAvailableBytes: number;
}

/** Threads of all runtimes over the window, column by column; the rows of one runtime stand together. */
export interface ThreadFrameColumns {
  readonly length: number;
  readonly rowId: Uint32Array;
  readonly tid: Int32Array;
  readonly names: readonly string[];
  /** Cores used over the window; NaN when not known. */
  readonly cpuCores: Float32Array;
  /** Returns to a CPU per second; NaN when not known. */
  readonly switchesPerSecond: Float32Array;
  /** Shares of the thread's time in each state, `THREAD_STATE_COUNT` numbers per row, in the order of `THREAD_STATES`; each row sums to 1. */
  readonly states: Float32Array;
  /** 1: waits for the GIL at least a quarter of the time it wants to run; 0: does not; 2: not known (`gilBoundReason`). */
  readonly gilBound: Uint8Array;
  /** Why `gilBound` is not known, null where it is. */
  readonly gilBoundReason: readonly (AbsentReason | null)[];
  /** Observations of the probe in the window. */
  readonly observations: Uint32Array;
}

/** One GIL over the window. */
export interface GilFrame {
  readonly interpreterId: number;
  readonly enabled: boolean | null;
  readonly heldRatio: Reading;
  readonly heldStandardError: Reading;
  readonly switchesPerSecond: Reading;
  readonly intervalMs: Reading;
}

/** A CPU limit narrower than the machine. */
export interface CpuLimit {
  readonly kind: "affinity" | "quota";
  readonly cores: number;
  /** Path of the cgroup that sets a quota; null for affinity. */
  readonly cgroupPath: string | null;
  /** Share of the quota's periods that were throttled in the window; null for affinity. */
  readonly throttledRatio: number | null;
}

/** One runtime over the window. */
export interface RuntimeFrame {
  readonly rowId: number;
  readonly pid: number;
  readonly parentPid: number;
  readonly startTicks: number;
  readonly startedWallMs: number;
  /** What its user would call it: `train.py`, `pytest`, `gunicorn: worker`. */
  readonly name: string;
  /** Command line as one readable line; null when not readable. */
  readonly commandLine: string | null;
  readonly executablePath: Reading<string>;
  readonly workingDirectory: Reading<string>;
  readonly userName: string;
  readonly python: PythonFacts;
  readonly familyId: string;
  /** Row id of the nearest ancestor that is a runtime of the same family, or null. */
  readonly parentRowId: number | null;
  readonly role: Role;
  readonly startMethod: StartMethod | null;
  /** Seconds this runtime's figures cover: shorter than the frame's window when it is young. */
  readonly windowSeconds: number;
  readonly cpuCores: Reading;
  /** Cores used by threads that ended inside the window. */
  readonly exitedThreadCores: Reading;
  readonly rssBytes: Reading;
  readonly pssBytes: Reading;
  readonly ussBytes: Reading;
  readonly threadCount: number;
  /** Threads that did a noticeable part of the work. */
  readonly workingThreads: number;
  readonly allowedCores: number;
  readonly limit: CpuLimit | null;
  readonly demandCores: Reading;
  /** min(demand, cores allowed and free). */
  readonly potentialCores: Reading;
  readonly lostCores: Reading;
  readonly gilHeldRatio: Reading;
  readonly gils: readonly GilFrame[];
  readonly verdict: Verdict;
  /** Probe passes in the window and the rate in force. */
  readonly probePasses: number;
  readonly probeRateHz: number;
  /** Why a higher rung of evidence is out of reach; null when the highest is in force. */
  readonly probeObstacle: string | null;
  /** First row and number of rows of this runtime in `Frame.threads`. */
  readonly threadStart: number;
  readonly threadRows: number;
}

/** Runtimes that belong together. */
export interface FamilyFrame {
  readonly id: string;
  readonly name: string;
  /** The manager as its users call it: `multiprocessing`, `gunicorn`, `tree`, `single` … */
  readonly kind: string;
  readonly startMethod: StartMethod | null;
  readonly memberRowIds: readonly number[];
  readonly cpuCores: Reading;
  readonly lostCores: Reading;
  readonly pssBytes: Reading;
  readonly verdict: Verdict;
}

/** Own cost over the window. */
export interface OwnCostFrame {
  readonly cpuCores: Reading;
  readonly samplerCpuCores: Reading;
  readonly rssBytes: number;
}

/** Everything derived from two samples. Window, terminal, files and metrics all show this. */
export interface Frame {
  readonly sequence: number;
  readonly wallMs: number;
  readonly monotonicMs: number;
  /** Seconds between the two samples compared. 0 for the first sample, whose rates are `not-yet`. */
  readonly windowSeconds: number;
  readonly host: HostFrame;
  readonly capabilities: Capabilities;
  /** Lost cores of all runtimes together; not more than the machine has idle. */
  readonly lostCores: Reading;
  /** Ordered by row id: order on screen is the view's business. */
  readonly runtimes: readonly RuntimeFrame[];
  readonly families: readonly FamilyFrame[];
  readonly threads: ThreadFrameColumns;
  readonly ownCost: OwnCostFrame | null;
}

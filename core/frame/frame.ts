import type { RuntimeMemory } from "../memory/runtime-memory.ts";
import type { SharedMemoryFrame } from "../memory/shared-memory.ts";
import type { ProbeQuality } from "../probe/probe-quality.ts";
import type { Capabilities } from "../sample/capabilities.ts";
import type { ContainerFacts } from "../sample/memory-sample.ts";
import type { PythonFacts } from "../sample/raw-sample.ts";
import type { AbsentReason, Reading } from "../sample/reading.ts";
import type { ThreadStack } from "../sample/thread-stack.ts";
import type { NativePool, PoolKind } from "../thread/native-pool.ts";
import type { Message } from "../verdict/message.ts";
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
  /** Native pool each thread belongs to; null for Python's own threads and where it can't be told. */
  readonly pools: readonly (PoolKind | null)[];
  /** Python stack read last within the sample; null where none was. `words/now-in.ts` says where a thread is in one line. */
  readonly stacks: readonly (ThreadStack | null)[];
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

/** What was found of one of several GILs of a runtime. */
export interface GilVerdict {
  readonly interpreterId: number;
  /** What holds up the threads that use this GIL; its sentences name the interpreter. */
  readonly verdict: Verdict;
  /** Threads that were seen using this GIL, and the cores they used. */
  readonly threadCount: number;
  readonly cpuCores: Reading;
  readonly heldRatio: Reading;
  /** Waiting for this GIL, thread-seconds per second. */
  readonly gilWait: Reading;
}

/** One place in which GILs of a runtime were held. */
export interface GilHolder {
  /** 0 where the thread is not known. */
  readonly threadRowId: number;
  /** 0 where the thread is not known, or has ended. */
  readonly tid: number;
  readonly threadName: string;
  /** Null where stacks can't be read: then there is one entry for each thread. */
  readonly functionName: string | null;
  readonly file: string | null;
  /** Line it was seen at last. */
  readonly line: number | null;
  /** Share of the moments seen; all of them together make at most 1. */
  readonly ratio: number;
}

/** Who held the GILs of one runtime, by thread and function, most first. */
export interface GilHolders {
  /** True: of the moments in which other threads waited for a GIL. False: of all moments in which one was held, because it is not known who waited. */
  readonly whileWaited: boolean;
  /** Moments the shares are of; 0: nothing is known, and the list is empty. */
  readonly moments: number;
  readonly list: readonly GilHolder[];
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
  readonly memory: RuntimeMemory;
  /** Null outside of containers and where the control group does not tell. */
  readonly container: ContainerFacts | null;
  readonly threadCount: number;
  /** Threads of native libraries, by pool. */
  readonly pools: readonly NativePool[];
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
  /** Since when the verdict holds, epoch milliseconds; null while it is undetermined. */
  readonly onsetWallMs: number | null;
  /** True: it may hold for longer, because nothing earlier was seen or is remembered. Memory reaches back at most 60 s. */
  readonly onsetEarlier: boolean;
  /** One for each GIL where there are several, else empty. */
  readonly gilVerdicts: readonly GilVerdict[];
  /** Who held the GILs while others waited. */
  readonly holders: GilHolders;
  /** Probe passes in the window and the rate in force. */
  readonly probePasses: number;
  readonly probeRateHz: number;
  /** How good the sampling was; null where the runtime was not probed in the window. */
  readonly probeQuality: ProbeQuality | null;
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
  /** Cores its members would use together if they never waited for a GIL or a CPU. */
  readonly demandCores: Reading;
  /** The widest allowance among its members. */
  readonly allowedCores: number;
  /** Proportional memory of those members whose maps were read. */
  readonly pssBytes: Reading;
  /** Members whose memory is not in the sum. */
  readonly unreadRowIds: readonly number[];
  /** Workers, and how many of them do noticeable work or want to. */
  readonly workers: number;
  readonly workersBusy: number;
  /** Share of the workers' CPU that the busiest of them used; absent with fewer than two workers or next to no work. */
  readonly topWorkerRatio: Reading;
  /** Threads of native pools in all members. */
  readonly pools: readonly NativePool[];
  readonly verdict: Verdict;
  /** The sentence on the family as a whole; null for one runtime alone. */
  readonly summary: Message | null;
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
  readonly sharedMemory: SharedMemoryFrame;
  readonly ownCost: OwnCostFrame | null;
}

import type { ProbePlan } from "../probe/probe-plan.ts";
import type { Capabilities } from "./capabilities.ts";
import type { ContainerFacts, MemoryColumns, MemoryGroup, MemorySplit, SharedMemorySample } from "./memory-sample.ts";
import type { Reading } from "./reading.ts";
import type { ThreadStack } from "./thread-stack.ts";

/**
 * Facts of the machine that do not change during a session.
 * Times are epoch milliseconds, sizes bytes.
 */
export interface HostFacts {
  readonly hostName: string;
  readonly operatingSystem: string;
  readonly kernel: string;
  /** As `uname -m` says, for example `x86_64` or `aarch64`: syscall numbers depend on it. */
  readonly architecture: string;
  readonly cpuModel: string;
  readonly onlineCpus: number;
  readonly memoryBytes: number;
  readonly pageBytes: number;
  readonly clockTicksPerSecond: number;
  readonly bootWallMs: number;
}

/** What every sample of one session has in common. */
export interface SessionHeader {
  readonly host: HostFacts;
  /** The provider that read the samples: `linux`, `portable`, `unsupported` or `simulated`. */
  readonly provider: string;
  readonly programVersion: string;
  readonly startedWallMs: number;
  readonly intervalMs: number;
}

/** Cumulative counters of the whole machine. */
export interface HostSample {
  /** Seconds all CPUs together spent busy since boot (user, nice, system, irq, softirq; not iowait, not steal). */
  readonly busySeconds: number;
  /** Seconds stolen by the hypervisor since boot. */
  readonly stealSeconds: number;
  /** Busy seconds since boot of each online CPU. */
  readonly busySecondsByCpu: Float64Array;
  readonly memoryAvailableBytes: number;
  readonly swapUsedBytes: number;
}

/**
 * The process table, one row per live process, column by column.
 * `rowId` names one process identity (pid and start time) and is never used twice in a session.
 */
export interface ProcessColumns {
  readonly length: number;
  readonly rowId: Uint32Array;
  readonly pid: Int32Array;
  readonly parentPid: Int32Array;
  /** Start time in clock ticks since boot, `/proc/PID/stat` field 22. With the pid it is the identity. */
  readonly startTicks: Float64Array;
  /** State as the ASCII code of its letter in `/proc/PID/stat` (R, S, D, Z, T …); 0 when not known. */
  readonly state: Uint8Array;
  readonly threadCount: Uint32Array;
  /** User and system CPU seconds since the process began, threads that ended included. NaN when not known. */
  readonly cpuSeconds: Float64Array;
  /** NaN when not known. */
  readonly rssBytes: Float64Array;
  /** Monotonic milliseconds at which this row was read; an idle row may be older than its sample. */
  readonly readAtMs: Float64Array;
}

/**
 * Threads of the runtimes (of every process where the session asks for it), one row per live kernel thread.
 * Rows of one process stand together. `rowId` names one thread identity and is never used twice in a session.
 */
export interface ThreadColumns {
  readonly length: number;
  readonly rowId: Uint32Array;
  readonly processRowId: Uint32Array;
  readonly tid: Int32Array;
  /** Seconds on a CPU since the thread began, `/proc/PID/task/TID/schedstat` field 1. NaN when not known. */
  readonly runSeconds: Float64Array;
  /** Seconds runnable without a CPU since the thread began, schedstat field 2. NaN when not known. */
  readonly cpuWaitSeconds: Float64Array;
  /** Times the thread was put on a CPU, schedstat field 3: each return from a wait or a preemption adds one. NaN when not known. */
  readonly timeslices: Float64Array;
  /** Monotonic milliseconds at which the counters were read. A row whose process did not move keeps its values and takes the time of the check that showed so. */
  readonly readAtMs: Float64Array;
}

/** How one Python interpreter was recognised and what is known of it without running anything. */
export interface PythonFacts {
  readonly implementation: "CPython" | "PyPy" | "unknown";
  /** For example `3.12.1`; `3.12` when only that is known; null when nothing is. */
  readonly version: string | null;
  /** `gil`: an ordinary build; `free-threaded`: a build that can run without; null: not known yet. */
  readonly build: "gil" | "free-threaded" | null;
  readonly recognisedBy: "name" | "library" | "section" | "symbol";
  /** Root folder of the virtual environment, or null when there is none. */
  readonly virtualEnvironment: string | null;
  /** Base names of mapped libraries that own threads (BLAS, OpenMP …); empty when maps can't be read. */
  readonly nativeLibraries: readonly string[];
  /** Packages outside of the standard library that have extension modules mapped; absent where maps can't be read. */
  readonly extensionPackages?: readonly string[];
}

/** One process, named so that a pid used again is another one. */
export interface ProcessIdentity {
  readonly rowId: number;
  readonly pid: number;
  readonly startTicks: number;
}

/** What changes rarely about one process; handed over when the row appears and again when it changes. */
export interface ProcessDetail {
  readonly rowId: number;
  /** Kernel's name of the process, at most 15 bytes; bytes that are not UTF-8 are replaced. */
  readonly comm: string;
  /** Arguments as the process shows them; cut at 4,096 bytes in all. */
  readonly commandLine: Reading<readonly string[]>;
  readonly executablePath: Reading<string>;
  readonly workingDirectory: Reading<string>;
  readonly userId: number;
  /** Name of the user where the machine's user table tells, else the number as text. */
  readonly userName: string;
  /** Null: looked at and not a Python. Processes not looked at yet hand over no detail. */
  readonly python: PythonFacts | null;
  /** Path inside the cgroup hierarchy that limits CPU; null when not known. */
  readonly cgroupPath: string | null;
  /** Path inside the hierarchy that limits memory; absent where it is that of `cgroupPath` or not known. */
  readonly memoryCgroupPath?: string;
  /** Absent outside of containers and where the control group does not tell. */
  readonly container?: ContainerFacts;
  /** CPUs the process may run on by affinity and cpuset, `Cpus_allowed_list` of `/proc/PID/status`; null when not known. */
  readonly allowedCpus: number | null;
  /** Whether the probe may read this process; when not, what stands in the way. */
  readonly probeRight: Reading<true>;
  /** What denies that right, as `words/` names obstacles; absent where it is not denied. */
  readonly probeObstacle?: string;
  /** Parent when the process was first seen: it stays when the parent ends and the process is handed on. Absent where that was not in the table. */
  readonly firstParent?: ProcessIdentity;
  /** Process group, setpgid(2); absent where it is not known. */
  readonly processGroup?: number;
}

/** A thread's name and start, handed over when the row appears and again when the name changes. */
export interface ThreadDetail {
  readonly rowId: number;
  readonly comm: string;
  /** Name the program gave the thread (`threading.Thread.name`), read from its memory, at most 256 characters; absent where it was not read. */
  readonly pythonName?: string;
}

/** CPU limit and throttling of one cgroup that has a quota. Counters are cumulative. */
export interface CgroupSample {
  /** Path inside the hierarchy; a limit holds for every path below it. */
  readonly path: string;
  /** Quota divided by period: cores. */
  readonly quotaCores: number;
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly throttledSeconds: number;
  readonly usageSeconds: number;
}

/**
 * One thing a thread was seen doing, from `/proc/PID/task/TID/syscall` (proc_pid_syscall(5)) or, without that right, `wchan`.
 * Numbers are raw; `core/` decides what they mean.
 */
export interface Observation {
  /** `running`: on a CPU or runnable. `syscall`: asleep in a system call. `blocked`: asleep outside one (page fault, signal stop). `wchan`: only the kernel function is known. */
  readonly kind: "running" | "syscall" | "blocked" | "wchan" | "gone";
  /** System call number of the architecture; -1 when there is none. */
  readonly syscall: number;
  /** First word of interest: futex operation for futex calls, else -1. */
  readonly futexOperation: number;
  /** Whether a futex, poll, select or epoll call has a time limit. */
  readonly timed: boolean;
  /** Where the futex word lies: the writable data of the module that holds the Python runtime, the heap, an anonymous mapping, a stack, or elsewhere. */
  readonly region: "runtime-data" | "heap" | "anonymous" | "shared" | "stack" | "other" | "none";
  /**
   * Offset of the futex word from the start of the runtime's data or of the heap; elsewhere its address, because there are many mappings
   * of one kind; -1 when there is none. Two threads of one runtime with the same region and offset wait for the same word.
   */
  readonly offset: number;
  /** Kernel function for `wchan`; empty otherwise. */
  readonly waitChannel: string;
}

/** Probing of one runtime; every count is cumulative since the probe attached. */
export interface RuntimeProbe {
  readonly processRowId: number;
  /** Which rung the probe stands on for this runtime now. */
  readonly rung: "wchan" | "futex" | "memory";
  /** Why a higher rung is out of reach; null when the highest is in force. */
  readonly obstacle: string | null;
  /** Rate in force, passes per second. */
  readonly rateHz: number;
  /** Passes made over the fast threads. */
  readonly passes: number;
  /** Counts of passes by how late they came: bucket i is < `LATENESS_BOUNDS_MS[i]`, the last is the rest. */
  readonly lateness: Float64Array;
}

/** Upper bounds of the lateness histogram, milliseconds. */
export const LATENESS_BOUNDS_MS = [0.25, 0.5, 1, 2, 5, 10, 50] as const;

/** What the probe saw, row per (thread, observation), cumulative. */
export interface ProbeCounts {
  readonly length: number;
  readonly threadRowId: Uint32Array;
  /** Index into `RawSample.observations`. */
  readonly observationId: Uint32Array;
  readonly count: Float64Array;
}

/** Where a thread was in Python when it had the GIL, of those samples in which its stack was read; cumulative. */
export interface GilHolding {
  readonly threadRowId: number;
  /** Innermost Python function whose call did not change while it was read, as Python names it. */
  readonly functionName: string;
  readonly file: string;
  /** Line it was seen at last. */
  readonly line: number;
  readonly samples: number;
  /** Samples in which at least one other thread waited for a GIL. */
  readonly whileWaited: number;
}

/** One GIL as memory shows it; cumulative since the probe attached. */
export interface RawGil {
  readonly processRowId: number;
  readonly interpreterId: number;
  /** Null: an ordinary build. False: a free-threaded build without a GIL now. True: re-enabled. */
  readonly enabled: boolean | null;
  /** Switch interval; NaN where the interpreter has none (2.7). */
  readonly intervalMs: number;
  /** Times the holder changed (`switch_number`); NaN where the interpreter does not count. */
  readonly switches: number;
  readonly samples: number;
  readonly heldSamples: number;
  /** Samples in which each thread held it. A holder that maps to no live thread counts under row id 0. */
  readonly heldByThread: readonly {
    readonly threadRowId: number;
    readonly samples: number;
    readonly runningSamples: number;
  }[];
  /** Sums over batches of consecutive samples, for the standard error: the share of each batch in which it was held, and its square. */
  readonly batchSum: number;
  readonly batchSumOfSquares: number;
  readonly batches: number;
  /** Absent where stacks can't be read. At most 64 functions; what does not fit is not counted. */
  readonly holdings?: readonly GilHolding[];
}

/** What this program itself used since it started. */
export interface OwnCost {
  /** CPU seconds of the whole program: every process of it. */
  readonly cpuSeconds: number;
  /** CPU seconds of the sampler alone: tables and probe. */
  readonly samplerCpuSeconds: number;
  readonly rssBytes: number;
}

/**
 * One sample: raw, cumulative, complete. Any two samples of a session can be compared;
 * nothing here is a rate or an opinion.
 */
export interface RawSample {
  readonly sequence: number;
  /** Monotonic clock, milliseconds; only differences mean anything. */
  readonly monotonicMs: number;
  readonly wallMs: number;
  readonly host: HostSample;
  readonly processes: ProcessColumns;
  readonly threads: ThreadColumns;
  /** Details that are new or changed since the sample before. The first sample of a session or recording carries those of all its rows. */
  readonly processDetails: readonly ProcessDetail[];
  readonly threadDetails: readonly ThreadDetail[];
  readonly cgroups: readonly CgroupSample[];
  /** Table that `ProbeCounts.observationId` points into; it only grows. */
  readonly observations: readonly Observation[];
  readonly probes: readonly RuntimeProbe[];
  readonly probeCounts: ProbeCounts;
  readonly gils: readonly RawGil[];
  /** Python stacks read since the sample before, at most one per thread; absent where none was, and in older recordings. */
  readonly stacks?: readonly ThreadStack[];
  readonly capabilities: Capabilities;
  /** The plan that was in force while this sample was taken. */
  readonly plan: ProbePlan;
  /** Null where it is not measured. */
  readonly ownCost: OwnCost | null;
  /** Absent where memory maps are not read. */
  readonly memories?: MemoryColumns;
  /** Of what is looked at. */
  readonly memorySplits?: readonly MemorySplit[];
  /** Absent until the first round over the processes ended. */
  readonly sharedMemory?: SharedMemorySample;
  /** Groups with a memory limit. */
  readonly memoryGroups?: readonly MemoryGroup[];
}

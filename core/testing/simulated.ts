import type { PythonFacts, RuntimeProbe } from "../sample/raw-sample.ts";
import type { Reading } from "../sample/reading.ts";
import type { StackFrame } from "../sample/thread-stack.ts";
import type { SeenName } from "./observations.ts";

/** How one simulated thread spends its time, as constant rates. */
export interface SimulatedThread {
  readonly name?: string;
  /** Share of each second on a CPU. */
  readonly run: number;
  /** Share of each second runnable without a CPU. */
  readonly cpuWait?: number;
  /** Returns to a CPU per second. */
  readonly slices?: number;
  /** What it is doing while it does neither: shares of that rest, which should sum to 1. */
  readonly rest?: Partial<Record<SeenName, number>>;
  /** Share of each second holding the GIL, and the part of that on a CPU; only with `rung: "memory"`. */
  readonly held?: number;
  readonly heldRunning?: number;
  /** The interpreter whose GIL it holds; 0, the main one, unless told otherwise. */
  readonly interpreter?: number;
  /** Its Python stack, innermost first, read in every sample; absent: none is read. */
  readonly stack?: readonly StackFrame[];
}

/** One simulated process with its threads. */
export interface SimulatedProcess {
  readonly pid: number;
  readonly parentPid?: number;
  readonly comm?: string;
  readonly commandLine?: readonly string[] | null;
  readonly threads: readonly SimulatedThread[];
  /** CPU of threads that lived and died between samples, cores. */
  readonly exitedCores?: number;
  /** Null: not a Python. Absent: CPython 3.12.1. */
  readonly python?: Partial<PythonFacts> | null;
  readonly rssBytes?: number;
  readonly startTicks?: number;
  readonly userName?: string;
  readonly workingDirectory?: string;
  readonly allowedCpus?: number | null;
  readonly cgroupPath?: string | null;
  /** The rung the probe stands on; null: not probed. Absent: `futex` for two threads or more. */
  readonly rung?: RuntimeProbe["rung"] | null;
  readonly probeObstacle?: string | null;
  readonly probeRight?: Reading<true>;
  readonly processGroup?: number;
  readonly rateHz?: number;
  readonly gilSwitchesPerSecond?: number;
  readonly gilEnabled?: boolean | null;
}

/** A cgroup with a quota, as constant rates. */
export interface SimulatedCgroup {
  readonly path: string;
  readonly quotaCores: number;
  readonly usageCores: number;
  /** Share of periods that were throttled. */
  readonly throttledRatio: number;
}

/** The whole simulated machine. */
export interface SimulatedMachine {
  readonly onlineCpus?: number;
  readonly processes: readonly SimulatedProcess[];
  readonly cgroups?: readonly SimulatedCgroup[];
  /** Cores that programs outside the table use. */
  readonly foreignCores?: number;
}

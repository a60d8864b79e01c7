import type { GilWindow } from "../gil/gil-window.ts";
import type { RuntimeMemory } from "../memory/runtime-memory.ts";
import type { PythonFacts, RuntimeProbe } from "../sample/raw-sample.ts";
import type { AbsentReason } from "../sample/reading.ts";
import type { ShortLived } from "../thread/short-lived.ts";
import type { ThreadSums } from "../thread/thread-sums.ts";
import type { CpuLimit, HostFrame } from "./frame.ts";

/** Everything a verdict is decided on. CPU is cores. */
export interface RuntimeFigures {
  readonly python: PythonFacts;
  readonly windowSeconds: number;
  /** NaN when not known. */
  readonly cpuCores: number;
  readonly exitedCores: number;
  /** Threads that began inside the window; null where next to no work was done by threads that ended. */
  readonly shortLived: ShortLived | null;
  /** False: only the process's CPU time is known, nothing about threads. */
  readonly threadsKnown: boolean;
  /** Why nothing is known about threads; null where it is. */
  readonly threadsReason: AbsentReason | null;
  readonly threadCount: number;
  readonly threads: ThreadSums;
  readonly rung: RuntimeProbe["rung"] | "none";
  /** Why the probe may not look here; null when it may. */
  readonly probeReason: AbsentReason | null;
  readonly probeObstacle: string | null;
  readonly probePasses: number;
  readonly gil: GilWindow | null;
  /** GILs in use; 0 where there is none. */
  readonly gilCount: number;
  /** The interpreter whose GIL this is about, where the runtime has several; else null. */
  readonly interpreterId: number | null;
  /** Cores used and wanted by the threads of that GIL; null where it is the only one. */
  readonly ofGil: { readonly cpuCores: number; readonly demandCores: number } | null;
  /** NaN when not known. */
  readonly demandCores: number;
  readonly allowedCores: number;
  readonly limit: CpuLimit | null;
  /** Share of the limit in use by everything under it; 0 without a limit. */
  readonly limitUsedRatio: number;
  /** Cores allowed and not used by others. */
  readonly freeCores: number;
  readonly memory: RuntimeMemory;
  /** CPU, runnable threads and number of runtimes of the whole family, this one included. */
  readonly family: { readonly cores: number; readonly runnable: number; readonly runtimes: number };
  readonly host: HostFrame;
  /** Name of the busiest thread and its share of the runtime's CPU. */
  readonly topThreadName: string;
  readonly topThreadTid: number;
  /** Name of the thread that had the GIL most while others waited; empty when not known. */
  readonly holderName: string;
  /** Cores used since the first sample that knew it, where it began inside the window; null elsewhere and in that first sample. */
  readonly coresSinceSeen: number | null;
  /** CPU in the first and second half of the window; null when not known. */
  readonly halves: readonly [number, number] | null;
}

import type { MemoryPlan } from "../core/memory/memory-plan.ts";
import type { Attention, ProbePlan } from "../core/probe/probe-plan.ts";
import type { MemoryColumns, MemorySplit, SharedMemorySample } from "../core/sample/memory-sample.ts";
import type { HostFacts } from "../core/sample/raw-sample.ts";
import type { AbsentReason } from "../core/sample/reading.ts";
import type { ThreadStack } from "../core/sample/thread-stack.ts";
import type { ProbeReport, StackTarget } from "./linux/futex-probe.ts";
import type { ProviderId, TableSample, ThreadScope } from "./provider.ts";

/** What the tables worker is started with. */
export interface TablesWorkerData {
  readonly task: "tables";
  readonly provider: ProviderId;
  readonly procRoot: string;
  readonly threadScope: ThreadScope;
  readonly lastProcessRowId: number;
  readonly lastThreadRowId: number;
}

/** Starts the portable worker for one question only: facts of the machine that take time to find out. */
export interface HostFactsWorkerData {
  readonly task: "host-facts";
}

/** To the tables worker. */
export type TablesRequest =
  | { readonly type: "read"; readonly attention: Attention }
  | MemoryRequest
  | { readonly type: "stop" };

/** From the tables worker, which answers requests for memory as well. */
export interface TablesAnswer {
  readonly type: "sample";
  readonly sample: TableSample;
  /** CPU seconds the worker has used since it started, without those for memory. */
  readonly cpuSeconds: number;
}

/** Facts that `systeminformation` completes; empty or 0 where it does not know. */
export type CompletedFacts = Pick<HostFacts, "cpuModel" | "operatingSystem" | "memoryBytes">;

/** What the probe worker is started with. */
export interface ProbeWorkerData {
  readonly procRoot: string;
  readonly architecture: string;
  /** One counter: raised and notified after each message, because the worker sleeps on it. */
  readonly wake: SharedArrayBuffer;
}

/** To the probe worker. */
export type ProbeRequest =
  | { readonly type: "plan"; readonly plan: ProbePlan; readonly budgetCores: number }
  | { readonly type: "report" }
  /** Begins to write a runtime's lanes into a ring while the plan asks for them; null ends it. */
  | {
      readonly type: "lanes";
      readonly lanes: { readonly processRowId: number; readonly ring: SharedArrayBuffer } | null;
    }
  /** Asks for the Python stacks of these threads now. */
  | { readonly type: "stacks"; readonly id: number; readonly target: StackTarget }
  | { readonly type: "stop" };

/** From the probe worker. */
export type ProbeAnswer =
  | { readonly type: "report"; readonly report: ProbeReport; readonly cpuSeconds: number }
  | { readonly type: "stacks"; readonly id: number; readonly stacks: readonly ThreadStack[] | AbsentReason };

/** What the worker that draws a picture is started with; it answers with the bytes of a PNG. */
export interface PictureWorkerData {
  readonly svg: string;
  /** Folder of the rasteriser `resvg.wasm` and the font `DejaVuSans.ttf`. */
  readonly picturesDirectory: string;
}

/** What the memory worker is started with. */
export interface MemoryWorkerData {
  readonly procRoot: string;
}

/** To whoever reads memory, with every sample: whose memory is wanted, and all processes there are. */
export interface MemoryRequest {
  readonly type: "memory";
  readonly plan: MemoryPlan;
  readonly rowIds: Uint32Array;
  readonly pids: Int32Array;
}

/** From the tables worker where reading memory threw an error. */
export interface MemoryFailure {
  readonly type: "memory-failed";
}

/** From whoever reads memory. */
export interface MemoryAnswer {
  readonly type: "memory";
  readonly memories: MemoryColumns;
  readonly splits: readonly MemorySplit[];
  readonly sharedMemory: SharedMemorySample | null;
  /** CPU seconds that this has taken since the worker started. */
  readonly cpuSeconds: number;
}

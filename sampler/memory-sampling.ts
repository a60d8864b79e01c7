import { Worker } from "node:worker_threads";
import type { MemoryPlan } from "../core/memory/memory-plan.ts";
import type { ProcessColumns, RawSample } from "../core/sample/raw-sample.ts";
import { emptyMemoryColumns } from "./empty-columns.ts";
import type { MemoryAnswer, MemoryRequest, MemoryWorkerData } from "./worker-messages.ts";

/** The worker keeps next to nothing. */
const LIMITS = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 128, stackSizeMb: 1 } as const;
/** One that fails so often is left alone: everything else works without it. */
const MOST_STARTS = 4;

/** Fields of a raw sample that the memory worker fills. */
type MemoryFields = Pick<RawSample, "memories" | "memorySplits" | "sharedMemory">;

/**
 * Owns the worker that reads memory maps. Answers come when they come: a sample carries the newest ones, which say themselves how
 * old they are. The worker is started with the first plan that names a runtime, and waits for nothing but requests.
 */
export class MemorySampling {
  readonly #file: string;
  readonly #procRoot: string;
  #worker: Worker | null = null;
  #starts = 0;
  #busy = false;
  #stopped = false;
  /** Before the first answer every row is one that was not read yet. */
  #fields: MemoryFields = { memories: emptyMemoryColumns() };
  #ended = 0;
  #now = 0;

  /** `file`: the worker's bundle. */
  constructor(file: string, procRoot: string) {
    this.#file = file;
    this.#procRoot = procRoot;
  }

  /** What was read last. */
  get fields(): MemoryFields {
    return this.#fields;
  }

  /** CPU seconds all its workers have used. */
  get cpuSeconds(): number {
    return this.#ended + this.#now;
  }

  /** Asks for what the plan names; while a long reading is under way nothing is asked. */
  request(plan: MemoryPlan, processes: ProcessColumns): void {
    if (this.#stopped || this.#busy) return;
    if (this.#worker === null) {
      if (plan.targets.length === 0 || this.#starts >= MOST_STARTS) return;
      this.#start();
    }
    this.#busy = true;
    const request: MemoryRequest = {
      type: "read",
      plan,
      rowIds: processes.rowId.slice(),
      pids: processes.pid.slice(),
    };
    this.#worker?.postMessage(request);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #start(): void {
    this.#starts += 1;
    const data: MemoryWorkerData = { procRoot: this.#procRoot };
    const worker = new Worker(this.#file, { workerData: data, resourceLimits: LIMITS });
    this.#worker = worker;
    worker.on("message", (answer: MemoryAnswer) => {
      this.#busy = false;
      this.#now = answer.cpuSeconds;
      this.#fields = {
        memories: answer.memories,
        memorySplits: answer.splits,
        ...(answer.sharedMemory === null ? {} : { sharedMemory: answer.sharedMemory }),
      };
    });
    // Without a listener the error would end the program; the exit that follows is what counts.
    worker.on("error", () => {});
    worker.once("exit", () => {
      if (worker !== this.#worker) return;
      this.#worker = null;
      this.#busy = false;
      this.#ended += this.#now;
      this.#now = 0;
    });
  }
}

import { Worker } from "node:worker_threads";
import type { MemoryPlan } from "../core/memory/memory-plan.ts";
import type { ProcessColumns, RawSample } from "../core/sample/raw-sample.ts";
import { emptyMemoryColumns } from "./empty-columns.ts";
import type { MemoryAnswer, MemoryRequest, MemoryWorkerData } from "./worker-messages.ts";

/** The worker keeps next to nothing. */
const LIMITS = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 128, stackSizeMb: 1 } as const;
/** One that fails so often is left alone: everything else works without it. */
const MOST_STARTS = 4;
/** Reading a process of this size blocks for 30 ms; larger ones would make samples late. */
const LARGEST_BETWEEN_SAMPLES_BYTES = 2 * 2 ** 30;

/** Fields of a raw sample that memory maps fill. */
type MemoryFields = Pick<RawSample, "memories" | "memorySplits" | "sharedMemory">;

/**
 * Has memory maps read: by the tables worker between two samples, and from the first large runtime on by a worker of their own, which
 * itself takes about 10 MB. Answers come when they come: a sample carries the newest ones, which say
 * themselves how old they are.
 */
export class MemorySampling {
  readonly #file: string;
  readonly #procRoot: string;
  readonly #askTables: (request: MemoryRequest) => void;
  #worker: Worker | null = null;
  #starts = 0;
  /** A worker of its own reads, where one may still be started. */
  #apart = false;
  #busy = false;
  #stopped = false;
  /** Before the first answer every row is one that was not read yet. */
  #fields: MemoryFields = { memories: emptyMemoryColumns() };
  #ended = 0;
  #now = 0;

  /** `file`: the worker's bundle. `askTables`: passes a request to the tables worker. */
  constructor(file: string, procRoot: string, askTables: (request: MemoryRequest) => void) {
    this.#file = file;
    this.#procRoot = procRoot;
    this.#askTables = askTables;
  }

  /** What was read last. */
  get fields(): MemoryFields {
    return this.#fields;
  }

  /** CPU seconds that reading has used. */
  get cpuSeconds(): number {
    return this.#ended + this.#now;
  }

  /** Asks for what the plan names; while a long reading is under way nothing is asked. */
  request(plan: MemoryPlan, processes: ProcessColumns): void {
    if (this.#stopped || this.#busy) return;
    if (plan.targets.length === 0 && (this.#fields.memories?.length ?? 0) === 0) return;
    this.#apart ||= plan.targets.some(({ rssBytes }) => rssBytes > LARGEST_BETWEEN_SAMPLES_BYTES);
    if (this.#worker === null && this.#apart) {
      if (this.#starts >= MOST_STARTS) return;
      this.#start();
    }
    this.#busy = true;
    const request: MemoryRequest = {
      type: "memory",
      plan,
      rowIds: processes.rowId.slice(),
      pids: processes.pid.slice(),
    };
    if (this.#worker === null) this.#askTables(request);
    else this.#worker.postMessage(request);
  }

  /** Takes an answer, the tables worker's too. */
  take(answer: MemoryAnswer): void {
    this.#busy = false;
    this.#now = answer.cpuSeconds;
    this.#fields = {
      memories: answer.memories,
      memorySplits: answer.splits,
      ...(answer.sharedMemory === null ? {} : { sharedMemory: answer.sharedMemory }),
    };
  }

  /** The tables worker has ended; another one begins anew. */
  tablesEnded(): void {
    if (this.#worker === null) this.#forgetAsked();
  }

  /** The tables worker could not read memory. */
  tablesFailed(): void {
    this.#apart = true;
    this.tablesEnded();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #forgetAsked(): void {
    this.#busy = false;
    this.#ended += this.#now;
    this.#now = 0;
  }

  #start(): void {
    this.#starts += 1;
    this.#forgetAsked();
    const data: MemoryWorkerData = { procRoot: this.#procRoot };
    const worker = new Worker(this.#file, { workerData: data, resourceLimits: LIMITS });
    this.#worker = worker;
    worker.on("message", (answer: MemoryAnswer) => this.take(answer));
    // Without a listener the error would end the program; the exit that follows is what counts.
    worker.on("error", () => {});
    worker.once("exit", () => {
      if (worker !== this.#worker) return;
      this.#worker = null;
      this.#forgetAsked();
    });
  }
}

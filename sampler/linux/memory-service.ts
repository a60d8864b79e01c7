import { systemClock } from "../clock.ts";
import { MemoryBudget } from "../memory-budget.ts";
import { ThreadCost } from "../thread-cost.ts";
import type { MemoryAnswer, MemoryRequest } from "../worker-messages.ts";
import { KeptFiles } from "./kept-files.ts";
import { MemoryReader, procMemorySource } from "./memory-reader.ts";
import { SharedSegments } from "./shared-segments.ts";

/** Cores for walking page tables and for going through mappings, and how much of it may be saved. Together half a percent of a core. */
const WATCHED = { cores: 0.0034, capacitySeconds: 0.05 } as const;
const OTHERS = { cores: 0.0007, capacitySeconds: 0.08 } as const;
const SEGMENTS = { cores: 0.0009, capacitySeconds: 0.1 } as const;

/** Reads memory maps for whoever asks, in the thread that calls it and within half a percent of a core. */
export class MemoryService {
  readonly #clock = systemClock();
  readonly #cost = new ThreadCost();
  readonly #watched = new MemoryBudget(WATCHED.cores, WATCHED.capacitySeconds);
  readonly #others = new MemoryBudget(OTHERS.cores, OTHERS.capacitySeconds);
  readonly #mappings = new MemoryBudget(SEGMENTS.cores, SEGMENTS.capacitySeconds);
  readonly #reader: MemoryReader;
  readonly #segments: SharedSegments;
  readonly #alone: boolean;
  #paidUntil: number;
  #spentSeconds = 0;

  /** @param alone whether its thread does nothing else: then what happens between two answers, their messages, is paid for too */
  constructor(procRoot: string, alone: boolean) {
    this.#alone = alone;
    this.#paidUntil = this.#cost.cpuSeconds();
    const files = new KeptFiles(0);
    const budgets = { watched: this.#watched, others: this.#others };
    this.#reader = new MemoryReader(procMemorySource(procRoot, files), this.#clock, budgets);
    this.#segments = new SharedSegments(procRoot, files, this.#clock, this.#mappings);
  }

  /** CPU seconds that answering has taken. */
  get spentSeconds(): number {
    return this.#spentSeconds;
  }

  /** Takes over a plan, reads what is due and affordable, and hands over all that is known. */
  answer({ plan, rowIds, pids }: MemoryRequest): MemoryAnswer {
    const cpuSeconds = (): number => this.#cost.cpuSeconds();
    const before = cpuSeconds();
    const nowMs = this.#clock.monotonicMs();
    for (const budget of [this.#watched, this.#others, this.#mappings]) budget.earn(nowMs);
    const between = this.#alone ? before - this.#paidUntil : 0;
    this.#watched.spend(between);
    this.#reader.setPlan(plan);
    this.#reader.work(cpuSeconds);
    this.#segments.work(
      Array.from(rowIds, (rowId, index) => ({ rowId, pid: pids[index]! })),
      cpuSeconds,
    );
    this.#paidUntil = cpuSeconds();
    this.#spentSeconds += between + this.#paidUntil - before;
    return {
      type: "memory",
      memories: this.#reader.columns(),
      splits: this.#reader.splits(),
      sharedMemory: this.#segments.sample,
      cpuSeconds: this.#spentSeconds,
    };
  }
}

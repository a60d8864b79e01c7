import type { MemoryPlan, MemoryTarget } from "../../core/memory/memory-plan.ts";
import { MEMORY_KNOWN, MEMORY_REASONS, type MemoryColumns, type MemorySplit } from "../../core/sample/memory-sample.ts";
import type { AbsentReason } from "../../core/sample/reading.ts";
import type { MemoryBudget } from "../memory-budget.ts";
import type { Clock } from "../provider.ts";
import { parseStat, StatRecord } from "./byte-parser.ts";
import { DENIED, GONE, type KeptFiles } from "./kept-files.ts";
import { type MemoryRollup, parsePlaces, parseRollup } from "./smaps.ts";

/** Cost of walking page tables, until it was measured: 15 ms for each GiB. */
const SECONDS_PER_BYTE = 0.015 / 2 ** 30;
const LEAST_PRICE_SECONDS = 0.0002;
/** Splitting a runtime's memory writes and reads a long text; it moves slowly. */
const SPLIT_GAP_MS = 4900;
const SPLIT_WEIGHT = 30;
const LARGEST_SMAPS_BYTES = 32 << 20;
/** A process that forbids reading is tried again after so long. */
const DENIED_GAP_MS = 60_000;

interface Row {
  target: MemoryTarget;
  rollup: MemoryRollup | null;
  readAtMs: number;
  earlier: { readonly atMs: number; readonly anonymousBytes: number; readonly privateDirtyBytes: number } | null;
  triedAtMs: number;
  reason: AbsentReason;
  priceSeconds: number;
  split: MemorySplit | null;
  splitTriedAtMs: number;
  splitPriceSeconds: number;
}

interface Task {
  readonly row: Row;
  readonly split: boolean;
  readonly score: number;
  readonly priceSeconds: number;
}

/** What reading may cost: the runtime that is looked at and its family have a part of their own, so that large strangers never make them wait. */
export interface MemoryBudgets {
  readonly watched: MemoryBudget;
  readonly others: MemoryBudget;
}

/** What the reader needs of the machine; given so that tests can put numbers in its place. */
export interface MemorySource {
  /** Text of a file of a process, or `GONE`, `DENIED` or another negative number. */
  read(pid: number, file: "smaps_rollup" | "smaps"): string | number;
  /** Start time of the process that has the pid now, clock ticks; NaN when there is none. */
  startTicks(pid: number): number;
}

/** Reads through /proc. */
export function procMemorySource(root: string, files: KeptFiles): MemorySource {
  const record = new StatRecord();
  return {
    read: (pid, file) => {
      const bytes = files.readOnce(`${root}/${pid}/${file}`, LARGEST_SMAPS_BYTES);
      return typeof bytes === "number" ? bytes : bytes.toString("latin1");
    },
    startTicks: (pid) => {
      const bytes = files.readOnce(`${root}/${pid}/stat`, 4096);
      if (typeof bytes === "number" || !parseStat(bytes, bytes.length, record)) return Number.NaN;
      return record.startTicks;
    },
  };
}

/**
 * Keeps the memory of runtimes as fresh as its budget allows. The next to read is the one whose age squared, times how much it is
 * wanted, over what reading it cost last, is largest: so large ones are read seldom and none is forgotten.
 */
export class MemoryReader {
  readonly #source: MemorySource;
  readonly #clock: Clock;
  readonly #budgets: MemoryBudgets;
  readonly #rows = new Map<number, Row>();

  constructor(source: MemorySource, clock: Clock, budgets: MemoryBudgets) {
    this.#source = source;
    this.#clock = clock;
    this.#budgets = budgets;
  }

  /** Takes over a plan; runtimes that it does not name are forgotten. */
  setPlan(plan: MemoryPlan): void {
    const named = new Set<number>();
    for (const target of plan.targets) {
      named.add(target.processRowId);
      const row = this.#rows.get(target.processRowId);
      if (row === undefined) this.#rows.set(target.processRowId, newRow(target));
      else {
        row.target = target;
        if (target.arenaBytes === null) row.split = null;
      }
    }
    for (const rowId of this.#rows.keys()) if (!named.has(rowId)) this.#rows.delete(rowId);
  }

  /** Reads what is due and affordable. `cpuSeconds` tells what this thread has used so far. */
  work(cpuSeconds: () => number): void {
    this.#workOn(true, this.#budgets.watched, cpuSeconds);
    this.#workOn(false, this.#budgets.others, cpuSeconds);
  }

  #workOn(watched: boolean, budget: MemoryBudget, cpuSeconds: () => number): void {
    let spent = cpuSeconds();
    for (;;) {
      const task = this.#next(watched);
      if (task === null || !budget.affords(task.priceSeconds)) {
        budget.spend(cpuSeconds() - spent);
        return;
      }
      const startedMs = this.#clock.monotonicMs();
      if (task.split) this.#readSplit(task.row, startedMs);
      else this.#readRollup(task.row, startedMs);
      // The price is the time it took, which is no less than the CPU it used; what is paid is the CPU.
      const price = Math.max(LEAST_PRICE_SECONDS, (this.#clock.monotonicMs() - startedMs) / 1000);
      if (task.split) task.row.splitPriceSeconds = price;
      else task.row.priceSeconds = price;
      const now = cpuSeconds();
      budget.spend(now - spent);
      spent = now;
    }
  }

  /** All rows, in ascending order of their row ids. */
  columns(): MemoryColumns {
    const rows = [...this.#rows.values()].sort((a, b) => a.target.processRowId - b.target.processRowId);
    const figure = (of: (rollup: MemoryRollup) => number): Float64Array =>
      Float64Array.from(rows, ({ rollup }) => (rollup === null ? Number.NaN : of(rollup)));
    return {
      length: rows.length,
      processRowId: Uint32Array.from(rows, ({ target }) => target.processRowId),
      readAtMs: Float64Array.from(rows, ({ readAtMs }) => readAtMs),
      pssBytes: figure(({ pssBytes }) => pssBytes),
      ussBytes: figure(({ privateCleanBytes, privateDirtyBytes }) => privateCleanBytes + privateDirtyBytes),
      privateDirtyBytes: figure(({ privateDirtyBytes }) => privateDirtyBytes),
      sharedCleanBytes: figure(({ sharedCleanBytes }) => sharedCleanBytes),
      sharedDirtyBytes: figure(({ sharedDirtyBytes }) => sharedDirtyBytes),
      anonymousBytes: figure(({ anonymousBytes }) => anonymousBytes),
      swapBytes: figure(({ swapBytes }) => swapBytes),
      earlierReadAtMs: Float64Array.from(rows, ({ earlier }) => earlier?.atMs ?? Number.NaN),
      earlierAnonymousBytes: Float64Array.from(rows, ({ earlier }) => earlier?.anonymousBytes ?? Number.NaN),
      earlierPrivateDirtyBytes: Float64Array.from(rows, ({ earlier }) => earlier?.privateDirtyBytes ?? Number.NaN),
      reason: Uint8Array.from(rows, ({ rollup, reason }) =>
        rollup === null ? MEMORY_REASONS.indexOf(reason) : MEMORY_KNOWN,
      ),
    };
  }

  /** Of those that are looked at. */
  splits(): readonly MemorySplit[] {
    return [...this.#rows.values()].flatMap(({ split }) => split ?? []);
  }

  #next(watched: boolean): Task | null {
    const nowMs = this.#clock.monotonicMs();
    let best: Task | null = null;
    for (const row of this.#rows.values()) {
      const { weight, leastGapMs } = row.target;
      if (weight > 1 !== watched) continue;
      const gap = row.reason === "denied" ? DENIED_GAP_MS : leastGapMs;
      best = better(best, taskOf(row, false, nowMs - row.triedAtMs, gap, weight, row.priceSeconds));
      if (row.target.arenaBytes !== null && row.rollup !== null) {
        const age = nowMs - row.splitTriedAtMs;
        best = better(best, taskOf(row, true, age, SPLIT_GAP_MS, SPLIT_WEIGHT, row.splitPriceSeconds));
      }
    }
    return best;
  }

  #text(row: Row, file: "smaps_rollup" | "smaps"): string | null {
    const { pid, startTicks } = row.target;
    const text = this.#source.read(pid, file);
    if (typeof text === "number" || text === "") {
      row.reason = text === DENIED ? "denied" : text === GONE || text === "" ? "gone" : "not-yet";
      return null;
    }
    // The path leads to whoever has the pid now.
    if (this.#source.startTicks(pid) !== startTicks) {
      row.reason = "gone";
      return null;
    }
    return text;
  }

  #readRollup(row: Row, nowMs: number): void {
    row.triedAtMs = nowMs;
    const text = this.#text(row, "smaps_rollup") ?? (row.reason === "gone" ? this.#text(row, "smaps") : null);
    const rollup = text === null ? null : parseRollup(text);
    if (rollup === null) {
      if (text !== null) row.reason = "unsupported";
      return;
    }
    take(row, rollup, nowMs);
  }

  #readSplit(row: Row, nowMs: number): void {
    row.splitTriedAtMs = nowMs;
    const text = this.#text(row, "smaps");
    const { arenaBytes, processRowId } = row.target;
    if (text === null || arenaBytes === null) return;
    row.split = { processRowId, readAtMs: nowMs, ...parsePlaces(text, arenaBytes) };
    // The same walk over its pages tells the sums too.
    const rollup = parseRollup(text);
    if (rollup === null) return;
    row.triedAtMs = nowMs;
    take(row, rollup, nowMs);
  }
}

function take(row: Row, rollup: MemoryRollup, nowMs: number): void {
  row.reason = "not-yet";
  if (row.rollup !== null) {
    const { anonymousBytes, privateDirtyBytes } = row.rollup;
    row.earlier = { atMs: row.readAtMs, anonymousBytes, privateDirtyBytes };
  }
  row.rollup = rollup;
  row.readAtMs = nowMs;
}

function newRow(target: MemoryTarget): Row {
  const price = Math.max(LEAST_PRICE_SECONDS, target.rssBytes * SECONDS_PER_BYTE);
  return {
    target,
    rollup: null,
    readAtMs: Number.NaN,
    earlier: null,
    triedAtMs: Number.NEGATIVE_INFINITY,
    reason: "not-yet",
    priceSeconds: price,
    split: null,
    splitTriedAtMs: Number.NEGATIVE_INFINITY,
    splitPriceSeconds: price * 2 + 0.002,
  };
}

function taskOf(
  row: Row,
  split: boolean,
  ageMs: number,
  gapMs: number,
  weight: number,
  priceSeconds: number,
): Task | null {
  if (ageMs < gapMs) return null;
  // What was never read comes first, the cheapest of it at the head.
  const age = Math.min(ageMs, NEVER_MS);
  return { row, split, score: (weight * age * age) / priceSeconds, priceSeconds };
}

const NEVER_MS = 3_600_000;

function better(best: Task | null, task: Task | null): Task | null {
  if (task === null) return best;
  return best === null || task.score > best.score ? task : best;
}

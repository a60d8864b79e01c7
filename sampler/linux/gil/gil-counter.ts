import type { GilHolding, RawGil } from "../../../core/sample/raw-sample.ts";
import type { GilObservation } from "./gil-probe.ts";
import type { PythonFrame } from "./stack-reader.ts";

/** Samples of one batch span at least this long: longer than what programs repeat, so that batches are nearly independent. */
const BATCH_MS = 250;
const LEAST_BATCH_SAMPLES = 4;
const MOST_HOLDINGS = 64;

/** Counts what was seen of one GIL, cumulatively since it was first seen. */
export class GilCounter {
  readonly #interpreterId: number;
  readonly #holders = new Map<number, { samples: number; runningSamples: number }>();
  readonly #holdings = new Map<string, { -readonly [Key in keyof GilHolding]: GilHolding[Key] }>();
  #readsStacks = false;
  #enabled: boolean | null = null;
  #intervalMs = Number.NaN;
  #switches = 0;
  #lastSwitchNumber = Number.NaN;
  #samples = 0;
  #heldSamples = 0;
  #batchStartMs = Number.NaN;
  #batchSamples = 0;
  #batchHeld = 0;
  #batchSum = 0;
  #batchSumOfSquares = 0;
  #batches = 0;

  constructor(interpreterId: number) {
    this.#interpreterId = interpreterId;
  }

  /**
   * Adds one sample. `threadRowId` is the holder's, 0 where the holder maps to no known thread; `running` is whether the holder was
   * on a CPU or runnable at that moment.
   */
  add(gil: GilObservation, threadRowId: number, running: boolean, nowMs: number): void {
    this.#enabled = gil.enabled;
    this.#intervalMs = gil.intervalMs;
    // Counted as differences, because the number starts anew when the program replaces itself. NaN stays NaN: it is not counted there.
    const change = gil.switchNumber - this.#lastSwitchNumber;
    if (Number.isNaN(gil.switchNumber)) this.#switches = Number.NaN;
    else if (change > 0) this.#switches += change;
    this.#lastSwitchNumber = gil.switchNumber;
    this.#samples += 1;
    if (gil.held) {
      this.#heldSamples += 1;
      const holder = this.#holders.get(threadRowId) ?? { samples: 0, runningSamples: 0 };
      holder.samples += 1;
      if (running) holder.runningSamples += 1;
      this.#holders.set(threadRowId, holder);
    }
    this.#batch(gil.held, nowMs);
  }

  /** Adds where the holder was in Python, and whether others waited for a GIL meanwhile. */
  addHolding(threadRowId: number, frame: PythonFrame, waited: boolean): void {
    this.#readsStacks = true;
    const key = `${threadRowId} ${frame.functionName} ${frame.file}`;
    let holding = this.#holdings.get(key);
    if (holding === undefined) {
      if (this.#holdings.size >= MOST_HOLDINGS) return;
      const { functionName, file, line } = frame;
      holding = { threadRowId, functionName, file, line, samples: 0, whileWaited: 0 };
      this.#holdings.set(key, holding);
    }
    holding.line = frame.line;
    holding.samples += 1;
    if (waited) holding.whileWaited += 1;
  }

  /** Counts so far. */
  report(processRowId: number): RawGil {
    return {
      processRowId,
      interpreterId: this.#interpreterId,
      enabled: this.#enabled,
      intervalMs: this.#intervalMs,
      switches: this.#switches,
      samples: this.#samples,
      heldSamples: this.#heldSamples,
      heldByThread: [...this.#holders].map(([threadRowId, counts]) => ({ threadRowId, ...counts })),
      batchSum: this.#batchSum,
      batchSumOfSquares: this.#batchSumOfSquares,
      batches: this.#batches,
      ...(this.#readsStacks ? { holdings: [...this.#holdings.values()].map((holding) => ({ ...holding })) } : {}),
    };
  }

  #batch(held: boolean, nowMs: number): void {
    if (Number.isNaN(this.#batchStartMs)) this.#batchStartMs = nowMs;
    this.#batchSamples += 1;
    if (held) this.#batchHeld += 1;
    if (nowMs - this.#batchStartMs < BATCH_MS || this.#batchSamples < LEAST_BATCH_SAMPLES) return;
    const share = this.#batchHeld / this.#batchSamples;
    this.#batchSum += share;
    this.#batchSumOfSquares += share * share;
    this.#batches += 1;
    this.#batchStartMs = nowMs;
    this.#batchSamples = 0;
    this.#batchHeld = 0;
  }
}

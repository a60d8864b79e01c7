import { UNKNOWN_HOLDER } from "../../core/lanes/lanes.ts";
import type { LanesWriter } from "../lanes-ring.ts";
import type { GilObservation } from "./gil/gil-probe.ts";

/** A thread of the runtime whose lanes are watched. */
export interface LaneThread {
  readonly rowId: number;
  readonly tid: number;
  readonly gone: boolean;
}

/** A pass later than this counts as lost. */
const LATE_MS = 2;
/** After so long without a pass nothing is said of the time between. */
const GAP_MS = 20;
/** Threads looked at in each pass beside a new holder: with the passes as dense as they are each has its turn soon. */
const LOOKS_PER_PASS = 1;
const RATE_STRETCH_MS = 1000;

/** Writes into a ring what changes from one fine pass to the next. */
export class LanesWatch {
  readonly processRowId: number;
  readonly #writer: LanesWriter;
  readonly #holders = new Map<number, number>();
  readonly #states = new Map<number, number>();
  #turn = 0;
  #lastMs = Number.NaN;
  #stretchStartMs = Number.NaN;
  #stretchPasses = 0;
  #rateHz = 0;

  constructor(processRowId: number, writer: LanesWriter) {
    this.processRowId = processRowId;
    this.#writer = writer;
  }

  /**
   * Takes one pass. `gils` is null while the GIL can't be read: then nothing is said.
   * @param stateOf looks at a thread: its state by number, or negative when it could not be seen
   */
  pass<Thread extends LaneThread>(
    nowMs: number,
    dueMs: number,
    gils: readonly GilObservation[] | null,
    threads: readonly Thread[],
    rowOf: (tid: number) => number,
    stateOf: (thread: Thread) => number,
  ): void {
    if (gils === null) return;
    if (nowMs - this.#lastMs > GAP_MS) {
      this.#writer.gap(this.#lastMs, nowMs);
      this.#holders.clear();
      this.#states.clear();
    }
    this.#lastMs = nowMs;
    let newHolder = 0;
    for (const { interpreterId, held, holderTid } of gils) {
      const row = held ? (holderTid === null ? 0 : rowOf(holderTid)) || UNKNOWN_HOLDER : 0;
      if (this.#holders.get(interpreterId) === row) continue;
      this.#holders.set(interpreterId, row);
      this.#writer.holder(nowMs, row, interpreterId);
      if (row !== 0) newHolder = row;
    }
    const looks = Math.min(LOOKS_PER_PASS, threads.length);
    for (let look = 0; look < looks; look += 1) {
      this.#turn = (this.#turn + 1) % threads.length;
      this.#look(nowMs, threads[this.#turn]!, stateOf);
    }
    if (newHolder !== 0) {
      const holder = threads.find(({ rowId }) => rowId === newHolder);
      if (holder !== undefined) this.#look(nowMs, holder, stateOf);
    }
    this.#writer.pass(nowMs, nowMs - dueMs > LATE_MS, this.#rate(nowMs));
  }

  #look<Thread extends LaneThread>(nowMs: number, thread: Thread, stateOf: (thread: Thread) => number): void {
    if (thread.gone) return;
    const state = stateOf(thread);
    if (state < 0 || this.#states.get(thread.rowId) === state) return;
    this.#states.set(thread.rowId, state);
    this.#writer.look(nowMs, thread.rowId, state);
  }

  #rate(nowMs: number): number {
    if (Number.isNaN(this.#stretchStartMs)) this.#stretchStartMs = nowMs;
    this.#stretchPasses += 1;
    const elapsed = nowMs - this.#stretchStartMs;
    if (elapsed >= RATE_STRETCH_MS) {
      this.#rateHz = (this.#stretchPasses * 1000) / elapsed;
      this.#stretchStartMs = nowMs;
      this.#stretchPasses = 0;
    }
    return this.#rateHz;
  }
}

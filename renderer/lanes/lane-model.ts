import { LANE_STATES, type Lanes } from "../../core/lanes/lanes.ts";

/** What a lane shows a thread doing. */
export const LANE_SHOWS = ["holds", "runs", "waits", "blocked", "unknown"] as const;

const HOLDS = 0;
const RUNS = 1;
const WAITS = 2;
const BLOCKED = 3;
/** Nothing is known of this stretch. */
export const UNKNOWN = 4;

/** How long is kept, milliseconds. */
const KEPT_MS = 60_000;

const SHOW_OF_STATE: Uint8Array = Uint8Array.from(LANE_STATES, (state) => {
  switch (state) {
    case "running":
      return RUNS;
    case "gilWait":
      return WAITS;
    case "unknown":
    case "gone":
      return UNKNOWN;
    default:
      return BLOCKED;
  }
});

/** What one thread did: stretches that each last until the next begins. */
export interface Lane {
  readonly rowId: number;
  readonly tid: number;
  /** Number of stretches; the arrays are longer. */
  readonly length: number;
  /** Beginnings, ascending, and what is shown from there on: index into `LANE_SHOWS`. */
  readonly startMs: Float64Array;
  readonly show: Uint8Array;
}

class GrowingLane implements Lane {
  readonly rowId: number;
  readonly tid: number;
  length = 0;
  startMs = new Float64Array(64);
  show = new Uint8Array(64);
  /** What it was last seen doing, whoever has the GIL. */
  looked = UNKNOWN;

  constructor(rowId: number, tid: number) {
    this.rowId = rowId;
    this.tid = tid;
  }

  add(atMs: number, show: number): void {
    const last = this.length - 1;
    if (last >= 0 && this.show[last] === show) return;
    if (last >= 0 && (this.startMs[last] ?? 0) >= atMs) {
      this.show[last] = show;
      return;
    }
    if (this.length === this.startMs.length) this.resize(this.length * 2);
    this.startMs[this.length] = atMs;
    this.show[this.length] = show;
    this.length += 1;
  }

  /** Drops stretches that ended before a time, many at once. */
  forgetBefore(ms: number): void {
    const first = stretchAt(this, ms);
    if (first < 512) return;
    this.startMs.copyWithin(0, first, this.length);
    this.show.copyWithin(0, first, this.length);
    this.length -= first;
  }

  private resize(size: number): void {
    const startMs = new Float64Array(size);
    const show = new Uint8Array(size);
    startMs.set(this.startMs);
    show.set(this.show);
    this.startMs = startMs;
    this.show = show;
  }
}

/** Index of the stretch that holds a moment; -1 before the first. */
export function stretchAt(lane: Lane, ms: number): number {
  let low = 0;
  let high = lane.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lane.startMs[middle] ?? 0) <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Everything seen of one runtime while its lanes are open. */
export class LaneModel {
  /** Lanes in the order in which they are drawn: whoever was seen with the GIL or waiting for it first. */
  lanes: readonly Lane[] = [];
  /** What is held, monotonic milliseconds. */
  fromMs = Number.NaN;
  toMs = Number.NaN;
  rateHz = 0;
  passes = 0;
  samplesLost = 0;
  wallOffsetMs = 0;
  private readonly byRow = new Map<number, GrowingLane>();
  /** Row id of the holder by interpreter. */
  private readonly holders = new Map<number, number>();
  private readonly lively = new Set<number>();

  /** Takes over an answer that continues the ones before. */
  take(answer: Lanes): void {
    const { threads, changes, looks, gaps } = answer;
    this.rateHz = answer.rateHz;
    this.passes = answer.passes;
    this.samplesLost = answer.samplesLost;
    this.wallOffsetMs = answer.wallOffsetMs;
    const late = Number.isFinite(this.toMs) && answer.fromMs > this.toMs + 1;
    if (late) this.blank(this.toMs);
    if (!Number.isFinite(this.fromMs)) this.fromMs = answer.fromMs;
    this.toMs = Math.max(answer.toMs, this.toMs || 0);
    const before = this.byRow.size;
    for (let index = 0; index < threads.length; index += 1) {
      const rowId = threads.rowId[index] ?? 0;
      if (!this.byRow.has(rowId)) this.byRow.set(rowId, new GrowingLane(rowId, threads.tid[index] ?? 0));
    }
    const lively = this.lively.size;
    let change = 0;
    let look = 0;
    let gap = 0;
    for (;;) {
      const changeMs = change < changes.length ? (changes.atMs[change] ?? 0) : Number.POSITIVE_INFINITY;
      const lookMs = look < looks.length ? (looks.atMs[look] ?? 0) : Number.POSITIVE_INFINITY;
      const gapMs = gap < gaps.length ? (gaps.fromMs[gap] ?? 0) : Number.POSITIVE_INFINITY;
      const next = Math.min(changeMs, lookMs, gapMs);
      if (next === Number.POSITIVE_INFINITY) break;
      if (gapMs === next) {
        this.blank(gapMs);
        gap += 1;
      } else if (changeMs === next) {
        this.change(changeMs, changes.threadRowId[change] ?? 0, changes.interpreterId[change] ?? 0);
        change += 1;
      } else {
        this.look(lookMs, looks.threadRowId[look] ?? 0, looks.state[look] ?? 0);
        look += 1;
      }
    }
    this.fromMs = Math.max(this.fromMs, this.toMs - KEPT_MS);
    for (const lane of this.byRow.values()) lane.forgetBefore(this.fromMs);
    if (this.byRow.size !== before || this.lively.size !== lively) this.order();
  }

  private change(atMs: number, rowId: number, interpreterId: number): void {
    const old = this.holders.get(interpreterId);
    this.holders.set(interpreterId, rowId);
    const loser = old === undefined ? undefined : this.byRow.get(old);
    if (loser && old !== rowId) loser.add(atMs, loser.looked);
    const winner = this.byRow.get(rowId);
    if (!winner) return;
    winner.add(atMs, HOLDS);
    this.lively.add(rowId);
  }

  private look(atMs: number, rowId: number, state: number): void {
    const lane = this.byRow.get(rowId);
    if (!lane) return;
    lane.looked = SHOW_OF_STATE[state] ?? UNKNOWN;
    if (lane.looked === WAITS) this.lively.add(rowId);
    if (!this.hasGil(rowId)) lane.add(atMs, lane.looked);
  }

  private hasGil(rowId: number): boolean {
    for (const holder of this.holders.values()) if (holder === rowId) return true;
    return false;
  }

  /** Nothing is known from a moment on. */
  private blank(atMs: number): void {
    this.holders.clear();
    for (const lane of this.byRow.values()) {
      lane.looked = UNKNOWN;
      lane.add(atMs, UNKNOWN);
    }
  }

  private order(): void {
    const part = (lane: Lane) => (this.lively.has(lane.rowId) ? 0 : 1);
    this.lanes = [...this.byRow.values()].sort((a, b) => part(a) - part(b) || a.rowId - b.rowId);
  }
}

/** One thread over a stretch of time. */
export interface LaneSummary {
  readonly rowId: number;
  readonly tid: number;
  /** Share of the time by what is shown, in the order of `LANE_SHOWS`. */
  readonly shares: Float64Array;
  /** Times it got the GIL, and the longest time it had it, milliseconds. */
  readonly holds: number;
  readonly longestHoldMs: number;
}

/** Sums up a lane between two moments. */
export function summaryOf(lane: Lane, fromMs: number, toMs: number): LaneSummary {
  const shares = new Float64Array(LANE_SHOWS.length);
  let holds = 0;
  let longestHoldMs = 0;
  const first = Math.max(0, stretchAt(lane, fromMs));
  for (let index = first; index < lane.length; index += 1) {
    const start = Math.max(fromMs, lane.startMs[index] ?? 0);
    if (start >= toMs) break;
    const end = Math.min(toMs, index + 1 < lane.length ? (lane.startMs[index + 1] ?? toMs) : toMs);
    const show = lane.show[index] ?? UNKNOWN;
    const length = Math.max(0, end - start);
    shares[show] = (shares[show] ?? 0) + length / Math.max(1e-9, toMs - fromMs);
    if (show !== HOLDS) continue;
    holds += 1;
    longestHoldMs = Math.max(longestHoldMs, length);
  }
  return { rowId: lane.rowId, tid: lane.tid, shares, holds, longestHoldMs };
}

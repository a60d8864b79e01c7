import type { Lanes } from "../core/lanes/lanes.ts";

/** Records kept: about a minute of four thousand a second, and several minutes of an ordinary program. */
const CAPACITY = 1 << 18;
const MASK = CAPACITY - 1;
const RECORD_BYTES = 16;
const HEADER_BYTES = 64;
/** Records that are not read because they may be overwritten at this moment. */
const MARGIN = 256;
/** What `code` says: a state of a thread from 0 on, the holder of interpreter N as -1 - N, or a gap. */
const GAP = -(2 ** 31);
const LONGEST_HISTORY_MS = 120_000;

/** Bytes of the shared memory that a ring needs. */
export const LANES_RING_BYTES = HEADER_BYTES + CAPACITY * RECORD_BYTES;

/** The columns and counters of a ring, as both sides see them. */
class RingMemory {
  /** Records written so far, passes, late passes; wrapping at 2^32. */
  readonly counters: Int32Array;
  /** First and last pass, monotonic milliseconds; passes per second. */
  readonly times: Float64Array;
  readonly at: Float64Array;
  readonly row: Uint32Array;
  readonly code: Int32Array;

  constructor(shared: SharedArrayBuffer) {
    this.counters = new Int32Array(shared, 0, 4);
    this.times = new Float64Array(shared, 16, 4);
    this.at = new Float64Array(shared, HEADER_BYTES, CAPACITY);
    this.row = new Uint32Array(shared, HEADER_BYTES + CAPACITY * 8, CAPACITY);
    this.code = new Int32Array(shared, HEADER_BYTES + CAPACITY * 12, CAPACITY);
  }
}

/** The probe's end of a ring: it alone writes, and never waits. */
export class LanesWriter {
  readonly #memory: RingMemory;

  constructor(shared: SharedArrayBuffer) {
    this.#memory = new RingMemory(shared);
  }

  /** The thread with this row id has the GIL from now on. */
  holder(atMs: number, threadRowId: number, interpreterId: number): void {
    this.#write(atMs, threadRowId, -1 - Math.max(0, interpreterId));
  }

  /** The thread was seen in another state than before. */
  look(atMs: number, threadRowId: number, state: number): void {
    this.#write(atMs, threadRowId, state);
  }

  /** Nothing was seen from `fromMs` to `atMs`. */
  gap(fromMs: number, atMs: number): void {
    this.#write(atMs, Math.min(0xffff_ffff, Math.round((atMs - fromMs) * 1000)), GAP);
  }

  /** A pass has ended; what it wrote may be read. */
  pass(atMs: number, late: boolean, rateHz: number): void {
    const { counters, times } = this.#memory;
    if (Atomics.add(counters, 1, 1) === 0) times[0] = atMs;
    if (late) Atomics.add(counters, 2, 1);
    times[1] = atMs;
    times[2] = rateHz;
  }

  #write(atMs: number, row: number, code: number): void {
    const { counters, at, row: rows, code: codes } = this.#memory;
    const place = Atomics.load(counters, 0) & MASK;
    at[place] = atMs;
    rows[place] = row;
    codes[place] = code;
    Atomics.add(counters, 0, 1);
  }
}

/** The threads of the runtime, as the tables list them. */
export type LaneThreads = Lanes["threads"];

/** The host's end of a ring: reads what is there without disturbing the writer. */
export class LanesReader {
  readonly #memory: RingMemory;

  constructor(shared: SharedArrayBuffer) {
    this.#memory = new RingMemory(shared);
  }

  /** What was written after `fromMs`; null before the first pass. */
  read(processRowId: number, fromMs: number, threads: LaneThreads, wallOffsetMs: number): Lanes | null {
    const { counters, times, at, row, code } = this.#memory;
    const passes = Atomics.load(counters, 1) >>> 0;
    if (passes === 0) return null;
    const toMs = times[1]!;
    const head = Atomics.load(counters, 0);
    const oldest = Math.max(0, (head >>> 0) - CAPACITY + MARGIN);
    const since = Math.max(fromMs, toMs - LONGEST_HISTORY_MS);
    // Times ascend, so the first record wanted is found by halving.
    let low = oldest;
    let high = head >>> 0;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (at[middle & MASK]! <= since) low = middle + 1;
      else high = middle;
    }
    const changes: number[] = [];
    const looks: number[] = [];
    const gaps: number[] = [];
    for (let record = low; record < head >>> 0; record += 1) {
      const place = record & MASK;
      // Later ones belong to a pass that is going on.
      if (at[place]! > toMs) break;
      const kind = code[place]!;
      (kind === GAP ? gaps : kind < 0 ? changes : looks).push(place);
    }
    const lanes: Lanes = {
      processRowId,
      fromMs: Math.max(since, low === oldest && oldest > 0 ? at[oldest & MASK]! : times[0]!),
      toMs,
      wallOffsetMs,
      rateHz: times[2]!,
      passes,
      samplesLost: Atomics.load(counters, 2) >>> 0,
      threads,
      changes: {
        length: changes.length,
        atMs: Float64Array.from(changes, (place) => at[place]!),
        threadRowId: Uint32Array.from(changes, (place) => row[place]!),
        interpreterId: Int32Array.from(changes, (place) => -1 - code[place]!),
      },
      looks: {
        length: looks.length,
        atMs: Float64Array.from(looks, (place) => at[place]!),
        threadRowId: Uint32Array.from(looks, (place) => row[place]!),
        state: Uint8Array.from(looks, (place) => code[place]!),
      },
      gaps: {
        length: gaps.length,
        fromMs: Float64Array.from(gaps, (place) => at[place]! - row[place]! / 1000),
        toMs: Float64Array.from(gaps, (place) => at[place]!),
      },
    };
    // Overwritten meanwhile: only with a reader that was held up for seconds. The next question gets an answer.
    return (Atomics.load(counters, 0) - low) >>> 0 > CAPACITY ? null : lanes;
  }
}

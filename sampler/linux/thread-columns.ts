import type { ThreadGroup, ThreadTable } from "./thread-table.ts";

/** Numbers of 8 and of 4 bytes that a thread has. */
const FLOATS = 4;
const WORDS = 3;

/**
 * The columns of all threads one after the other, as they are handed over. Kept from sample to sample, because most threads rest:
 * only what was read again is written again, and a sample is a copy of the whole.
 */
export class ThreadColumnStore {
  readonly #threads: ThreadTable;
  #changes = -1;
  #groups: readonly ThreadGroup[] = [];
  /** When each group was read that stands here, monotonic milliseconds. */
  #readAtMs = new Float64Array(0);
  #floats = new Float64Array(0);
  #words = new Uint32Array(0);
  #length = 0;

  constructor(threads: ThreadTable) {
    this.#threads = threads;
  }

  get length(): number {
    return this.#length;
  }

  /** Takes over what was read since the last time. `groups` lists all of them, and is asked only when threads came or went. */
  update(groups: () => { readonly groups: readonly ThreadGroup[]; readonly processRowIds: readonly number[] }): void {
    if (this.#changes !== this.#threads.changes) {
      this.#changes = this.#threads.changes;
      const all = groups();
      this.#layOut(all.groups, all.processRowIds);
    }
    let start = 0;
    for (let i = 0; i < this.#groups.length; i += 1) {
      const group = this.#groups[i]!;
      if (group.readAtMs !== this.#readAtMs[i]) {
        this.#readAtMs[i] = group.readAtMs;
        this.#take(group, start);
      }
      start += group.rows.length;
    }
  }

  /** Copies run time, waiting time, time slices and time of reading; then row id, process's row id and thread id. */
  copyTo(floats: Float64Array, words: Uint32Array): void {
    floats.set(this.#floats);
    words.set(this.#words);
  }

  #layOut(groups: readonly ThreadGroup[], processRowIds: readonly number[]): void {
    let length = 0;
    for (const group of groups) length += group.rows.length;
    this.#groups = groups;
    this.#length = length;
    this.#readAtMs = new Float64Array(groups.length).fill(Number.NaN);
    this.#floats = new Float64Array(length * FLOATS);
    this.#words = new Uint32Array(length * WORDS);
    const words = this.#words;
    const { rowId, tid } = this.#threads.rows;
    let thread = 0;
    for (let i = 0; i < groups.length; i += 1) {
      const processRowId = processRowIds[i]!;
      for (const row of groups[i]!.rows) {
        words[thread] = rowId[row]!;
        words[length + thread] = processRowId;
        words[2 * length + thread] = tid[row]!;
        thread += 1;
      }
    }
  }

  #take({ rows, readAtMs }: ThreadGroup, start: number): void {
    const floats = this.#floats;
    const length = this.#length;
    const { runSeconds, waitSeconds, timeslices } = this.#threads.rows;
    for (let i = 0; i < rows.length; i += 1) {
      const row = rows[i]!;
      const at = start + i;
      floats[at] = runSeconds[row]!;
      floats[length + at] = waitSeconds[row]!;
      floats[2 * length + at] = timeslices[row]!;
      floats[3 * length + at] = readAtMs;
    }
  }
}

import * as fs from "node:fs";
import type { Clock } from "../provider.ts";
import { digits, numberAfterKey, numberOfName, parseLastId, parseStat, StatRecord } from "./byte-parser.ts";
import { DENIED, FAILED, GONE, type KeptFiles } from "./kept-files.ts";
import { ProcessRows } from "./process-rows.ts";

const STATE_ZOMBIE = 0x5a;
const TGID_KEY = Buffer.from("Tgid:");

/** How many newly given ids are looked at one by one; beyond, listing the directory is cheaper. */
const PROBED_IDS = 16;
/** Listing the directory anyway after this time, against ids that were missed. */
const LISTING_INTERVAL_MS = 10_000;
/** An idle process is read every so many samples, and one that has been idle for long still more seldom. */
const IDLE_RHYTHM = 4;
const LONG_IDLE_RHYTHM = 8;
const LONG_IDLE_SAMPLES = 60;
/** Memory of a runtime that uses no CPU is read every so many samples. */
const MEMORY_RHYTHM = 4;
/** Samples after its last CPU use for which a process counts as active. */
const ACTIVE_SAMPLES = 3;

/**
 * The table of processes: finds them, reads their `stat` and notices their end.
 *
 * Finding is led by the last id given out (`/proc/loadavg`): unchanged, nothing began; a few more, those are looked at;
 * otherwise, and every ten seconds, the directory is listed.
 */
export class ProcessTable {
  readonly rows: ProcessRows;
  /** Process ids whose thread list must be read again, because an id given out lately is a thread of theirs. */
  readonly relist = new Set<number>();
  /** Whether any id was given out since the sample before. */
  idsMoved = true;
  readonly #root: string;
  readonly #files: KeptFiles;
  readonly #clock: Clock;
  readonly #pageBytes: number;
  readonly #record = new StatRecord();
  readonly #small = Buffer.allocUnsafeSlow(4096);
  #loadFd = -1;
  #lastId = -1;
  #listedAtMs = Number.NEGATIVE_INFINITY;
  #listing = 0;
  #sample = 0;
  #missed: number[] = [];

  constructor(root: string, files: KeptFiles, clock: Clock, pageBytes: number, lastRowId: number) {
    this.#root = root;
    this.#files = files;
    this.#clock = clock;
    this.#pageBytes = pageBytes;
    this.rows = new ProcessRows(root, lastRowId);
  }

  /** Number of the sample in progress. */
  get sample(): number {
    return this.#sample;
  }

  /**
   * Reads what is due: Python runtimes, what used CPU lately and `selectedRow` always, others every fourth or eighth sample.
   * Rows of processes that ended stay marked dead until `rows.sweep()`.
   */
  read(selectedRowId: number | null): void {
    const rows = this.rows;
    this.#sample += 1;
    this.relist.clear();
    this.#discover();
    const { order } = rows;
    const reborn: number[] = [];
    const known = order.length;
    for (let i = 0; i < known; i += 1) {
      const row = order[i]!;
      if (rows.dead[row] === 1) continue;
      if (rows.addedAt[row] === this.#sample) continue;
      rows.moved[row] = 0;
      rows.fresh[row] = 0;
      const idleSamples = this.#sample - rows.movedAt[row]!;
      const rhythm = idleSamples < LONG_IDLE_SAMPLES ? IDLE_RHYTHM : LONG_IDLE_RHYTHM;
      if (
        rows.python[row] === 1 ||
        idleSamples <= ACTIVE_SAMPLES ||
        (row + this.#sample) % rhythm === 0 ||
        rows.rowId[row] === selectedRowId ||
        this.relist.has(rows.pid[row]!)
      ) {
        const pid = rows.pid[row]!;
        if (!this.#readRow(row, false)) reborn.push(pid);
      }
    }
    for (const pid of reborn) this.#add(pid);
  }

  close(): void {
    if (this.#loadFd >= 0) fs.closeSync(this.#loadFd);
    this.#loadFd = -1;
  }

  /** Ends a row that another reader found gone. */
  end(row: number): void {
    this.#files.release(this.rows, row);
    this.#files.release(this.rows.memory, row);
    this.rows.markDead(row);
  }

  #discover(): void {
    const last = this.#readLastId();
    const now = this.#clock.monotonicMs();
    const moved = last < 0 || this.#lastId < 0 ? Number.POSITIVE_INFINITY : last - this.#lastId;
    this.idsMoved = moved !== 0;
    if (moved < 0 || moved > PROBED_IDS || now - this.#listedAtMs >= LISTING_INTERVAL_MS) this.#list(now);
    else {
      const again = this.#missed;
      this.#missed = [];
      for (const id of again) this.#look(id, false);
      for (let id = this.#lastId + 1; id <= last; id += 1) this.#look(id, true);
    }
    this.#lastId = last;
  }

  #readLastId(): number {
    if (this.#loadFd < 0) {
      const fd = this.#files.open(`${this.#root}/loadavg`);
      if (fd < 0) return -1;
      this.#loadFd = fd;
    }
    try {
      return parseLastId(this.#small, fs.readSync(this.#loadFd, this.#small, 0, 256, 0));
    } catch {
      return -1;
    }
  }

  /** Looks at one id given out lately: a process, a thread of one, or nothing any more. */
  #look(id: number, mayComeLater: boolean): void {
    if (this.rows.byPid.has(id)) return;
    const status = this.#files.readOnce(`${this.#root}/${id}/status`, 4096);
    if (typeof status === "number") {
      // An id is given out a little before its process can be seen, so it is looked at once more next time.
      if (mayComeLater && status === GONE) this.#missed.push(id);
      return;
    }
    const group = numberAfterKey(status, status.length, TGID_KEY);
    if (group <= 0) return;
    if (group === id) this.#add(id);
    else if (this.rows.byPid.has(group)) this.relist.add(group);
    else this.#add(group);
  }

  #list(now: number): void {
    const names = this.#files.list(this.#root);
    if (typeof names === "number") return;
    this.#listedAtMs = now;
    this.#listing += 1;
    this.#missed = [];
    const rows = this.rows;
    const listing = this.#listing;
    for (const name of names) {
      const pid = numberOfName(name);
      if (pid <= 0) continue;
      const row = rows.byPid.get(pid);
      if (row === undefined) this.#add(pid);
      else rows.listedAt[row] = listing;
    }
    for (const row of rows.order) {
      if (rows.listedAt[row] !== listing && rows.addedAt[row] !== this.#sample && rows.dead[row] === 0) this.end(row);
    }
  }

  #add(pid: number): void {
    const rows = this.rows;
    const row = rows.add(pid);
    rows.addedAt[row] = this.#sample;
    rows.rssBytes[row] = 0;
    rows.listedAt[row] = this.#listing;
    this.#readRow(row, true);
  }

  /** False when the process ended; its row is then dead. */
  #readRow(row: number, isNew: boolean): boolean {
    const rows = this.rows;
    const length = this.#files.read(rows, row);
    if (length < 0) {
      if (length !== FAILED || isNew) this.end(row);
      return length === FAILED || isNew;
    }
    const record = this.#record;
    if (!parseStat(this.#files.buffer, length, record)) {
      if (isNew) this.end(row);
      return true;
    }
    if (!isNew && record.startTicks !== rows.startTicks[row]) {
      this.end(row);
      return false;
    }
    rows.readAtMs[row] = this.#clock.monotonicMs();
    const moved =
      isNew ||
      record.ticks !== rows.ticks[row] ||
      record.threadCount !== rows.threadCount[row] ||
      record.nameHash !== rows.nameHash[row];
    rows.moved[row] = moved ? 1 : 0;
    rows.fresh[row] = 1;
    if (moved) rows.movedAt[row] = this.#sample;
    if (record.threadCount !== rows.threadCount[row]) this.relist.add(rows.pid[row]!);
    rows.startTicks[row] = record.startTicks;
    rows.parentPid[row] = record.parentPid;
    rows.state[row] = record.state;
    rows.threadCount[row] = record.threadCount;
    rows.ticks[row] = record.ticks;
    rows.nameHash[row] = record.nameHash;
    rows.flags[row] = record.flags;
    if (moved || (rows.python[row] === 1 && (row + this.#sample) % MEMORY_RHYTHM === 0)) this.#readMemory(row);
    return true;
  }

  /**
   * Resident bytes from `statm`. `stat` has them too, but since Linux 6.17 only `statm` adds up what each CPU counted apart
   * (`get_mm_counter_sum`), so `stat` is off by some hundred kilobytes.
   */
  #readMemory(row: number): void {
    const rows = this.rows;
    if (rows.state[row] === STATE_ZOMBIE && rows.threadCount[row]! > 1) {
      rows.rssBytes[row] = this.#rssThroughThread(rows.pid[row]!);
      return;
    }
    const length = this.#files.read(rows.memory, row);
    if (length <= 0) {
      // A zombie and a kernel thread have no memory; what cannot be read now keeps its last value.
      if (length === DENIED) rows.rssBytes[row] = Number.NaN;
      return;
    }
    const pages = residentPages(this.#files.buffer, length);
    if (pages >= 0) rows.rssBytes[row] = pages * this.#pageBytes;
  }

  /** Resident bytes of a process whose first thread ended while others live: its own files answer as a zombie's do. */
  #rssThroughThread(pid: number): number {
    const tid = liveThread(this.#files, this.#root, pid);
    const statm = tid === null ? GONE : this.#files.readOnce(`${this.#root}/${pid}/task/${tid}/statm`, 256);
    const pages = typeof statm === "number" ? -1 : residentPages(statm, statm.length);
    return pages < 0 ? Number.NaN : pages * this.#pageBytes;
  }
}

/** Second field of `statm`, proc_pid_statm(5): resident pages; -1 when it is not there. */
function residentPages(bytes: Uint8Array, length: number): number {
  let at = 0;
  while (at < length && bytes[at] !== 0x20) at += 1;
  return digits(bytes, at + 1, length);
}

/** A thread of a process other than its first one, or null: through it a process without leader can be read. */
export function liveThread(files: KeptFiles, root: string, pid: number): number | null {
  const names = files.list(`${root}/${pid}/task`);
  if (typeof names === "number") return null;
  for (const name of names) {
    const tid = numberOfName(name);
    if (tid > 0 && tid !== pid) return tid;
  }
  return null;
}

import type { Clock } from "../provider.ts";
import { numberOfName, parseSchedstat, parseStat, SchedstatRecord, StatRecord } from "./byte-parser.ts";
import { FAILED, type FileOwner, type KeptFiles } from "./kept-files.ts";
import { grown } from "./process-rows.ts";

/** Rows of the thread table, column by column, at places that do not move while a thread lives. */
class ThreadRows implements FileOwner {
  rowId = new Uint32Array(1024);
  tid = new Int32Array(1024);
  pid = new Int32Array(1024);
  runSeconds = new Float64Array(1024);
  waitSeconds = new Float64Array(1024);
  timeslices = new Float64Array(1024);
  /** What `timeslices` was when the thread's name was read last. */
  namedTimeslices = new Float64Array(1024);
  listedAt = new Float64Array(1024);
  slots = new Int32Array(1024).fill(-1);
  readonly #root: string;
  readonly #file: string;
  #free: number[] = [];
  #top = 0;
  #lastRowId: number;

  constructor(root: string, file: string, lastRowId: number) {
    this.#lastRowId = lastRowId;
    this.#root = root;
    this.#file = file;
  }

  pathOf(row: number): string {
    return `${this.#root}/${this.pid[row]}/task/${this.tid[row]}/${this.#file}`;
  }

  add(pid: number, tid: number): number {
    let row = this.#free.pop();
    if (row === undefined) {
      row = this.#top;
      this.#top += 1;
      if (row === this.tid.length) this.#grow();
    }
    this.renew(row);
    this.tid[row] = tid;
    this.pid[row] = pid;
    this.slots[row] = -1;
    return row;
  }

  /** Gives a place to another thread identity. */
  renew(row: number): void {
    this.#lastRowId += 1;
    this.rowId[row] = this.#lastRowId;
    this.runSeconds[row] = Number.NaN;
    this.waitSeconds[row] = Number.NaN;
    this.timeslices[row] = Number.NaN;
  }

  give(row: number): void {
    this.#free.push(row);
  }

  #grow(): void {
    const capacity = this.tid.length * 2;
    this.rowId = grown(this.rowId, new Uint32Array(capacity));
    this.tid = grown(this.tid, new Int32Array(capacity));
    this.pid = grown(this.pid, new Int32Array(capacity));
    this.runSeconds = grown(this.runSeconds, new Float64Array(capacity));
    this.waitSeconds = grown(this.waitSeconds, new Float64Array(capacity));
    this.timeslices = grown(this.timeslices, new Float64Array(capacity));
    this.namedTimeslices = grown(this.namedTimeslices, new Float64Array(capacity));
    this.listedAt = grown(this.listedAt, new Float64Array(capacity));
    this.slots = grown(this.slots, new Int32Array(capacity).fill(-1));
  }
}

/** Threads of one process. */
export interface ThreadGroup {
  readonly pid: number;
  /** Places of the rows, in the order of their row ids. */
  readonly rows: number[];
  /** Monotonic milliseconds of the last reading, or of the check that showed that nothing moved. */
  readAtMs: number;
  /** Rows that appeared and whose names are not known yet. */
  readonly unnamed: number[];
  listed: boolean;
}

/** The table of threads: lists them when asked and reads their run time. */
export class ThreadTable {
  readonly rows: ThreadRows;
  readonly #root: string;
  readonly #files: KeptFiles;
  readonly #clock: Clock;
  readonly #ticksPerSecond: number;
  /** False where the kernel keeps no schedstat (or shows zeros): `stat` ticks are read instead. */
  readonly #schedstat: boolean;
  readonly #sched = new SchedstatRecord();
  readonly #stat = new StatRecord();
  #listing = 0;
  #changes = 0;

  constructor(
    root: string,
    files: KeptFiles,
    clock: Clock,
    ticksPerSecond: number,
    schedstat: boolean,
    lastRowId: number,
  ) {
    this.#root = root;
    this.#files = files;
    this.#clock = clock;
    this.#ticksPerSecond = ticksPerSecond;
    this.#schedstat = schedstat;
    this.rows = new ThreadRows(root, schedstat ? "schedstat" : "stat", lastRowId);
  }

  /** Rises whenever a thread comes or goes. */
  get changes(): number {
    return this.#changes;
  }

  /** An empty group for a process. */
  group(pid: number): ThreadGroup {
    return { pid, rows: [], readAtMs: this.#clock.monotonicMs(), unnamed: [], listed: false };
  }

  /** Lists the threads of a process again: new ones get rows, ended ones lose theirs. */
  list(group: ThreadGroup): void {
    const names = this.#files.list(`${this.#root}/${group.pid}/task`);
    if (typeof names === "number") return;
    group.listed = true;
    this.#listing += 1;
    const rows = this.rows;
    const listing = this.#listing;
    const known = new Map<number, number>();
    for (const row of group.rows) known.set(rows.tid[row]!, row);
    for (const name of names) {
      const tid = numberOfName(name);
      if (tid <= 0) continue;
      let row = known.get(tid);
      if (row === undefined) {
        row = rows.add(group.pid, tid);
        this.#changes += 1;
        group.rows.push(row);
        group.unnamed.push(row);
      }
      rows.listedAt[row] = listing;
    }
    let kept = 0;
    for (const row of group.rows) {
      if (rows.listedAt[row] === listing) {
        group.rows[kept] = row;
        kept += 1;
      } else this.#end(row);
    }
    group.rows.length = kept;
  }

  /** Reads the counters of every thread of a group; lists it again when one of them is gone. */
  read(group: ThreadGroup): void {
    let gone = this.#readAll(group);
    if (gone) {
      this.list(group);
      gone = this.#readAll(group);
    }
    group.readAtMs = this.#clock.monotonicMs();
  }

  /** Ends every thread of a process that ended. */
  end(group: ThreadGroup): void {
    for (const row of group.rows) this.#end(row);
    group.rows.length = 0;
    group.unnamed.length = 0;
  }

  #end(row: number): void {
    this.#files.release(this.rows, row);
    this.rows.give(row);
    this.#changes += 1;
  }

  #readAll(group: ThreadGroup): boolean {
    let gone = false;
    const { rows } = group;
    for (let i = 0; i < rows.length; i += 1) {
      const row = rows[i]!;
      const length = this.#files.read(this.rows, row);
      if (length > 0) this.#take(group, row, length);
      else if (length !== FAILED) {
        gone = true;
        this.#end(row);
        rows.splice(i, 1);
        const unnamed = group.unnamed.indexOf(row);
        if (unnamed >= 0) group.unnamed.splice(unnamed, 1);
        i -= 1;
      }
    }
    return gone;
  }

  #take(group: ThreadGroup, row: number, length: number): void {
    const rows = this.rows;
    if (this.#schedstat) {
      const record = this.#sched;
      if (!parseSchedstat(this.#files.buffer, length, record)) return;
      const run = record.runNanoseconds / 1e9;
      // Without a kept file a thread id may have been given out again: run time never goes back.
      if (run < rows.runSeconds[row]!) this.#replace(group, row);
      rows.runSeconds[row] = run;
      rows.waitSeconds[row] = record.waitNanoseconds / 1e9;
      rows.timeslices[row] = record.timeslices;
      return;
    }
    if (!parseStat(this.#files.buffer, length, this.#stat)) return;
    const run = this.#stat.ticks / this.#ticksPerSecond;
    if (run < rows.runSeconds[row]!) this.#replace(group, row);
    rows.runSeconds[row] = run;
  }

  #replace(group: ThreadGroup, row: number): void {
    this.#changes += 1;
    this.rows.renew(row);
    group.rows.splice(group.rows.indexOf(row), 1);
    group.rows.push(row);
    group.unnamed.push(row);
  }
}

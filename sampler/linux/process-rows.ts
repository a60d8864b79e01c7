import type { FileOwner } from "./kept-files.ts";

/** Rows of the process table, column by column, at places that do not move while a process lives. */
export class ProcessRows implements FileOwner {
  rowId = new Uint32Array(256);
  pid = new Int32Array(256);
  parentPid = new Int32Array(256);
  startTicks = new Float64Array(256);
  state = new Uint8Array(256);
  threadCount = new Uint32Array(256);
  ticks = new Float64Array(256);
  rssBytes = new Float64Array(256);
  readAtMs = new Float64Array(256);
  nameHash = new Int32Array(256);
  flags = new Uint32Array(256);
  /** Sample in which CPU time last moved. */
  movedAt = new Float64Array(256);
  /** Sample in which the row appeared. */
  addedAt = new Float64Array(256);
  /** Listing that last showed the process. */
  listedAt = new Float64Array(256);
  /** 1: a Python runtime. */
  python = new Uint8Array(256);
  /** 1: CPU time or thread count moved in this sample, or the row is new. */
  moved = new Uint8Array(256);
  /** 1: read in this sample. */
  fresh = new Uint8Array(256);
  /** 1: ended. */
  dead = new Uint8Array(256);
  slots = new Int32Array(256).fill(-1);
  /** The same places for `statm`. */
  readonly memory: MemoryFiles;
  /** Live rows in the order of their row ids. */
  order: number[] = [];
  readonly byPid = new Map<number, number>();
  readonly #root: string;
  #free: number[] = [];
  #top = 0;
  #lastRowId: number;

  /** `lastRowId`: the highest row id given out in this session before. */
  constructor(root: string, lastRowId: number) {
    this.#root = root;
    this.#lastRowId = lastRowId;
    this.memory = new MemoryFiles(this, root);
  }

  pathOf(row: number): string {
    return `${this.#root}/${this.pid[row]}/stat`;
  }

  /** Makes a row for a process not seen before; its row id is never used again. */
  add(pid: number): number {
    let row = this.#free.pop();
    if (row === undefined) {
      row = this.#top;
      this.#top += 1;
      if (row === this.pid.length) this.#grow();
    }
    this.#lastRowId += 1;
    this.rowId[row] = this.#lastRowId;
    this.pid[row] = pid;
    this.dead[row] = 0;
    this.python[row] = 0;
    this.slots[row] = -1;
    this.memory.slots[row] = -1;
    this.order.push(row);
    this.byPid.set(pid, row);
    return row;
  }

  /** Marks a row as ended; `sweep` gives its place back. */
  markDead(row: number): void {
    this.dead[row] = 1;
    if (this.byPid.get(this.pid[row]!) === row) this.byPid.delete(this.pid[row]!);
  }

  /** Gives back the places of ended rows. Places must not be remembered across it for dead rows. */
  sweep(): void {
    let kept = 0;
    for (const row of this.order) {
      if (this.dead[row] === 1) this.#free.push(row);
      else {
        this.order[kept] = row;
        kept += 1;
      }
    }
    this.order.length = kept;
  }

  #grow(): void {
    const capacity = this.pid.length * 2;
    this.rowId = grown(this.rowId, new Uint32Array(capacity));
    this.pid = grown(this.pid, new Int32Array(capacity));
    this.parentPid = grown(this.parentPid, new Int32Array(capacity));
    this.startTicks = grown(this.startTicks, new Float64Array(capacity));
    this.state = grown(this.state, new Uint8Array(capacity));
    this.threadCount = grown(this.threadCount, new Uint32Array(capacity));
    this.ticks = grown(this.ticks, new Float64Array(capacity));
    this.rssBytes = grown(this.rssBytes, new Float64Array(capacity));
    this.readAtMs = grown(this.readAtMs, new Float64Array(capacity));
    this.nameHash = grown(this.nameHash, new Int32Array(capacity));
    this.flags = grown(this.flags, new Uint32Array(capacity));
    this.movedAt = grown(this.movedAt, new Float64Array(capacity));
    this.addedAt = grown(this.addedAt, new Float64Array(capacity));
    this.listedAt = grown(this.listedAt, new Float64Array(capacity));
    this.python = grown(this.python, new Uint8Array(capacity));
    this.moved = grown(this.moved, new Uint8Array(capacity));
    this.fresh = grown(this.fresh, new Uint8Array(capacity));
    this.dead = grown(this.dead, new Uint8Array(capacity));
    this.slots = grown(this.slots, new Int32Array(capacity).fill(-1));
    this.memory.slots = grown(this.memory.slots, new Int32Array(capacity).fill(-1));
  }
}

/** The `statm` files of the processes. */
class MemoryFiles implements FileOwner {
  slots = new Int32Array(256).fill(-1);
  readonly #rows: ProcessRows;
  readonly #root: string;

  constructor(rows: ProcessRows, root: string) {
    this.#rows = rows;
    this.#root = root;
  }

  pathOf(row: number): string {
    return `${this.#root}/${this.#rows.pid[row]}/statm`;
  }
}

/** Copies a column into a longer one. */
export function grown<Column extends Uint8Array | Uint32Array | Int32Array | Float64Array>(
  old: Column,
  longer: Column,
): Column {
  longer.set(old as never);
  return longer;
}

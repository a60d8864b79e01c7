import * as fs from "node:fs";

/** The file's process or thread ended. */
export const GONE = -1;
/** The operating system forbids reading it. */
export const DENIED = -2;
/** It could not be read now, for want of file descriptors or for a reason of its own; what is known stays valid. */
export const FAILED = -3;

/** A table whose rows each have a file worth keeping open. */
export interface FileOwner {
  /** Slot of each row in `KeptFiles`, -1 for none. */
  slots: Int32Array;
  /** Path of a row's file. */
  pathOf(row: number): string;
}

/**
 * Files of /proc that stay open, because looking up, opening and closing cost four times as much as reading.
 * At most `limit` are kept; the one longest unused makes room, but only when it was not used for `STALE_AFTER` rounds:
 * where more files are in use than fit, throwing one out for the next would reopen every file every time.
 * Want of descriptors lowers the limit and never means that a process is gone.
 */
export class KeptFiles {
  /** Bytes of the last read. */
  readonly buffer: Buffer;
  /** What a file read once is gathered in: most are short, and a buffer for each would be garbage. */
  #scratch = Buffer.allocUnsafeSlow(4096);
  #limit: number;
  #count = 0;
  #round = 0;
  #fds: Int32Array;
  #previous: Int32Array;
  #next: Int32Array;
  #usedRound: Int32Array;
  #ownerRow: Int32Array;
  #owners: (FileOwner | null)[] = [];
  #head = -1;
  #tail = -1;
  #free = -1;
  #top = 0;

  constructor(limit: number, bufferBytes = 4096) {
    this.buffer = Buffer.allocUnsafeSlow(bufferBytes);
    this.#limit = limit;
    const capacity = Math.max(16, Math.min(limit, 256));
    this.#fds = new Int32Array(capacity);
    this.#previous = new Int32Array(capacity);
    this.#next = new Int32Array(capacity);
    this.#usedRound = new Int32Array(capacity);
    this.#ownerRow = new Int32Array(capacity);
  }

  /** Files kept open now. */
  get count(): number {
    return this.#count;
  }

  /** How many may be kept open: lowered when the program runs out of descriptors. */
  get limit(): number {
    return this.#limit;
  }

  /** Begins a new round of reading; files unused for several rounds may make room for others. */
  nextRound(): void {
    this.#round += 1;
  }

  /** Reads a row's file from its beginning into `buffer`. Returns the number of bytes, or `GONE`, `DENIED`, `FAILED`. */
  read(owner: FileOwner, row: number): number {
    const slot = owner.slots[row]!;
    if (slot >= 0) {
      if (this.#usedRound[slot] !== this.#round) this.#touch(slot);
      try {
        const length = fs.readSync(this.#fds[slot]!, this.buffer, 0, this.buffer.length, 0);
        return length === 0 ? GONE : length;
      } catch (error) {
        const outcome = outcomeOf(error);
        if (outcome !== FAILED) this.release(owner, row);
        return outcome;
      }
    }
    return this.#readUnkept(owner, row);
  }

  #readUnkept(owner: FileOwner, row: number): number {
    const path = owner.pathOf(row);
    const fd = this.open(path);
    if (fd < 0) return fd;
    let length: number;
    try {
      length = fs.readSync(fd, this.buffer, 0, this.buffer.length, 0);
    } catch (error) {
      fs.closeSync(fd);
      return outcomeOf(error);
    }
    if (length > 0 && this.#makeRoom()) this.#keep(owner, row, fd);
    else fs.closeSync(fd);
    return length === 0 ? GONE : length;
  }

  /** Opens a file for reading. Returns a descriptor or `GONE`, `DENIED`, `FAILED`; gives up kept files when there are no descriptors left. */
  open(path: string): number {
    for (;;) {
      try {
        return fs.openSync(path, "r");
      } catch (error) {
        if (!isDescriptorShortage(error) || this.#count === 0) return outcomeOf(error);
        this.#limit = Math.max(0, this.#count - 4);
        while (this.#count > this.#limit) this.#evictTail();
      }
    }
  }

  /** Reads a whole file once, up to `limitBytes`, without keeping it; the bytes are copied. */
  readOnce(path: string, limitBytes = 65536): Buffer | number {
    const fd = this.open(path);
    if (fd < 0) return fd;
    try {
      let bytes = this.#scratch;
      let length = 0;
      for (;;) {
        const count = fs.readSync(fd, bytes, length, Math.min(bytes.length, limitBytes) - length, null);
        length += count;
        if (count === 0 || length >= limitBytes) break;
        if (length === bytes.length) {
          const grown = Buffer.allocUnsafeSlow(length * 4);
          bytes.copy(grown, 0, 0, length);
          bytes = grown;
        }
      }
      if (bytes.length <= MOST_SCRATCH_BYTES) this.#scratch = bytes;
      return Buffer.from(bytes.subarray(0, length));
    } catch (error) {
      return outcomeOf(error);
    } finally {
      fs.closeSync(fd);
    }
  }

  /** Names in a directory, or `GONE`, `DENIED`, `FAILED`. */
  list(path: string): string[] | number {
    for (;;) {
      try {
        return fs.readdirSync(path);
      } catch (error) {
        if (!isDescriptorShortage(error) || this.#count === 0) return outcomeOf(error);
        this.#limit = Math.max(0, this.#count - 4);
        while (this.#count > this.#limit) this.#evictTail();
      }
    }
  }

  /** Closes a row's file if it is kept. */
  release(owner: FileOwner, row: number): void {
    const slot = owner.slots[row]!;
    if (slot >= 0) this.#drop(slot);
  }

  /** Closes everything. */
  close(): void {
    while (this.#tail >= 0) this.#evictTail();
  }

  #makeRoom(): boolean {
    if (this.#count < this.#limit) return true;
    if (this.#tail < 0 || this.#limit === 0) return false;
    if (this.#round - this.#usedRound[this.#tail]! < STALE_AFTER) return false;
    this.#evictTail();
    return true;
  }

  #keep(owner: FileOwner, row: number, fd: number): void {
    let slot = this.#free;
    if (slot >= 0) this.#free = this.#next[slot]!;
    else {
      slot = this.#top;
      this.#top += 1;
      if (slot === this.#fds.length) this.#grow();
    }
    this.#fds[slot] = fd;
    this.#ownerRow[slot] = row;
    this.#owners[slot] = owner;
    this.#usedRound[slot] = this.#round;
    this.#count += 1;
    this.#linkFirst(slot);
    owner.slots[row] = slot;
  }

  #grow(): void {
    const capacity = this.#fds.length * 2;
    const grow = (old: Int32Array): Int32Array => {
      const grown = new Int32Array(capacity);
      grown.set(old);
      return grown;
    };
    this.#fds = grow(this.#fds);
    this.#previous = grow(this.#previous);
    this.#next = grow(this.#next);
    this.#usedRound = grow(this.#usedRound);
    this.#ownerRow = grow(this.#ownerRow);
  }

  #touch(slot: number): void {
    this.#usedRound[slot] = this.#round;
    if (slot === this.#head) return;
    this.#unlink(slot);
    this.#linkFirst(slot);
  }

  #linkFirst(slot: number): void {
    this.#previous[slot] = -1;
    this.#next[slot] = this.#head;
    if (this.#head >= 0) this.#previous[this.#head] = slot;
    this.#head = slot;
    if (this.#tail < 0) this.#tail = slot;
  }

  #unlink(slot: number): void {
    const previous = this.#previous[slot]!;
    const next = this.#next[slot]!;
    if (previous >= 0) this.#next[previous] = next;
    else this.#head = next;
    if (next >= 0) this.#previous[next] = previous;
    else this.#tail = previous;
  }

  #evictTail(): void {
    this.#drop(this.#tail);
  }

  #drop(slot: number): void {
    this.#unlink(slot);
    const owner = this.#owners[slot];
    if (owner) owner.slots[this.#ownerRow[slot]!] = -1;
    this.#owners[slot] = null;
    this.#count -= 1;
    try {
      fs.closeSync(this.#fds[slot]!);
    } catch {
      // Closing a file of /proc has nothing to lose.
    }
    this.#next[slot] = this.#free;
    this.#free = slot;
  }
}

/** Texts longer than this are gathered in a buffer of their own. */
const MOST_SCRATCH_BYTES = 1 << 18;
/** Rounds a kept file must be unused before it makes room: more than the rhythm of idle processes. */
const STALE_AFTER = 6;

function isDescriptorShortage(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "EMFILE" || code === "ENFILE";
}

/** Sorts a failed read: a process that ended, a missing right, or anything else. */
export function outcomeOf(error: unknown): number {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT" || code === "ESRCH" || code === "ENOTDIR") return GONE;
  if (code === "EACCES" || code === "EPERM") return DENIED;
  return FAILED;
}

/**
 * How many files may be kept open under the soft limit of descriptors (`/proc/self/limits`), with what the program has open
 * already: at most `most`, and always some left for the program's other work.
 */
export function spareFileLimit(root: string, most: number): number {
  let soft = 1024;
  let open = 32;
  try {
    const match = /^Max open files\s+(\d+|unlimited)/m.exec(fs.readFileSync(`${root}/self/limits`, "utf8"));
    if (match !== null) soft = match[1] === "unlimited" ? 1 << 20 : Number(match[1]);
    open = fs.readdirSync(`${root}/self/fd`).length;
  } catch {
    // The usual limit is a safe guess.
  }
  return Math.max(0, Math.min(most, Math.floor((soft - open - LEFT_FOR_OTHERS) * 0.7)));
}

/** Two workers that may start later need five each; two programs run at once need nine each. */
const LEFT_FOR_OTHERS = 32;

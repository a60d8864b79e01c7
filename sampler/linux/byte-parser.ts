/**
 * Parsers of the kernel's text files. They take bytes and a length, write into records that are used again,
 * and make no strings and no objects: they run for every process and thread once a second.
 */

const SPACE = 0x20;
const NEWLINE = 0x0a;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN = 0x28;
const CLOSE = 0x29;

/** What is taken from `/proc/PID/stat`, proc_pid_stat(5). */
export class StatRecord {
  /** ASCII code of the state's letter. */
  state = 0;
  parentPid = 0;
  /** Kernel flags (`PF_*`). */
  flags = 0;
  /** User and system time, clock ticks; ended threads included in a process's file. */
  ticks = 0;
  threadCount = 0;
  startTicks = 0;
  rssPages = 0;
  /** Hash of the name's bytes: tells that the name changed without making a string. */
  nameHash = 0;
  /** First byte of the name and the one after its last. */
  nameStart = 0;
  nameEnd = 0;
}

/** `PF_KTHREAD` of the kernel's include/linux/sched.h. */
export const KERNEL_THREAD_FLAG = 0x0020_0000;

/**
 * Parses `/proc/PID/stat` or `/proc/PID/task/TID/stat`.
 * The name ends at the last `)`: it may hold `) R 1 1 (`, newlines and bytes that are not UTF-8.
 * False when the bytes are not such a file; the record is then undefined.
 */
export function parseStat(bytes: Uint8Array, length: number, into: StatRecord): boolean {
  let open = 0;
  while (open < length && bytes[open] !== OPEN) open += 1;
  let close = length - 1;
  while (close > open && bytes[close] !== CLOSE) close -= 1;
  if (close <= open || close + 4 >= length || bytes[close + 1] !== SPACE) return false;
  let hash = 0x811c9dc5;
  for (let i = open + 1; i < close; i += 1) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  into.nameHash = hash;
  into.nameStart = open + 1;
  into.nameEnd = close;
  into.state = bytes[close + 2]!;
  if (bytes[close + 3] !== SPACE) return false;
  let at = close + 4;
  let field = 4;
  let ticks = 0;
  while (field <= 24) {
    let negative = false;
    if (at < length && bytes[at] === MINUS) {
      negative = true;
      at += 1;
    }
    const start = at;
    let value = 0;
    while (at < length) {
      const byte = bytes[at]!;
      if (byte < ZERO || byte > NINE) break;
      value = value * 10 + (byte - ZERO);
      at += 1;
    }
    if (at === start) return false;
    if (field === 4) into.parentPid = negative ? -value : value;
    else if (field === 9) into.flags = value;
    else if (field === 14) ticks = value;
    else if (field === 15) into.ticks = ticks + value;
    else if (field === 20) into.threadCount = value;
    else if (field === 22) into.startTicks = value;
    else if (field === 24) into.rssPages = negative ? 0 : value;
    if (at < length && bytes[at] !== SPACE && bytes[at] !== NEWLINE) return false;
    at += 1;
    field += 1;
  }
  return true;
}

/** What is taken from `schedstat`: time on a CPU and runnable without one, nanoseconds; times put on a CPU. */
export class SchedstatRecord {
  runNanoseconds = 0;
  waitNanoseconds = 0;
  timeslices = 0;
}

/** Parses `/proc/PID/task/TID/schedstat` (kernel Documentation/scheduler/sched-stats.rst). False when it is not one. */
export function parseSchedstat(bytes: Uint8Array, length: number, into: SchedstatRecord): boolean {
  let at = 0;
  for (let field = 0; field < 3; field += 1) {
    const start = at;
    let value = 0;
    while (at < length) {
      const byte = bytes[at]!;
      if (byte < ZERO || byte > NINE) break;
      value = value * 10 + (byte - ZERO);
      at += 1;
    }
    if (at === start) return false;
    if (field === 0) into.runNanoseconds = value;
    else if (field === 1) into.waitNanoseconds = value;
    else into.timeslices = value;
    at += 1;
  }
  return true;
}

/** The last number of `/proc/loadavg`: the id given out last, threads included. -1 when it is not one. */
export function parseLastId(bytes: Uint8Array, length: number): number {
  let end = length;
  while (end > 0 && (bytes[end - 1] === NEWLINE || bytes[end - 1] === SPACE)) end -= 1;
  let start = end;
  while (start > 0 && bytes[start - 1]! >= ZERO && bytes[start - 1]! <= NINE) start -= 1;
  if (start === end || (start > 0 && bytes[start - 1] !== SPACE)) return -1;
  return digits(bytes, start, end);
}

/** The decimal number at `start`, up to the first byte that is no digit; -1 when there is none. */
export function digits(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let at = start;
  while (at < end) {
    const byte = bytes[at]!;
    if (byte < ZERO || byte > NINE) break;
    value = value * 10 + (byte - ZERO);
    at += 1;
  }
  return at === start ? -1 : value;
}

/** A number from a directory entry's name; -1 when it is none. */
export function numberOfName(name: string): number {
  let value = 0;
  for (let i = 0; i < name.length; i += 1) {
    const code = name.charCodeAt(i);
    if (code < ZERO || code > NINE) return -1;
    value = value * 10 + (code - ZERO);
  }
  return name.length === 0 || name.length > 10 ? -1 : value;
}

/**
 * The number after `key` at the start of a line, blanks between skipped: `MemAvailable:`, `Tgid:`.
 * -1 when there is no such line or no number in it.
 */
export function numberAfterKey(bytes: Uint8Array, length: number, key: Uint8Array): number {
  const at = afterKey(bytes, length, key);
  return at < 0 ? -1 : digits(bytes, at, length);
}

/** Where the value after `key` at the start of a line begins; -1 when there is no such line. */
export function afterKey(bytes: Uint8Array, length: number, key: Uint8Array): number {
  let line = 0;
  while (line < length) {
    let i = 0;
    while (i < key.length && line + i < length && bytes[line + i] === key[i]) i += 1;
    if (i === key.length) {
      let at = line + i;
      while (at < length && (bytes[at] === SPACE || bytes[at] === 0x09)) at += 1;
      return at;
    }
    while (line < length && bytes[line] !== NEWLINE) line += 1;
    line += 1;
  }
  return -1;
}

/** Busy and stolen ticks of all CPUs and of each online one, from `/proc/stat`. */
export class CpuRecord {
  busyTicks = 0;
  stealTicks = 0;
  cpus = 0;
  busyTicksByCpu = new Float64Array(64);
}

/**
 * Parses the `cpu` lines of `/proc/stat`, proc_stat(5).
 * Busy is user, nice, system, irq and softirq; guest time is inside user already. False when there is no such line.
 */
export function parseCpuStat(bytes: Uint8Array, length: number, into: CpuRecord): boolean {
  into.cpus = 0;
  let seen = false;
  let at = 0;
  while (at + 4 < length && bytes[at] === 0x63 && bytes[at + 1] === 0x70 && bytes[at + 2] === 0x75) {
    const total = bytes[at + 3] === SPACE;
    at += 3;
    while (at < length && bytes[at] !== SPACE && bytes[at] !== NEWLINE) at += 1;
    let busy = 0;
    let steal = 0;
    for (let field = 0; field < 8; field += 1) {
      while (at < length && bytes[at] === SPACE) at += 1;
      let value = 0;
      while (at < length && bytes[at]! >= ZERO && bytes[at]! <= NINE) {
        value = value * 10 + (bytes[at]! - ZERO);
        at += 1;
      }
      if (field < 3 || field === 5 || field === 6) busy += value;
      else if (field === 7) steal = value;
    }
    if (total) {
      into.busyTicks = busy;
      into.stealTicks = steal;
      seen = true;
    } else {
      if (into.cpus === into.busyTicksByCpu.length) {
        const grown = new Float64Array(into.cpus * 2);
        grown.set(into.busyTicksByCpu);
        into.busyTicksByCpu = grown;
      }
      into.busyTicksByCpu[into.cpus] = busy;
      into.cpus += 1;
    }
    while (at < length && bytes[at] !== NEWLINE) at += 1;
    at += 1;
  }
  return seen;
}

/** How many CPUs a list such as `0-3,8,10-11` names; null when it is no such list. */
export function countCpuList(text: string): number | null {
  let count = 0;
  for (const part of text.trim().split(",")) {
    const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part);
    if (match === null) return null;
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (last < first) return null;
    count += last - first + 1;
  }
  return count;
}

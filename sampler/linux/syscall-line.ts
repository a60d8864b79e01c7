/** What one line of `/proc/PID/task/TID/syscall` says (proc_pid_syscall(5)); written into a record that is used again. */
export class SyscallRecord {
  /** `running`, in a system call, or asleep outside one. */
  kind: "running" | "syscall" | "blocked" = "running";
  /** System call number; -1 when there is none. */
  number = -1;
  /** First four arguments, each as two halves so that no bit is lost. */
  readonly high = new Float64Array(6);
  readonly low = new Float64Array(6);
}

/** Parses the line. False when it is not one. */
export function parseSyscallLine(bytes: Uint8Array, length: number, into: SyscallRecord): boolean {
  if (length >= 7 && bytes[0] === 0x72 && bytes[1] === 0x75 && bytes[2] === 0x6e) {
    into.kind = "running";
    into.number = -1;
    return true;
  }
  let at = 0;
  const negative = bytes[0] === 0x2d;
  if (negative) at = 1;
  const start = at;
  let number = 0;
  while (at < length && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) {
    number = number * 10 + bytes[at]! - 0x30;
    at += 1;
  }
  if (at === start || at - start > 6) return false;
  if (negative) {
    into.kind = "blocked";
    into.number = -1;
    return true;
  }
  into.kind = "syscall";
  into.number = number;
  for (let i = 0; i < 6; i += 1) {
    if (bytes[at] !== 0x20 || bytes[at + 1] !== 0x30 || bytes[at + 2] !== 0x78) return false;
    at += 3;
    let high = 0;
    let low = 0;
    const first = at;
    while (at < length) {
      const digit = hexDigit(bytes[at]!);
      if (digit < 0) break;
      high = (high * 16 + Math.floor(low / 0x1000_0000)) % 0x1_0000_0000;
      low = (low % 0x1000_0000) * 16 + digit;
      at += 1;
    }
    if (at === first || at - first > 16) return false;
    into.high[i] = high;
    into.low[i] = low;
  }
  return true;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57;
  return -1;
}

/** How a system call says that it has a time limit: an argument that is a pointer (null: none) or milliseconds (negative: none). */
interface TimeLimit {
  readonly argument: number;
  readonly kind: "pointer" | "milliseconds";
}

/** The numbers of the calls whose arguments matter, of one architecture. */
export interface SyscallArguments {
  readonly futex: number;
  readonly timeLimits: ReadonlyMap<number, TimeLimit>;
}

const X86_64: SyscallArguments = {
  futex: 202,
  timeLimits: new Map<number, TimeLimit>([
    [202, { argument: 3, kind: "pointer" }],
    [7, { argument: 2, kind: "milliseconds" }],
    [271, { argument: 2, kind: "pointer" }],
    [23, { argument: 4, kind: "pointer" }],
    [270, { argument: 4, kind: "pointer" }],
    [232, { argument: 3, kind: "milliseconds" }],
    [281, { argument: 3, kind: "milliseconds" }],
    [441, { argument: 3, kind: "pointer" }],
    [449, { argument: 3, kind: "pointer" }],
    [128, { argument: 2, kind: "pointer" }],
  ]),
};

const AARCH64: SyscallArguments = {
  futex: 98,
  timeLimits: new Map<number, TimeLimit>([
    [98, { argument: 3, kind: "pointer" }],
    [73, { argument: 2, kind: "pointer" }],
    [72, { argument: 4, kind: "pointer" }],
    [22, { argument: 3, kind: "milliseconds" }],
    [441, { argument: 3, kind: "pointer" }],
    [449, { argument: 3, kind: "pointer" }],
    [137, { argument: 2, kind: "pointer" }],
  ]),
};

/** Call numbers of an architecture as `uname -m` names it; null where they are not known. */
export function syscallArguments(architecture: string): SyscallArguments | null {
  return architecture === "x86_64" ? X86_64 : architecture === "aarch64" ? AARCH64 : null;
}

/** Whether the call in the record has a time limit. */
export function isTimed(record: SyscallRecord, calls: SyscallArguments): boolean {
  const limit = calls.timeLimits.get(record.number);
  if (limit === undefined) return false;
  const low = record.low[limit.argument]!;
  if (limit.kind === "milliseconds") return low < 0x8000_0000;
  return low !== 0 || record.high[limit.argument] !== 0;
}

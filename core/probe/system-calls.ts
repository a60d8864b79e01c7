/** What a thread asleep in a system call waits for, by the call's number; tables of the kernel's `syscall_64.tbl` and `asm-generic/unistd.h`. */
export interface SystemCallTable {
  readonly futex: number;
  readonly yields: number;
  /** `select` and `pselect6`: what `time.sleep` is made of before CPython 3.11. */
  readonly selects: ReadonlySet<number>;
  readonly sleeps: ReadonlySet<number>;
  /** Sockets, pipes, files, poll, and waits for child processes. */
  readonly waits: ReadonlySet<number>;
}

const X86_64: SystemCallTable = {
  futex: 202,
  yields: 24,
  selects: new Set([23, 270]),
  // pause, nanosleep, rt_sigtimedwait, rt_sigsuspend, clock_nanosleep
  sleeps: new Set([34, 35, 128, 130, 230]),
  waits: new Set([
    0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 26, 40, 42, 43, 44, 45, 46, 47, 61, 65, 69, 70, 72, 73, 74, 75, 76, 77,
    78, 82, 83, 84, 85, 87, 162, 208, 215, 217, 220, 232, 242, 243, 247, 257, 262, 263, 264, 271, 275, 276, 277, 278,
    281, 285, 288, 295, 296, 299, 306, 307, 316, 326, 327, 328, 332, 426, 437, 441,
  ]),
};

const AARCH64: SystemCallTable = {
  futex: 98,
  yields: 124,
  selects: new Set([72]),
  // nanosleep, clock_nanosleep, rt_sigsuspend, rt_sigtimedwait
  sleeps: new Set([101, 115, 133, 137]),
  waits: new Set([
    4, 22, 25, 29, 32, 34, 35, 38, 46, 47, 56, 57, 61, 63, 64, 65, 66, 67, 68, 69, 70, 71, 73, 75, 76, 77, 79, 80, 81,
    82, 83, 84, 95, 182, 183, 188, 189, 192, 193, 202, 203, 206, 207, 211, 212, 227, 242, 243, 260, 267, 269, 276, 285,
    286, 287, 291, 426, 437, 441,
  ]),
};

/** The table for an architecture as `uname -m` names it, or null when it is not known. */
export function systemCallTable(architecture: string): SystemCallTable | null {
  if (architecture === "x86_64" || architecture === "x64") return X86_64;
  if (architecture === "aarch64" || architecture === "arm64") return AARCH64;
  return null;
}

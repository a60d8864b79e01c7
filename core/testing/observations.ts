import { heapGilOffset } from "../gil/heap-gil.ts";
import type { Observation } from "../sample/raw-sample.ts";

const BLANK: Observation = {
  kind: "syscall",
  syscall: -1,
  futexOperation: -1,
  timed: false,
  region: "none",
  offset: -1,
  waitChannel: "",
};

/** What a probe sees on x86_64 for the usual ways to spend a second; numbers as in `proc_pid_syscall(5)`. */
export const SEEN = {
  /** On a CPU or runnable. */
  running: { ...BLANK, kind: "running" },
  /** `take_gil` of CPython 3.7 and later: a timed FUTEX_WAIT_BITSET on a word of the runtime's data. */
  gilWait: { ...BLANK, syscall: 202, futexOperation: 0x89, timed: true, region: "runtime-data", offset: 0x2f8 },
  /** The same for the GILs that sub-interpreters 1 and 2 have on the heap, known by memory. */
  gilWait1: {
    ...BLANK,
    syscall: 202,
    futexOperation: 0x89,
    timed: true,
    region: "runtime-data",
    offset: heapGilOffset(1, 0x40),
  },
  gilWait2: {
    ...BLANK,
    syscall: 202,
    futexOperation: 0x89,
    timed: true,
    region: "runtime-data",
    offset: heapGilOffset(2, 0x40),
  },
  /** `threading.Lock`, `queue.Queue.get`: an untimed semaphore on the heap. */
  lockWait: { ...BLANK, syscall: 202, futexOperation: 0x189, region: "heap", offset: 0x10 },
  /** A lock acquired with a timeout. */
  timedLockWait: { ...BLANK, syscall: 202, futexOperation: 0x189, timed: true, region: "heap", offset: 0x40 },
  /** Workers of one idle pool share one word. */
  poolWait: { ...BLANK, syscall: 202, futexOperation: 0x189, region: "heap", offset: 0x90 },
  sleep: { ...BLANK, syscall: 230, timed: true },
  socketRead: { ...BLANK, syscall: 45 },
  epoll: { ...BLANK, syscall: 232, timed: true },
  /** Asleep without a system call, for example in a page fault. */
  blocked: { ...BLANK, kind: "blocked" },
  /** Without the right to read `syscall`. */
  wchanFutex: { ...BLANK, kind: "wchan", waitChannel: "futex_do_wait" },
} as const satisfies Record<string, Observation>;

/** Name of one observation of `SEEN`. */
export type SeenName = keyof typeof SEEN;

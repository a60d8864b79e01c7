/** One Python function that a thread was running. */
export interface StackFrame {
  /** As Python names it: qualified with its class since 3.11. */
  readonly functionName: string;
  /** Path of the source as the code object holds it. */
  readonly file: string;
  /** Line being run; null where the instruction belongs to none. */
  readonly line: number | null;
}

/** Most frames of one stack; what lies further out is left out. */
export const MOST_STACK_FRAMES = 128;

/** Where one thread was in Python at one moment. */
export interface ThreadStack {
  readonly threadRowId: number;
  /** Monotonic milliseconds at which it was read. */
  readonly readAtMs: number;
  /** Innermost function first, at most `MOST_STACK_FRAMES`; empty for a thread that runs no Python now. */
  readonly frames: readonly StackFrame[];
  /**
   * Whether this thread was collecting garbage: its interpreter was, and the thread had the GIL all the while. Null where this can't be
   * told: a collection goes on, but another thread has the GIL now or has just got it.
   */
  readonly inGarbageCollection: boolean | null;
}

import type { ThreadColumns } from "../core/sample/raw-sample.ts";
import type { StackFrame, ThreadStack } from "../core/sample/thread-stack.ts";

/** Frames held once however many stacks have them; a program has a few thousand at most. */
const MOST_FRAMES = 20_000;

interface Noted {
  readonly stack: ThreadStack;
  readonly timeslices: number;
  readonly runSeconds: number;
  /** Since when the counters are known to have stood still, monotonic milliseconds. */
  readonly stillSinceMs: number;
}

/** Keeps stacks for as long as they are true: a thread that has not run since its stack was read is still where it was. */
export class StackBook {
  #noted = new Map<number, Noted>();
  readonly #fresh = new Map<number, ThreadStack>();
  readonly #frames = new Map<string, StackFrame>();

  /** Takes stacks that were just read. */
  learn(stacks: readonly ThreadStack[]): void {
    if (this.#frames.size > MOST_FRAMES) this.#frames.clear();
    for (const stack of stacks) {
      this.#fresh.set(stack.threadRowId, { ...stack, frames: stack.frames.map((frame) => this.#shared(frame)) });
    }
  }

  /** The same frame as one object: what comes from a worker brings new copies of its texts every time. */
  #shared(frame: StackFrame): StackFrame {
    const key = `${frame.line} ${frame.functionName}\n${frame.file}`;
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    this.#frames.set(key, frame);
    return frame;
  }

  /**
   * The stacks that go with a sample: those read since the one before, and earlier ones of threads whose counters show that they have
   * not run since. Of a thread that rests it is the same object in sample after sample.
   */
  complete(threads: ThreadColumns): readonly ThreadStack[] {
    if (this.#fresh.size === 0 && this.#noted.size === 0) return [];
    const noted = new Map<number, Noted>();
    const stacks: ThreadStack[] = [];
    for (let row = 0; row < threads.length; row += 1) {
      const rowId = threads.rowId[row]!;
      const fresh = this.#fresh.get(rowId);
      const before = this.#noted.get(rowId);
      if (fresh === undefined && before === undefined) continue;
      const timeslices = threads.timeslices[row]!;
      const runSeconds = threads.runSeconds[row]!;
      const still = before !== undefined && before.timeslices === timeslices && before.runSeconds === runSeconds;
      const stillSinceMs = still ? before.stillSinceMs : threads.readAtMs[row]!;
      const stack = still && before.stack.readAtMs >= stillSinceMs ? before.stack : fresh;
      if (stack === undefined) continue;
      noted.set(rowId, { stack, timeslices, runSeconds, stillSinceMs });
      stacks.push(stack);
    }
    this.#noted = noted;
    this.#fresh.clear();
    return stacks;
  }
}

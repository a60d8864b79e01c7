import { describe, expect, it } from "vitest";
import type { ThreadColumns } from "../core/sample/raw-sample.ts";
import type { ThreadStack } from "../core/sample/thread-stack.ts";
import { StackBook } from "./stack-book.ts";

function stack(readAtMs: number): ThreadStack {
  const frames = [{ functionName: "f", file: "a.py", line: readAtMs }];
  return { threadRowId: 7, readAtMs, frames, inGarbageCollection: false };
}

/** One thread with row id 7. */
function at(readAtMs: number, timeslices: number, runSeconds: number): ThreadColumns {
  return {
    length: 1,
    rowId: Uint32Array.of(7),
    processRowId: Uint32Array.of(1),
    tid: Int32Array.of(70),
    runSeconds: Float64Array.of(runSeconds),
    cpuWaitSeconds: new Float64Array(1),
    timeslices: Float64Array.of(timeslices),
    readAtMs: Float64Array.of(readAtMs),
  };
}

describe("the book of stacks", () => {
  it("shows a stack once where the thread goes on", () => {
    const book = new StackBook();
    book.learn([stack(900)]);
    expect(book.complete(at(1000, 1, 0.1))).toEqual([stack(900)]);
    expect(book.complete(at(2000, 2, 0.1))).toEqual([]);
  });

  it("keeps the stack of a thread that has not run since it was read, as the same object", () => {
    const book = new StackBook();
    book.learn([stack(900)]);
    book.complete(at(1000, 1, 0.1));
    // Between 900 and 1000 it may have run: that stack is not good for later.
    expect(book.complete(at(2000, 1, 0.1))).toEqual([]);
    book.learn([stack(2900)]);
    book.complete(at(3000, 1, 0.1));
    book.learn([stack(3900)]);
    const [first] = book.complete(at(4000, 1, 0.1));
    book.learn([stack(4900)]);
    const [second] = book.complete(at(5000, 1, 0.1));
    expect(second).toBe(first);
    expect(book.complete(at(6000, 1, 0.1))).toEqual([first]);
    expect(book.complete(at(7000, 2, 0.1))).toEqual([]);
  });

  it("holds equal frames once", () => {
    const book = new StackBook();
    book.learn([stack(900)]);
    const [first] = book.complete(at(1000, 1, 0.1));
    book.learn([{ ...stack(1900), frames: stack(900).frames }]);
    const [second] = book.complete(at(2000, 2, 0.2));
    expect(second?.readAtMs).toBe(1900);
    expect(second?.frames[0]).toBe(first?.frames[0]);
  });

  it("forgets threads that ended", () => {
    const book = new StackBook();
    book.learn([stack(900)]);
    book.complete(at(1000, 1, 0.1));
    expect(book.complete({ ...at(2000, 1, 0.1), rowId: Uint32Array.of(8) })).toEqual([]);
  });
});

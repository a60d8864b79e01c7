import { describe, expect, it } from "vitest";
import { nowIn } from "./now-in.ts";

const frame = { functionName: "Trainer.step", file: "/srv/app/train.py", line: 41 };

describe("where a thread is now", () => {
  it("names the innermost function, its file without folders and its line", () => {
    const stack = { threadRowId: 1, readAtMs: 0, frames: [frame], inGarbageCollection: false };
    expect(nowIn(stack)).toBe("Trainer.step (train.py:41)");
    expect(nowIn({ ...stack, frames: [{ ...frame, line: null }] })).toBe("Trainer.step (train.py)");
    expect(nowIn({ ...stack, inGarbageCollection: true })).toBe("garbage collection in Trainer.step (train.py:41)");
  });

  it("says nothing where nothing is known", () => {
    expect(nowIn(null)).toBeNull();
    expect(nowIn({ threadRowId: 1, readAtMs: 0, frames: [], inGarbageCollection: null })).toBeNull();
  });
});

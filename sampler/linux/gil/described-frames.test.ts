import { describe, expect, it } from "vitest";
import { DEBUG_OFFSETS_BYTES } from "./debug-offsets.ts";
import { describedFrames } from "./described-frames.ts";
import { frameLayoutOf } from "./frame-offsets.ts";
import { MEMORY_FAULT, type TargetMemory } from "./memory.ts";
import { StackReader } from "./stack-reader.ts";

/** Where each part of the description begins, by minor version, and what stands there; as the headers list it. */
const PLACES = {
  13: { interpreter: 6, gc: 10, thread: 19, top: 23, frame: 28, code: 34, text: 67, collector: 71 },
  14: { interpreter: 6, gc: 11, thread: 22, top: 26, frame: 31, code: 39, text: 77, collector: 81 },
  15: { interpreter: 6, gc: 11, thread: 22, top: 26, frame: 39, code: 47, text: 89, collector: 94 },
} as const;

/** A description with the offsets of 3.13.0. */
function description(minor: 13 | 14 | 15, changes: Readonly<Record<number, number>> = {}): Buffer {
  const bytes = Buffer.alloc(DEBUG_OFFSETS_BYTES);
  const place = PLACES[minor];
  const write = (at: number, values: readonly number[]) =>
    values.forEach((value, index) => {
      bytes.writeBigUInt64LE(BigInt(value), (at + index) * 8);
    });
  write(place.interpreter, [194_968]);
  write(place.gc, [7432]);
  write(place.thread, [304]);
  write(place.top, [72]);
  write(place.frame, [88, 8, 0, 56, 72, 70]);
  write(place.code, [216, 112, 120, 128, 136, 68, 52, 96, 104, 200]);
  write(place.text, [64, 32, 16, 40]);
  write(place.collector, [264, 168]);
  for (const [at, value] of Object.entries(changes)) write(Number(at), [value]);
  return bytes;
}

const BASE = 0x7f0000000000;

/** A thread whose innermost function `f` was called by `g`, both in `a.py`; addresses of code carry `tag`. */
function memoryWithStack(tag: number): TargetMemory {
  const bytes = Buffer.alloc(8192);
  const word = (at: number, value: number) => bytes.writeBigUInt64LE(BigInt(value), at);
  const text = (at: number, value: string) => {
    word(at + 16, value.length);
    bytes.writeUInt32LE(0b1100100, at + 32);
    bytes.write(value, at + 40, "latin1");
  };
  word(72, BASE + 512);
  for (const [at, previous, code] of [
    [512, BASE + 640, 1024],
    [640, 0, 2048],
  ] as const) {
    word(at, BASE + code + tag);
    word(at + 8, previous);
    word(at + 56, BASE + code + 200);
  }
  for (const [at, name, line] of [
    [1024, 3072, 7],
    [2048, 3200, 9],
  ] as const) {
    word(at + 112, BASE + 3328);
    word(at + 128, BASE + name);
    word(at + 136, BASE + 4096);
    bytes.writeInt32LE(line, at + 68);
  }
  text(3072, "f");
  text(3200, "g");
  text(3328, "a.py");
  return {
    read(address, into, length) {
      const from = address - BASE;
      if (from < 0 || from + length > bytes.length) return MEMORY_FAULT;
      bytes.copy(into, 0, from, from + length);
      return length;
    },
    close: () => undefined,
  };
}

describe("frames as interpreters describe them", () => {
  it("are what the table of 3.13 says", () => {
    const table = frameLayoutOf({ major: 3, minor: 13, micro: 0, level: "final" }, false);
    expect(describedFrames(description(13), 13)).toEqual(table);
  });

  it.each([13, 14, 15] as const)("lead to the stack of 3.%d", (minor) => {
    const layout = describedFrames(description(minor), minor);
    if (layout === null) throw new Error("no layout");
    const stack = new StackReader(memoryWithStack(minor >= 14 ? 1 : 0), layout).read(BASE, () => 1);
    expect(stack).toMatchObject({
      frames: [
        { functionName: "f", file: "a.py", line: 7 },
        { functionName: "g", file: "a.py", line: 9 },
      ],
    });
  });

  it("are refused when a word has moved, and when the version is not known", () => {
    const { frame, code, text, top, collector } = PLACES[14];
    for (const changes of [
      { [frame]: 0 },
      { [frame + 1]: 3 },
      { [frame + 2]: 8 },
      { [frame + 5]: 4000 },
      { [code + 3]: 999 },
      { [code + 9]: 4 },
      { [text + 1]: 24 },
      { [text + 3]: 64 },
      { [top]: 1 << 20 },
    ]) {
      expect(describedFrames(description(14, changes), 14)).toBeNull();
    }
    expect(describedFrames(description(14, { [collector + 1]: 4096 }), 14)?.collecting).toBeNull();
    expect(describedFrames(description(14), 16)).toBeNull();
  });
});

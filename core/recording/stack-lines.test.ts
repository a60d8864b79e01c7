import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MOST_STACK_FRAMES, type ThreadStack } from "../sample/thread-stack.ts";
import { SimulatedSession } from "../testing/sample-builder.ts";
import { FOUR_ON_ONE_GIL } from "../testing/scenarios.ts";
import { KEY_FRAME_EVERY, RecordingEncoder } from "./encoder.ts";
import { openRecording } from "./recording.ts";
import { applyStacks, NO_STACKS, StackWriter } from "./stack-lines.ts";

const frame = fc.record({
  functionName: fc.constantFrom("run", "work", "<lambda>", "naïve ✓"),
  file: fc.constantFrom("/a.py", "/srv/b.py"),
  line: fc.option(fc.integer({ min: 1, max: 99 })),
});
const stack: fc.Arbitrary<ThreadStack> = fc.record({
  threadRowId: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  readAtMs: fc.integer({ min: 0, max: 1e7 }).map((tenths) => tenths / 10),
  frames: fc.array(frame, { maxLength: MOST_STACK_FRAMES }),
  inGarbageCollection: fc.option(fc.boolean()),
});

describe("stacks in a recording", () => {
  it("come back as they were, also where samples have none", () => {
    const lines = fc.array(fc.option(fc.array(stack, { maxLength: 6 }), { nil: undefined }), { maxLength: 12 });
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 5 }), (samples, keyEvery) => {
        const writer = new StackWriter();
        let state = NO_STACKS;
        for (const [index, stacks] of samples.entries()) {
          const key = index % keyEvery === 0;
          const fields = JSON.parse(JSON.stringify(writer.write(stacks, key)));
          const next = applyStacks(key ? NO_STACKS : state, fields);
          expect(next).not.toBeNull();
          if (next === null) return;
          state = next;
          if (stacks !== undefined) expect(state.stacks).toEqual(stacks);
          else expect(fields).toEqual({});
        }
      }),
    );
  });

  it("cost next to nothing while threads stay where they are, and go through a whole file", () => {
    const session = new SimulatedSession(4);
    const frames = Array.from({ length: 40 }, (_, line) => ({
      functionName: `function_${line}`,
      file: "/app/a.py",
      line,
    }));
    const machine = {
      processes: [
        { ...FOUR_ON_ONE_GIL, threads: FOUR_ON_ONE_GIL.threads.map((thread) => ({ ...thread, stack: frames })) },
      ],
    };
    const samples = Array.from({ length: KEY_FRAME_EVERY + 3 }, () => session.step(machine));
    const encoder = new RecordingEncoder(session.header);
    const lines = samples.map((sample) => encoder.encode(sample));
    expect(lines[5]?.length).toBeLessThan(1000);
    const opened = openRecording(encoder.headerLine + lines.join(""));
    if (!opened.ok) throw new Error(opened.problem.code);
    expect([...opened.samples]).toStrictEqual(samples);
  });

  it("refuses what does not fit", () => {
    const { sn, sk, sa } = new StackWriter().write(
      [{ threadRowId: 1, readAtMs: 1, frames: [{ functionName: "f", file: "a", line: 1 }], inGarbageCollection: null }],
      true,
    );
    expect(applyStacks(NO_STACKS, { sn, sk, sa })?.stacks).toHaveLength(1);
    expect(applyStacks(NO_STACKS, { sk, sa })).toBeNull();
    expect(applyStacks(NO_STACKS, { sn, sk })).toBeNull();
    expect(applyStacks(NO_STACKS, { sn, sk, sa: [1, 2] })).toBeNull();
    expect(applyStacks(NO_STACKS, { sn, sk: { n: 1, c: [[0, [1, null, [0, 1]]]] }, sa: [1] })).toBeNull();
    expect(applyStacks(NO_STACKS, { sn, sk: { n: 1, c: [[0, [1, 2, []]]] }, sa: [1] })).toBeNull();
  });
});

import { describe, expect, it } from "vitest";
import { advance, initialState } from "../advance.ts";
import type { Frame } from "../frame/frame.ts";
import { simulate } from "../testing/sample-builder.ts";
import { BUSY_MACHINE, FOUR_ON_ONE_GIL } from "../testing/scenarios.ts";
import { onlyProcesses } from "./only-processes.ts";
import type { RawSample, SessionHeader } from "./raw-sample.ts";

function lastFrame(header: SessionHeader, samples: readonly RawSample[]): Frame {
  let state = initialState(header);
  let frame: Frame | null = null;
  for (const sample of samples) ({ state, frame } = advance(state, sample));
  return frame!;
}

describe("a sample of some processes", () => {
  it("gives their figures and verdicts as the whole one does, and nothing of others", () => {
    const { header, samples } = simulate(BUSY_MACHINE, 8);
    const whole = lastFrame(header, samples);
    const wanted = whole.runtimes.find(({ pid }) => pid === FOUR_ON_ONE_GIL.pid)!;
    const some = lastFrame(
      header,
      samples.map((sample) => onlyProcesses(sample, new Set([wanted.rowId]))),
    );
    expect(some.runtimes).toHaveLength(1);
    expect(some.runtimes[0]).toEqual({ ...wanted, threadStart: 0 });
    expect(some.threads.length).toBe(wanted.threadRows);
    const text = JSON.stringify(samples.map((sample) => onlyProcesses(sample, new Set([wanted.rowId])).processDetails));
    expect(text).not.toContain("hog.py");
  });
});

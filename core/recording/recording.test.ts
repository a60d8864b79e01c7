import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RawSample } from "../sample/raw-sample.ts";
import { absent } from "../sample/reading.ts";
import { SimulatedSession, simulate } from "../testing/sample-builder.ts";
import { BUSY_MACHINE, FOUR_ON_ONE_GIL, HOG_AND_SLEEPERS, manyRuntimes } from "../testing/scenarios.ts";
import { KEY_FRAME_EVERY, RecordingEncoder } from "./encoder.ts";
import type { FileEnd } from "./file-problem.ts";
import { openRecording } from "./recording.ts";

function write(samples: readonly RawSample[], header = simulate({ processes: [] }, 0).header): string {
  const encoder = new RecordingEncoder(header);
  return encoder.headerLine + samples.map((sample) => encoder.encode(sample)).join("");
}

function read(text: string): { readonly samples: readonly RawSample[]; readonly end: FileEnd } {
  const opened = openRecording(text);
  if (!opened.ok) throw new Error(opened.problem.code);
  const samples: RawSample[] = [];
  for (;;) {
    const step = opened.samples.next();
    if (step.done === true) return { samples, end: step.value };
    samples.push(step.value);
  }
}

describe("a recording", () => {
  it("gives back every sample exactly, across key frames, births and deaths", () => {
    const session = new SimulatedSession(4);
    const samples = Array.from({ length: KEY_FRAME_EVERY * 2 + 5 }, (_, index) =>
      session.step(
        {
          ...BUSY_MACHINE,
          processes: BUSY_MACHINE.processes.filter((_, place) => (index + place) % 7 !== 0),
        },
        1 + (index % 3) / 7,
      ),
    );
    const { samples: again, end } = read(write(samples, session.header));
    expect(again).toStrictEqual(samples);
    expect(end).toEqual({ samples: samples.length, tornTail: false, damagedLines: 0, cut: false });
  });

  it("keeps NaN, 2^53 and fractions to the last bit", () => {
    const numbers = fc.oneof(
      fc.double(),
      fc.constantFrom(Number.NaN, 2 ** 53, 2 ** 53 - 1, 0.1, 1e-9, 123_456.789_012_345, Number.POSITIVE_INFINITY),
      fc.integer({ min: 0, max: 1e9 }).map((ticks) => ticks / 100),
      fc.integer({ min: 0, max: 1e15 }).map((nanoseconds) => nanoseconds / 1e9),
    );
    const [base] = simulate({ processes: [HOG_AND_SLEEPERS] }, 0).samples;
    const rows = base!.threads.length;
    const columns = fc.array(fc.array(numbers, { minLength: rows, maxLength: rows }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(columns, (steps) => {
        const samples = steps.map((values, index) => ({
          ...base!,
          sequence: index,
          monotonicMs: index + 0.25,
          processDetails: index === 0 ? base!.processDetails : [],
          threadDetails: index === 0 ? base!.threadDetails : [],
          threads: { ...base!.threads, runSeconds: Float64Array.from(values), readAtMs: Float64Array.from(values) },
        }));
        const again = read(write(samples)).samples;
        again.forEach((sample, index) => {
          // Negative zero is written as zero.
          expect(Array.from(sample.threads.runSeconds, (value) => value + 0)).toEqual(
            Array.from(samples[index]!.threads.runSeconds, (value) => value + 0),
          );
        });
      }),
    );
  });

  it("costs nothing for rows that rest", () => {
    const session = new SimulatedSession(4);
    const resting = manyRuntimes(40, 20);
    const encoder = new RecordingEncoder(session.header);
    const first = session.step({ ...resting, processes: resting.processes.slice(1, 10) });
    encoder.encode(first);
    const line = encoder.encode({
      ...first,
      sequence: 2,
      monotonicMs: first.monotonicMs + 1000,
      processDetails: [],
      threadDetails: [],
    });
    expect(line.length).toBeLessThan(250);
  });

  it("stays under 1 MB a minute with 20 runtimes of 20 threads", () => {
    const session = new SimulatedSession(8);
    const machine = manyRuntimes(20, 20);
    const encoder = new RecordingEncoder(session.header);
    let size = 0;
    for (let second = 0; second < 60; second += 1) size += encoder.encode(session.step(machine, 1.0007)).length;
    expect(size).toBeLessThan(1_000_000);
  });

  it("written twice gives the same bytes, and what was read writes the same bytes again", () => {
    const { header, samples } = simulate(BUSY_MACHINE, 5);
    const text = write(samples, header);
    expect(write(samples, header)).toBe(text);
    expect(write(read(text).samples, header)).toBe(text);
  });
});

describe("a damaged recording", () => {
  const session = new SimulatedSession(2);
  const samples = Array.from({ length: 4 }, () => session.step({ processes: [FOUR_ON_ONE_GIL] }));
  const text = write(samples, session.header);

  it("cut at every offset gives whole samples up to the cut, or a clear problem", () => {
    for (let length = 0; length < text.length; length += 1) {
      const opened = openRecording(text.slice(0, length));
      if (!opened.ok) {
        expect(["empty", "damaged", "foreign"]).toContain(opened.problem.code);
        continue;
      }
      const got = read(text.slice(0, length));
      const whole = text.slice(0, length).split("\n").length - 2;
      // A line that lost only its line feed is whole.
      expect(got.samples.length === whole || got.samples.length === whole + 1).toBe(true);
      expect(got.samples).toEqual(samples.slice(0, got.samples.length));
      expect(got.end.damagedLines).toBe(0);
    }
  });

  it("loses only the samples up to the next key frame to a damaged line", () => {
    const long = new SimulatedSession(2);
    const all = Array.from({ length: KEY_FRAME_EVERY + 10 }, () => long.step({ processes: [FOUR_ON_ONE_GIL] }));
    const lines = write(all, long.header).split("\n");
    lines[5] = lines[5]!.slice(0, 40);
    const got = read(lines.join("\n"));
    expect(got.samples.map((sample) => sample.sequence)).toEqual([
      ...all.slice(0, 4).map((sample) => sample.sequence),
      ...all.slice(KEY_FRAME_EVERY).map((sample) => sample.sequence),
    ]);
    expect(got.end.tornTail).toBe(false);
    expect(got.end.damagedLines).toBe(KEY_FRAME_EVERY - 4);
    // The first sample after a gap brings every detail along.
    expect(got.samples[4]!.processDetails).toHaveLength(1);
  });

  it("survives any change of any byte", () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 3 }), (at, junk) => {
        const damaged = text.slice(0, at) + junk + text.slice(at + junk.length);
        const opened = openRecording(damaged);
        if (!opened.ok) return;
        for (const sample of opened.samples) expect(sample.threads.rowId).toHaveLength(sample.threads.length);
      }),
      { numRuns: 2000 },
    );
  });

  it("survives arbitrary lines after a good header", () => {
    const header = text.slice(0, text.indexOf("\n") + 1);
    const line = fc.oneof(
      fc.json(),
      fc.string(),
      fc.record({
        k: fc.constant(1),
        q: fc.integer(),
        m: fc.double({ noNaN: true }),
        w: fc.integer(),
        h: fc.constant([1, 2, 3, 4]),
        u: fc.constant({ n: 1 }),
        p: fc.record({
          n: fc.integer({ min: -1, max: 50 }),
          rowId: fc.object({ key: fc.constantFrom("f", "l", "v", "e") }),
        }),
        t: fc.oneof(fc.constant({ n: 0 }), fc.record({ a: fc.array(fc.integer()), d: fc.array(fc.integer()) })),
        c: fc.constant({ n: 0 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        const opened = openRecording(
          header + lines.map((item) => (typeof item === "string" ? item : JSON.stringify(item))).join("\n"),
        );
        expect(opened.ok).toBe(true);
        if (opened.ok) Array.from(opened.samples);
      }),
    );
  });

  it("says what is wrong with foreign and newer text", () => {
    expect(openRecording("")).toEqual({ ok: false, problem: { code: "empty" } });
    expect(openRecording(" \n ")).toEqual({ ok: false, problem: { code: "empty" } });
    expect(openRecording("ELF\u0000")).toEqual({ ok: false, problem: { code: "foreign" } });
    expect(openRecording("[1,2]")).toEqual({ ok: false, problem: { code: "foreign" } });
    expect(openRecording('{"format":"gilscope-recording","version":99}')).toEqual({
      ok: false,
      problem: { code: "newer", version: 99, knownVersion: 1 },
    });
    expect(openRecording('{"format":"gilscope-recording","version":1,"header":{}}')).toEqual({
      ok: false,
      problem: { code: "damaged" },
    });
  });

  it("stops at its limits", () => {
    const opened = openRecording(text, { maxSamples: 2, maxRows: 1e6 });
    const end = opened.ok ? drain(opened.samples) : null;
    expect(end).toEqual({ samples: 2, tornTail: false, damagedLines: 0, cut: true });
  });

  it("keeps readings that are not known", () => {
    const sample = {
      ...samples[0]!,
      processDetails: samples[0]!.processDetails.map((detail) => ({
        ...detail,
        commandLine: absent<readonly string[]>("denied"),
      })),
    };
    expect(read(write([sample])).samples[0]).toStrictEqual(sample);
  });
});

function drain(samples: Generator<RawSample, FileEnd>): FileEnd {
  for (;;) {
    const step = samples.next();
    if (step.done === true) return step.value;
  }
}

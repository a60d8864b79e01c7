import { describe, expect, it } from "vitest";
import { advance, initialState } from "../advance.ts";
import type { Frame } from "../frame/frame.ts";
import { snapshotSchema } from "../report/snapshot-schema.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { simulate } from "../testing/sample-builder.ts";
import { BUSY_MACHINE } from "../testing/scenarios.ts";
import { RecordingEncoder } from "./encoder.ts";
import { openFileText } from "./open-file.ts";
import { writeSnapshot } from "./snapshot.ts";

const { header, samples } = simulate(BUSY_MACHINE, 8);

function lastFrame(all: readonly RawSample[]): Frame {
  let state = initialState(header);
  let frame: Frame | null = null;
  for (const sample of all) ({ state, frame } = advance(state, sample));
  if (frame === null) throw new Error("no samples");
  return frame;
}

const frame = lastFrame(samples);
const text = writeSnapshot({ header, frame, samples, redacted: true, say: null });

describe("a snapshot", () => {
  it("opens again and computes to the same frame", () => {
    const opened = openFileText(text);
    expect(opened.ok && opened.kind).toBe("snapshot");
    if (!opened.ok) return;
    expect(opened.header).toEqual(header);
    expect(lastFrame(Array.from(opened.samples))).toEqual(frame);
  });

  it("is JSON that its schema describes", () => {
    const parsed = snapshotSchema.parse(JSON.parse(text));
    expect(parsed.list.runtimes).toHaveLength(frame.runtimes.length);
    expect(parsed.diagnoses.map((report) => report.pid)).toEqual(parsed.list.runtimes.map((runtime) => runtime.pid));
  });

  it("opens with a byte order mark and reformatted", () => {
    expect(openFileText(`\uFEFF${text}`).ok).toBe(true);
    expect(openFileText(JSON.stringify(JSON.parse(text), null, 4)).ok).toBe(true);
  });

  it("cut anywhere is refused with a clear problem", () => {
    const step = Math.max(1, Math.floor(text.length / 400));
    for (let length = 0; length < text.length - 3; length += step) {
      const opened = openFileText(text.slice(0, length));
      expect(opened.ok).toBe(false);
      if (!opened.ok) expect(["empty", "foreign", "damaged"]).toContain(opened.problem.code);
    }
  });

  it("of another kind or a newer version is refused", () => {
    const changed = (change: Readonly<Record<string, unknown>>): string =>
      JSON.stringify({ ...(JSON.parse(text) as object), ...change });
    expect(openFileText(changed({ schemaVersion: 2 }))).toEqual({
      ok: false,
      problem: { code: "newer", version: 2, knownVersion: 1 },
    });
    expect(openFileText(changed({ format: "other" }))).toEqual({ ok: false, problem: { code: "foreign" } });
    expect(openFileText(changed({ recording: [] }))).toEqual({ ok: false, problem: { code: "damaged" } });
    expect(openFileText(changed({ recording: "x" }))).toEqual({ ok: false, problem: { code: "damaged" } });
    for (const other of ["null", "1", "[]", "{}", '"gilscope-snapshot"', "[".repeat(100_000), "PK\u0003\u0004"]) {
      expect(openFileText(other)).toEqual({ ok: false, problem: { code: "foreign" } });
    }
  });

  it("and a recording are told apart", () => {
    const encoder = new RecordingEncoder(header);
    const recording = encoder.headerLine + samples.map((sample) => encoder.encode(sample)).join("");
    const opened = openFileText(recording);
    expect(opened.ok && opened.kind).toBe("recording");
    expect(openFileText(encoder.headerLine.slice(0, 60))).toEqual({ ok: false, problem: { code: "damaged" } });
  });
});

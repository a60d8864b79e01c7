import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { TEXT_EXPORTERS } from "../cli/exporters.ts";
import { FILE_LIMITS, History } from "../core/history/history.ts";
import { RecordingEncoder } from "../core/recording/encoder.ts";
import { diagnoseReport } from "../core/report/diagnose-report.ts";
import { listReport } from "../core/report/list-report.ts";
import { simulate } from "../core/testing/sample-builder.ts";
import { BUSY_MACHINE, FOUR_ON_ONE_GIL } from "../core/testing/scenarios.ts";
import { exportContent } from "./export/content.ts";
import { endSentence } from "./file-sentence.ts";
import { openFileSource } from "./source.ts";

const { header, samples } = simulate(BUSY_MACHINE, 6);
const encoder = new RecordingEncoder(header);
const text = encoder.headerLine + samples.map((sample) => encoder.encode(sample)).join("");

/** Does with a file whatever a viewer can do with one. */
async function useAll(content: string): Promise<boolean> {
  const opened = await openFileSource("file", content);
  if (!opened.ok) return false;
  const { history, header: own } = opened.source;
  const frame = history.latest();
  if (frame === null) return false;
  listReport(frame, own);
  for (const runtime of frame.runtimes) {
    diagnoseReport(frame, own, runtime.rowId);
    history.series(runtime.rowId, null, 60, 30);
  }
  history.sparklines(
    frame.runtimes.map(({ rowId }) => rowId),
    null,
    60,
    30,
  );
  history.frameAt(0);
  for (const format of ["json", "csv-threads"] as const) {
    const exporter = TEXT_EXPORTERS[format];
    await exportContent({ header: own, history, exporter, redact: true, untilWallMs: null, rowId: null });
  }
  return true;
}

describe("a file", () => {
  it("opens and can be used whole", async () => {
    expect(await useAll(text)).toBe(true);
  });

  it("cut at every byte opens up to the cut, or is refused with a sentence", async () => {
    const machine = { processes: [{ ...FOUR_ON_ONE_GIL, commandLine: ["python3", "prüfung-次.py"] }] };
    const short = simulate(machine, 2);
    const writer = new RecordingEncoder(short.header);
    const bytes = Buffer.from(writer.headerLine + short.samples.map((sample) => writer.encode(sample)).join(""));
    const whole = new History(short.header, FILE_LIMITS);
    for (const sample of short.samples) whole.push(sample, null);
    const frames = short.samples.map(({ wallMs }) => JSON.stringify(whole.frameAt(wallMs)));
    const headerBytes = Buffer.byteLength(writer.headerLine);
    expect(bytes.length).toBeGreaterThan(bytes.toString().length);
    for (let length = 0; length < bytes.length; length += 1) {
      // As a file is read: the cut may lie inside a character.
      const opened = await openFileSource("run.gilscope", bytes.subarray(0, length).toString("utf8"));
      if (!opened.ok) {
        expect(opened.message).toMatch(/^run\.gilscope (is empty|is not a Gilscope|is damaged)[^\n]*\.$/);
        continue;
      }
      expect(length).toBeGreaterThan(headerBytes);
      const { history, end } = opened.source;
      expect(JSON.stringify(history.latest())).toBe(frames[end.samples - 1]);
      const torn = bytes[length - 1] !== 10 && length + 1 < bytes.length && bytes[length] !== 10;
      expect(endSentence(end, "run.gilscope") !== null).toBe(torn);
    }
  }, 60_000);

  it("tells how far it is while it is read, lets others work meanwhile, and stops when it is not wanted any more", async () => {
    const long = new RecordingEncoder(header);
    const session = simulate(BUSY_MACHINE, 400);
    const content = long.headerLine + session.samples.map((sample) => long.encode(sample)).join("");
    const opening = { share: 0, cancelled: false };
    const seen: number[] = [];
    // Time flies, so that reading gives way however fast the machine is.
    let now = 0;
    const clock = vi.spyOn(Date, "now").mockImplementation(() => {
      now += 5;
      return now;
    });
    onTestFinished(() => clock.mockRestore());
    let reading = true;
    const look = (): void => {
      seen.push(opening.share);
      if (reading) setImmediate(look);
    };
    setImmediate(look);
    const opened = await openFileSource("long", content, opening);
    reading = false;
    expect(opened.ok && opened.source.end.samples).toBe(401);
    expect(seen.length).toBeGreaterThan(2);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
    const cancelled = { share: 0, cancelled: false };
    const stopped = openFileSource("long", content, cancelled);
    cancelled.cancelled = true;
    expect(await stopped).toMatchObject({ ok: false, cancelled: true });
  });

  it("with any numbers and letters changed is opened or refused, never a crash", async () => {
    const change = fc.record({
      at: fc.nat(text.length - 1),
      by: fc.constantFrom("0", "9", "-", "1e9", "null", "[", '"', "999999999", "0.5", ",", "true"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        let damaged = text;
        for (const { at, by } of changes) damaged = damaged.slice(0, at) + by + damaged.slice(at + by.length);
        expect(typeof (await useAll(damaged))).toBe("boolean");
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it("whose numbers are any numbers is opened or refused, never a crash", async () => {
    const numbers = [...text.matchAll(/(?<=[:,[])-?[0-9.]+(?=[,\]}])/g)];
    const change = fc.tuple(
      fc.nat(numbers.length - 1),
      fc.oneof(
        fc.integer().map(String),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
        fc.constantFrom("0", "-1", "null", "1e308", "4294967295"),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        let damaged = text;
        for (const [index, by] of [...changes].sort(([a], [b]) => b - a)) {
          const found = numbers[index];
          if (found !== undefined)
            damaged = damaged.slice(0, found.index) + by + damaged.slice(found.index + found[0].length);
        }
        expect(typeof (await useAll(damaged))).toBe("boolean");
      }),
      { numRuns: 120 },
    );
  }, 60_000);
});

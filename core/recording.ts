import type { FileEnd, FileProblem } from "./file-problem.ts";
import type { RawSample, SessionHeader } from "./raw-sample.ts";
import { RecordingDecoder } from "./recording/decoder.ts";
import { headerLineSchema, sessionHeaderSchema } from "./recording/line-schema.ts";
import { RECORDING_FORMAT, RECORDING_VERSION } from "./recording/shape.ts";

export { KEY_FRAME_EVERY, RecordingEncoder } from "./recording/encoder.ts";
export { RECORDING_FORMAT, RECORDING_VERSION } from "./recording/shape.ts";

/** Bounds of reading a file, so that no file can exhaust the reader. */
export interface ReadLimits {
  readonly maxSamples: number;
  /** Rows of all tables of all samples together. */
  readonly maxRows: number;
}

/** A day of samples, or an hour of a machine with 20,000 threads. */
export const DEFAULT_READ_LIMITS: ReadLimits = { maxSamples: 90_000, maxRows: 100_000_000 };

/** A recording whose header was read; its samples are decoded as they are asked for. */
export type OpenedRecording =
  | {
      readonly ok: true;
      readonly header: SessionHeader;
      /** Gives the samples in order, and at the end how far the file could be read. Never throws. */
      readonly samples: Generator<RawSample, FileEnd>;
    }
  | { readonly ok: false; readonly problem: FileProblem };

/** Opens a recording from its text. Damaged, foreign and newer text is answered with the problem. */
export function openRecording(text: string, limits: ReadLimits = DEFAULT_READ_LIMITS): OpenedRecording {
  if (text.trim() === "") return { ok: false, problem: { code: "empty" } };
  const end = text.indexOf("\n");
  const first = end < 0 ? text : text.slice(0, end);
  let parsed: unknown;
  try {
    parsed = JSON.parse(first);
  } catch {
    // The very first line torn: still ours if it begins as ours does.
    const ours = text.startsWith(`{"format":"${RECORDING_FORMAT}"`);
    return { ok: false, problem: { code: ours ? "damaged" : "foreign" } };
  }
  const opening = headerLineSchema.safeParse(parsed);
  if (!opening.success || opening.data.format !== RECORDING_FORMAT) return { ok: false, problem: { code: "foreign" } };
  if (opening.data.version > RECORDING_VERSION) {
    return {
      ok: false,
      problem: { code: "newer", version: opening.data.version, knownVersion: RECORDING_VERSION },
    };
  }
  const header = sessionHeaderSchema.safeParse((parsed as { readonly header?: unknown }).header);
  if (!header.success) return { ok: false, problem: { code: "damaged" } };
  return {
    ok: true,
    header: header.data,
    samples: readSamples(linesOf(text, end < 0 ? text.length : end + 1), limits),
  };
}

/** Opens the lines of a recording that is part of another file; the first is the header. */
export function openRecordingLines(
  lines: readonly string[],
  limits: ReadLimits = DEFAULT_READ_LIMITS,
): OpenedRecording {
  const opened = openRecording(lines[0] ?? "", limits);
  if (!opened.ok) return opened;
  return { ...opened, samples: readSamples(lines.slice(1).values(), limits) };
}

function* linesOf(text: string, start: number): Generator<string> {
  let from = start;
  while (from < text.length) {
    const end = text.indexOf("\n", from);
    const stop = end < 0 ? text.length : end;
    yield text.slice(from, stop);
    from = stop + 1;
  }
}

function* readSamples(lines: Iterable<string>, limits: ReadLimits): Generator<RawSample, FileEnd> {
  const decoder = new RecordingDecoder();
  let samples = 0;
  let rows = 0;
  let damagedLines = 0;
  let lastFailed = false;
  for (const line of lines) {
    if (line.trim() === "") continue;
    if (lastFailed) damagedLines += 1;
    const sample = decoder.decode(line);
    lastFailed = sample === null;
    if (sample === null) continue;
    rows += sample.processes.length + sample.threads.length + sample.probeCounts.length;
    if (samples >= limits.maxSamples || rows > limits.maxRows) {
      return { samples, tornTail: false, damagedLines, cut: true };
    }
    samples += 1;
    yield sample;
  }
  return { samples, tornTail: lastFailed, damagedLines, cut: false };
}

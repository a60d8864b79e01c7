import type { RawSample, SessionHeader } from "../sample/raw-sample.ts";
import { RecordingDecoder } from "./decoder.ts";
import type { FileEnd, FileProblem } from "./file-problem.ts";
import { headerLineSchema, sessionHeaderSchema } from "./line-schema.ts";
import { RECORDING_FORMAT, RECORDING_VERSION } from "./shape.ts";

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
      /** Share of the file that was read so far, 0 to 1. */
      readonly progress: () => number;
    }
  | { readonly ok: false; readonly problem: FileProblem };

/** Whether text begins as a recording does, if only a torn one. */
export function looksLikeRecording(text: string): boolean {
  return text.startsWith(`{"format":"${RECORDING_FORMAT}"`);
}

/** Opens a recording from its text. Damaged, foreign and newer text is answered with the problem. */
export function openRecording(text: string, limits: ReadLimits = DEFAULT_READ_LIMITS): OpenedRecording {
  if (text.trim() === "") return { ok: false, problem: { code: "empty" } };
  const end = text.indexOf("\n");
  let first: unknown;
  try {
    first = JSON.parse(end < 0 ? text : text.slice(0, end));
  } catch {
    return { ok: false, problem: { code: looksLikeRecording(text) ? "damaged" : "foreign" } };
  }
  const place = { at: end < 0 ? text.length : end + 1 };
  return openWith(first, linesOf(text, place), () => place.at / text.length, limits);
}

/** Opens a recording that is part of another file, line by line as parsed JSON; the first is the header. */
export function openRecordingLines(
  lines: readonly unknown[],
  limits: ReadLimits = DEFAULT_READ_LIMITS,
): OpenedRecording {
  let read = 0;
  function* counted(): Generator<unknown> {
    for (const line of lines.slice(1)) {
      read += 1;
      yield line;
    }
  }
  return openWith(lines[0], counted(), () => read / Math.max(1, lines.length - 1), limits);
}

function openWith(
  first: unknown,
  lines: Iterable<unknown>,
  progress: () => number,
  limits: ReadLimits,
): OpenedRecording {
  const opening = headerLineSchema.safeParse(first);
  if (!opening.success || opening.data.format !== RECORDING_FORMAT) return { ok: false, problem: { code: "foreign" } };
  const { version } = opening.data;
  if (version > RECORDING_VERSION) {
    return { ok: false, problem: { code: "newer", version, knownVersion: RECORDING_VERSION } };
  }
  const header = sessionHeaderSchema.safeParse((first as { readonly header?: unknown }).header);
  if (!header.success) return { ok: false, problem: { code: "damaged" } };
  return { ok: true, header: header.data, samples: readSamples(lines, limits), progress };
}

/** Lines from a place on, which moves along. */
function* linesOf(text: string, place: { at: number }): Generator<string> {
  while (place.at < text.length) {
    const from = place.at;
    const end = text.indexOf("\n", from);
    const stop = end < 0 ? text.length : end;
    place.at = Math.min(text.length, stop + 1);
    yield text.slice(from, stop);
  }
}

function* readSamples(lines: Iterable<unknown>, limits: ReadLimits): Generator<RawSample, FileEnd> {
  const decoder = new RecordingDecoder();
  let samples = 0;
  let rows = 0;
  let damagedLines = 0;
  let lastFailed = false;
  for (const line of lines) {
    if (typeof line === "string" && line.trim() === "") continue;
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

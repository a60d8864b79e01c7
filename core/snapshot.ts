import { z } from "zod";
import type { FileProblem } from "./file-problem.ts";
import type { Frame } from "./frame.ts";
import type { RawSample, SessionHeader } from "./raw-sample.ts";
import {
  looksLikeRecording,
  type OpenedRecording,
  openRecording,
  openRecordingLines,
  RecordingEncoder,
} from "./recording.ts";
import { diagnoseReport, diagnoseReportSchema } from "./report/diagnose-report.ts";
import { listReport, listReportSchema, runtimesByLoss } from "./report/list-report.ts";
import type { Say } from "./report/parts.ts";

/** First key of a snapshot. */
export const SNAPSHOT_FORMAT = "gilscope-snapshot";

/** Version written; files of a higher one are refused. */
export const SNAPSHOT_VERSION = 1;

/** Seconds of samples a snapshot carries: as far back as a verdict remembers. */
export const SNAPSHOT_SECONDS = 60;

/** A snapshot as readers of its JSON see it. */
export const snapshotSchema = z.object({
  format: z.literal(SNAPSHOT_FORMAT),
  schemaVersion: z.literal(SNAPSHOT_VERSION),
  programVersion: z.string(),
  redacted: z.boolean().describe("Whether what looked like a secret was replaced"),
  list: listReportSchema.describe("As `gilscope list --json` prints it"),
  diagnoses: z.array(diagnoseReportSchema).describe("One for each runtime, as `gilscope diagnose --json` prints it"),
  recording: z
    .array(z.record(z.string(), z.unknown()))
    .describe("Raw samples of the last minute; opening the file computes everything again from them"),
});

/** What goes into a snapshot. */
export interface SnapshotContent {
  readonly header: SessionHeader;
  readonly frame: Frame;
  /** Each detail goes with the first sample that has its row. */
  readonly samples: readonly RawSample[];
  readonly redacted: boolean;
  readonly say: Say | null;
}

/** A snapshot as text: JSON that other programs read, one line for each report and sample. */
export function writeSnapshot({ header, frame, samples, redacted, say }: SnapshotContent): string {
  const encoder = new RecordingEncoder(header);
  const lines = [encoder.headerLine, ...samples.map((sample) => encoder.encode(sample))];
  const diagnoses = runtimesByLoss(frame).flatMap((runtime) => diagnoseReport(frame, header, runtime.rowId, say) ?? []);
  const fields = [
    `"format": ${JSON.stringify(SNAPSHOT_FORMAT)}`,
    `"schemaVersion": ${SNAPSHOT_VERSION}`,
    `"programVersion": ${JSON.stringify(header.programVersion)}`,
    `"redacted": ${redacted}`,
    `"list": ${JSON.stringify(listReport(frame, header))}`,
    `"diagnoses": ${jsonList(diagnoses.map((report) => JSON.stringify(report)))}`,
    `"recording": ${jsonList(lines.map((line) => line.trimEnd()))}`,
  ];
  return `{\n${fields.join(",\n")}\n}\n`;
}

function jsonList(items: readonly string[]): string {
  return items.length === 0 ? "[]" : `[\n${items.join(",\n")}\n]`;
}

/** A file of this program, opened: its samples give everything it shows. */
export type OpenedFile =
  | (Extract<OpenedRecording, { readonly ok: true }> & { readonly kind: "recording" | "snapshot" })
  | { readonly ok: false; readonly problem: FileProblem };

const envelopeSchema = z.object({ format: z.literal(SNAPSHOT_FORMAT), schemaVersion: z.number() });

/** Opens a snapshot or a recording from its text. Whatever the text is, the answer is a value. */
export function openFileText(text: string): OpenedFile {
  // A byte order mark, as some editors leave it.
  const content = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (looksLikeRecording(content)) {
    const opened = openRecording(content);
    return opened.ok ? { ...opened, kind: "recording" } : opened;
  }
  if (content.trim() === "") return { ok: false, problem: { code: "empty" } };
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch {
    const ours = content.slice(0, 200).includes(`"${SNAPSHOT_FORMAT}"`);
    return { ok: false, problem: { code: ours ? "damaged" : "foreign" } };
  }
  const envelope = envelopeSchema.safeParse(parsed);
  if (!envelope.success) return { ok: false, problem: { code: "foreign" } };
  const version = envelope.data.schemaVersion;
  if (version > SNAPSHOT_VERSION) {
    return { ok: false, problem: { code: "newer", version, knownVersion: SNAPSHOT_VERSION } };
  }
  const { recording } = parsed as { readonly recording?: unknown };
  if (!Array.isArray(recording)) return { ok: false, problem: { code: "damaged" } };
  const opened = openRecordingLines(recording as readonly unknown[]);
  if (opened.ok) return { ...opened, kind: "snapshot" };
  return { ok: false, problem: opened.problem.code === "foreign" ? { code: "damaged" } : opened.problem };
}

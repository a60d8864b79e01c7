import type { Frame } from "../frame/frame.ts";
import { diagnoseReport } from "../report/diagnose-report.ts";
import { listReport, runtimesByLoss } from "../report/list-report.ts";
import type { Say } from "../report/parts.ts";
import type { RawSample, SessionHeader } from "../sample/raw-sample.ts";
import { RecordingEncoder } from "./encoder.ts";

/** First key of a snapshot. */
export const SNAPSHOT_FORMAT = "gilscope-snapshot";

/** Version written; files of a higher one are refused. */
export const SNAPSHOT_VERSION = 1;

/** Seconds of samples a snapshot carries: as far back as a verdict remembers. */
export const SNAPSHOT_SECONDS = 60;

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

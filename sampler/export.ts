import { assertNever } from "../core/assert-never.ts";
import type { History } from "../core/history.ts";
import type { ExportFormat } from "../core/protocol.ts";
import type { SessionHeader } from "../core/raw-sample.ts";
import { redactSample } from "../core/redact.ts";
import { isoTime, type Say } from "../core/report/parts.ts";
import { SNAPSHOT_SECONDS, writeSnapshot } from "../core/snapshot.ts";
import { runtimesCsv, threadsCsv } from "./csv.ts";
import { replay } from "./source.ts";

/** An export, ready to be saved. */
export interface ExportContent {
  readonly fileName: string;
  readonly mediaType: string;
  readonly text: string;
}

/** What to export. */
export interface ExportRequest {
  readonly header: SessionHeader;
  readonly history: History;
  readonly format: ExportFormat;
  /** Whether to replace what looks like a secret. */
  readonly redact: boolean;
  /** Time of the frame shown, epoch milliseconds; null for the newest. */
  readonly untilWallMs: number | null;
  /** Words for messages; null leaves codes only. */
  readonly say: Say | null;
}

/** `gilscope-orion-20261122-101530.json`: nothing of it but letters, digits, points and dashes. */
function fileNameFor(header: SessionHeader, wallMs: number, ending: string): string {
  const host = header.host.hostName.replace(/[^A-Za-z0-9-]+/g, "-").slice(0, 40) || "host";
  const time = isoTime(wallMs).slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  return `gilscope-${host}-${time}${ending}`;
}

/**
 * One frame with the minute before it, computed again from its samples, so that a redacted export holds nothing
 * that its samples don't. Null when nothing was sampled at that time.
 */
export function exportContent(request: ExportRequest): ExportContent | null {
  const { header, history, format, say } = request;
  const until = request.untilWallMs ?? history.lastWallMs;
  if (until === null) return null;
  const held = history.samples(until - SNAPSHOT_SECONDS * 1000, until);
  const samples = request.redact ? held.map(redactSample) : held;
  const frame = replay(header, samples);
  if (frame === null) return null;
  switch (format) {
    case "json":
      return {
        fileName: fileNameFor(header, frame.wallMs, ".json"),
        mediaType: "application/json",
        text: writeSnapshot({ header, frame, samples, redacted: request.redact, say }),
      };
    case "csv-runtimes":
      return {
        fileName: fileNameFor(header, frame.wallMs, "-runtimes.csv"),
        mediaType: "text/csv",
        text: runtimesCsv(frame, header),
      };
    case "csv-threads":
      return {
        fileName: fileNameFor(header, frame.wallMs, "-threads.csv"),
        mediaType: "text/csv",
        text: threadsCsv(frame, header),
      };
    default:
      return assertNever(format);
  }
}

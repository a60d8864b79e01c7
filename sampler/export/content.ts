import type { Exporters } from "../../core/export/exporter.ts";
import { FILE_LIMITS, History } from "../../core/history/history.ts";
import type { ExportFormat } from "../../core/page/protocol.ts";
import { SNAPSHOT_SECONDS } from "../../core/recording/snapshot.ts";
import { isoTime } from "../../core/report/parts.ts";
import type { SessionHeader } from "../../core/sample/raw-sample.ts";
import { redactSample } from "../../core/sample/redact.ts";
import { replay } from "../source.ts";

/** An export, ready to be saved. */
export interface ExportContent {
  readonly fileName: string;
  readonly mediaType: string;
  readonly body: string | Uint8Array;
}

/** What to export. */
export interface ExportRequest {
  readonly header: SessionHeader;
  readonly history: History;
  readonly exporter: Exporters[ExportFormat];
  /** Whether to replace what looks like a secret. */
  readonly redact: boolean;
  /** Time of the frame shown, epoch milliseconds; null for the newest. */
  readonly untilWallMs: number | null;
  /** Runtime asked for; null for all. */
  readonly rowId: number | null;
}

/** `gilscope-orion-20261122-101530.json`: nothing of it but letters, digits, points and dashes. */
function fileNameFor(header: SessionHeader, wallMs: number, ending: string): string {
  const host = header.host.hostName.replace(/[^A-Za-z0-9-]+/g, "-").slice(0, 40) || "host";
  const time = isoTime(wallMs).slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  return `gilscope-${host}-${time}${ending}`;
}

/**
 * One frame with what came before it, computed again from its samples, so that a redacted export holds nothing
 * that its samples don't. Null when nothing was sampled at that time; rejects where a picture can't be drawn.
 */
export async function exportContent(request: ExportRequest): Promise<ExportContent | null> {
  const { header, history, exporter } = request;
  const until = request.untilWallMs ?? history.lastWallMs;
  if (until === null) return null;
  const from = exporter.span === "all" ? Number.NEGATIVE_INFINITY : until - SNAPSHOT_SECONDS * 1000;
  const held = history.samples(from, until);
  const samples = request.redact ? held.map(redactSample) : held;
  const frame = replay(header, samples);
  if (frame === null) return null;
  const past = new History(header, FILE_LIMITS);
  for (const sample of samples) past.push(sample, null);
  const { redact: redacted, rowId } = request;
  return {
    fileName: fileNameFor(header, frame.wallMs, exporter.ending),
    mediaType: exporter.mediaType,
    body: await exporter.write({ header, frame, samples, history: past, redacted, rowId }),
  };
}

import { writeSnapshot } from "../recording/snapshot.ts";
import type { Say } from "../report/parts.ts";
import type { Exporter } from "./exporter.ts";

/** A snapshot: JSON that others read and that opens again. With null for `say` messages are codes only. */
export function snapshotExporter(say: Say | null): Exporter {
  return {
    ending: ".json",
    mediaType: "application/json",
    span: "minute",
    write: ({ header, frame, samples, redacted }) => writeSnapshot({ header, frame, samples, redacted, say }),
  };
}

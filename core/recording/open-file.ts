import * as z from "zod";
import type { FileProblem } from "./file-problem.ts";
import { looksLikeRecording, type OpenedRecording, openRecording, openRecordingLines } from "./recording.ts";
import { SNAPSHOT_FORMAT, SNAPSHOT_VERSION } from "./snapshot.ts";

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

import { endSentence } from "../sampler/file-sentence.ts";
import { readTextFile, writeWholeFile } from "../sampler/files.ts";
import type { FileSource } from "../sampler/source.ts";
import { CliError, EXIT } from "./cli-error.ts";
import type { CliContext } from "./context.ts";

/** Opens a recording or snapshot and replays it. Says on stderr what of it could not be read. */
export async function openFile(path: string, context: CliContext): Promise<FileSource> {
  const read = await readTextFile(path);
  if (!read.ok) throw new CliError("unreadable", read.message);
  const { openFileSource } = await import("../sampler/source.ts");
  const opened = await openFileSource(path, read.text);
  if (!opened.ok) throw new CliError("bad-file", opened.message);
  const sentence = endSentence(opened.source.end, path);
  if (sentence !== null) context.note(sentence);
  return opened.source;
}

/** Writes a file whole or not at all. */
export async function saveFile(
  path: string,
  content: string | Uint8Array,
  exitCode: number = EXIT.failed,
): Promise<void> {
  const written = await writeWholeFile(path, content);
  if (!written.ok) throw new CliError("unwritable", written.message, exitCode);
}

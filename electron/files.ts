import { readFile, rm, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { type BrowserWindow, dialog } from "electron";
import writeFileAtomic from "write-file-atomic";
import type { ExportOutcome } from "../core/page/protocol.ts";

/** A recording is compressed columns; a file beyond this is not one, and would not fit into a string. */
const LARGEST_FILE_BYTES = 512 * 1024 * 1024;

/** A file as it was read, or why it was not. */
export type FileText =
  | { readonly ok: true; readonly fileName: string; readonly text: string }
  | { readonly ok: false; readonly message: string };

/** Reads a snapshot or recording the user named. */
export async function readNamedFile(path: string, folder: string): Promise<FileText> {
  const full = resolve(folder, path);
  try {
    const { size } = await stat(full);
    if (size > LARGEST_FILE_BYTES) {
      return { ok: false, message: `${full} is larger than 512 MiB, so it is no recording of Gilscope's.` };
    }
    return { ok: true, fileName: basename(full), text: await readFile(full, "utf8") };
  } catch (error) {
    return { ok: false, message: `${full} can't be read: ${reasonOf(error)}.` };
  }
}

/** Asks where to save, and writes the file whole or not at all. */
export async function saveFile(
  window: BrowserWindow,
  suggestedName: string,
  content: string | Uint8Array,
): Promise<ExportOutcome> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, { title: "Export", defaultPath: suggestedName });
  if (canceled || filePath === undefined || filePath === "") return { state: "cancelled" };
  try {
    await writeFileAtomic(filePath, typeof content === "string" ? content : Buffer.from(content), "utf8");
    return { state: "saved", fileName: basename(filePath) };
  } catch (error) {
    return { state: "failed", message: `${filePath} can't be written: ${reasonOf(error)}.` };
  }
}

/** Asks where to record to. A file the user agreed to replace is removed; null when the user thinks better of it. */
export async function chooseRecording(window: BrowserWindow): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: "Record",
    defaultPath: "run.gilscope",
    filters: [{ name: "Gilscope recordings", extensions: ["gilscope"] }],
  });
  if (canceled || filePath === undefined || filePath === "") return null;
  // Where it can't be removed, making the new file says why.
  await rm(filePath, { force: true }).catch(() => undefined);
  return filePath;
}

/** Asks for a snapshot or recording; null when the user thinks better of it. */
export async function askForFile(window: BrowserWindow): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog(window, {
    title: "Open a snapshot or recording",
    properties: ["openFile"],
    filters: [
      { name: "Gilscope files", extensions: ["json", "gilscope"] },
      { name: "All files", extensions: ["*"] },
    ],
  });
  return filePaths[0] ?? null;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is not a folder",
  ENOSPC: "the disk is full",
  EROFS: "the file system is read-only",
};

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ""] ?? message;
}

import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import writeFileAtomic from "write-file-atomic";

/** Largest file that is read, bytes. A recording of a day on a large machine is smaller. */
export const MAX_FILE_BYTES = 256 * 2 ** 20;

/** Text of a file, or one sentence that says why there is none and what to do. */
export type ReadOutcome =
  | { readonly ok: true; readonly fileName: string; readonly text: string }
  | { readonly ok: false; readonly message: string };

/** That a file was written, or one sentence that says why not. */
export type WriteOutcome = { readonly ok: true } | { readonly ok: false; readonly message: string };

const REASONS: Readonly<Record<string, readonly [reason: string, remedy: string]>> = {
  ENOENT: ["there is no such file or folder", "check the path"],
  EACCES: ["permission is denied", "choose another path or change its rights"],
  EPERM: ["permission is denied", "choose another path or change its rights"],
  EISDIR: ["it is a folder", "name a file"],
  ENOTDIR: ["a part of its path is not a folder", "check the path"],
  ENOSPC: ["the disk is full", "make room or choose another disk"],
  EDQUOT: ["the disk quota is used up", "make room or choose another disk"],
  EROFS: ["the file system is read-only", "choose another path"],
  ENAMETOOLONG: ["its name is too long", "choose a shorter name"],
  ELOOP: ["its links lead in a circle", "check the path"],
  EMFILE: ["too many files are open", "close some or raise `ulimit -n`"],
};

/** What a failed file operation means, in words: the reason and what to do. */
export function fileFailure(error: unknown): { readonly reason: string; readonly remedy: string } {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const [reason, remedy] = REASONS[code] ?? [`the system says ${code === "" ? "no" : code}`, "check the path"];
  return { reason, remedy };
}

/** Reads a whole file of text that is not larger than allowed. Folders, pipes and devices are refused. */
export async function readTextFile(path: string, maxBytes = MAX_FILE_BYTES): Promise<ReadOutcome> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return { ok: false, message: `${path} can't be read: it is a folder; name a file.` };
    if (!found.isFile()) return { ok: false, message: `${path} can't be read: it is no ordinary file; name a file.` };
    if (found.size > maxBytes) {
      const mebibytes = Math.floor(maxBytes / 2 ** 20);
      return {
        ok: false,
        message: `${path} is larger than ${mebibytes} MiB, which is the most Gilscope opens; record a shorter time.`,
      };
    }
    return { ok: true, fileName: basename(path), text: await readFile(path, "utf8") };
  } catch (error) {
    const { reason, remedy } = fileFailure(error);
    return { ok: false, message: `${path} can't be read: ${reason}; ${remedy}.` };
  }
}

/** Writes a whole file or nothing: the old content stays until the new one is complete on disk. */
export async function writeWholeFile(path: string, content: string | Uint8Array): Promise<WriteOutcome> {
  try {
    await writeFileAtomic(path, typeof content === "string" ? content : Buffer.from(content), { encoding: "utf8" });
    return { ok: true };
  } catch (error) {
    const { reason, remedy } = fileFailure(error);
    return { ok: false, message: `${path} can't be written: ${reason}; ${remedy}.` };
  }
}

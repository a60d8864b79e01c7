import { randomBytes } from "node:crypto";
import { open, readFile, stat } from "node:fs/promises";
import { fileFailure } from "../../sampler/files.ts";
import { CliError } from "../cli-error.ts";

const TOKEN = /^[A-Za-z0-9_-]{16,256}$/;

/** The bearer token in a file. A file that does not exist is made, with a new token that only its owner may read. */
export async function readTokenFile(path: string): Promise<string> {
  try {
    const file = await open(path, "wx", 0o600);
    const token = randomBytes(24).toString("base64url");
    await file.writeFile(`${token}\n`).finally(() => file.close());
    return token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw unreadable(path, error);
  }
  try {
    const { mode } = await stat(path);
    if (process.platform !== "win32" && (mode & 0o007) !== 0) {
      throw new CliError(
        "unreadable",
        `${path} may be read by everybody, so its token is no secret; run \`chmod o= ${path}\`.`,
      );
    }
    const token = (await readFile(path, "utf8")).trim();
    if (TOKEN.test(token)) return token;
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw unreadable(path, error);
  }
  throw new CliError(
    "bad-file",
    `${path} holds no token: 16 to 256 letters, digits, - and _ on one line; remove it and a new one is made.`,
  );
}

function unreadable(path: string, error: unknown): CliError {
  const { reason, remedy } = fileFailure(error);
  return new CliError("unreadable", `${path} can't be read or made: ${reason}; ${remedy}.`);
}

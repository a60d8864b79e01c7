import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const FOLDER = join(import.meta.dirname, "..", "..", ".cache", "readers");

function programOf(name: string): string | null {
  const path = join(FOLDER, "prometheus", "usr", "bin", name);
  return existsSync(path) ? path : null;
}

/** Programs of others that `npm test` installs (build/readers.mjs); null where they could not be. */
export const READERS = {
  prometheus: programOf("prometheus"),
  promtool: programOf("promtool"),
  pythonFolder: existsSync(join(FOLDER, "python", "pandas")) ? join(FOLDER, "python") : null,
} as const;

/** Runs Python code that finds the readers' packages; answers what it printed. */
export async function readWithPython(code: string, argv: readonly string[]): Promise<string> {
  const env = { ...process.env, PYTHONPATH: READERS.pythonFolder ?? "" };
  return (await promisify(execFile)("python3", ["-c", code, ...argv], { env })).stdout;
}

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** One interpreter on this machine. */
export interface PythonInstallation {
  /** For example `3.12`. */
  readonly minorVersion: string;
  readonly path: string;
}

/** CPythons under pyenv's folder (`PYENV_ROOT`, else `~/.pyenv`), newest patch of each minor version first. */
export function pyenvPythons(): readonly PythonInstallation[] {
  const folder = join(process.env["PYENV_ROOT"] ?? join(homedir(), ".pyenv"), "versions");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d+\.\d+\.\d+$/.test(name))
    .sort()
    .map((name) => ({ minorVersion: name.split(".").slice(0, 2).join("."), path: join(folder, name, "bin", "python") }))
    .filter(({ path }) => existsSync(path));
}

/** The real executable behind `python3` on the PATH: a version manager's stand-in script would be a process more. */
export function defaultPython(): string {
  return execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
}

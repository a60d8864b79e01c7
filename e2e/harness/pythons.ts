import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** One interpreter on this machine. */
export interface PythonInstallation {
  /** For example `3.12`; `pypy` for PyPy. */
  readonly minorVersion: string;
  readonly path: string;
}

/** Where the verbs unpack Pythons newer than this machine's (build/newer-pythons.mjs). */
const NEWER_PYTHONS = resolve(".cache", "newer-pythons", "usr", "bin");

/** CPythons under pyenv's folder (`PYENV_ROOT`, else `~/.pyenv`), then those newer than the machine's, and `pypy` among them. */
export function installedPythons(): readonly PythonInstallation[] {
  const folder = join(process.env["PYENV_ROOT"] ?? join(homedir(), ".pyenv"), "versions");
  const newer = existsSync(NEWER_PYTHONS) ? readdirSync(NEWER_PYTHONS) : [];
  return [
    ...pyenvPythons(folder),
    ...newer.flatMap((name) => {
      const minorVersion = name === "pypy3" ? "pypy" : /^python(3\.\d+)$/.exec(name)?.[1];
      return minorVersion === undefined ? [] : [{ minorVersion, path: join(NEWER_PYTHONS, name) }];
    }),
  ];
}

function pyenvPythons(folder: string): readonly PythonInstallation[] {
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

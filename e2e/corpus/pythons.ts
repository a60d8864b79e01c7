import { execFileSync } from "node:child_process";
import { defaultPython, pyenvPythons } from "../harness/pythons.ts";
import type { TargetLabel } from "../harness/target-label.ts";
import type { Skip } from "./result.ts";

/** An interpreter the corpus is run with. */
export interface CorpusPython {
  readonly path: string;
  /** For example `3.12.1`. */
  readonly version: string;
  /** For example `3.12`. */
  readonly minorVersion: string;
}

/** The interpreters that were asked for by minor version, in that order; `default` is the `python3` on the PATH. */
export function corpusPythons(minors: readonly string[], skip: Skip): readonly CorpusPython[] {
  const installed = pyenvPythons();
  return minors.flatMap((minor) => {
    const path =
      minor === "default" ? defaultPython() : installed.find(({ minorVersion }) => minorVersion === minor)?.path;
    if (path === undefined) {
      skip(`Python ${minor}`, "it is not among pyenv's");
      return [];
    }
    const version = execFileSync(path, ["-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])"], {
      encoding: "utf8",
    }).trim();
    const minorVersion = version.split(".").slice(0, 2).join(".");
    return [{ path, version, minorVersion }];
  });
}

/**
 * Why a program cannot run with an interpreter; null when it can.
 * @param folders Packages that installed for it
 */
export function unmetNeed(
  { needs }: TargetLabel,
  python: CorpusPython,
  folders: ReadonlyMap<string, string> | undefined,
): string | null {
  if (needs === null) return null;
  if (!/^\d/.test(needs)) return folders?.has(needs) === true ? null : `${needs} did not install for it`;
  const [minor = 0, wanted = 0] = [python.minorVersion, needs].map((version) => Number(version.split(".")[1]));
  return minor >= wanted ? null : `it needs Python ${needs}`;
}

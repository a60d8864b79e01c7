import { execFileSync } from "node:child_process";
import { installedPythons, minorOf, newerPyPy } from "../../sampler/testing/pythons.ts";
import { defaultPython } from "../harness/pythons.ts";
import type { TargetLabel } from "../harness/target-label.ts";
import type { Skip } from "./result.ts";

/** An interpreter the corpus is run with. */
export interface CorpusPython {
  readonly path: string;
  /** For example `3.12.1`, `PyPy 3.11.17`. */
  readonly version: string;
  /** Of the language, for example `3.12`. */
  readonly minorVersion: string;
  /** How packages call it. */
  readonly abi: "cp" | "pp";
}

/** The interpreters that were asked for by minor version or as `pypy`, in that order; `default` is the `python3` on the PATH. */
export function corpusPythons(minors: readonly string[], skip: Skip): readonly CorpusPython[] {
  const installed = installedPythons();
  const find = (minor: string): string | null => {
    if (minor === "default") return defaultPython();
    if (minor === "pypy") return newerPyPy();
    return installed.find(({ version }) => minorOf(version) === minor)?.executable ?? null;
  };
  return minors.flatMap((minor) => {
    const path = find(minor);
    if (path === null) {
      skip(`Python ${minor}`, "it is neither among pyenv's nor among those unpacked");
      return [];
    }
    const script = "import sys, platform; print(platform.python_implementation(), '%d.%d.%d' % sys.version_info[:3])";
    const [implementation, numbers = ""] = execFileSync(path, ["-c", script], { encoding: "utf8" }).trim().split(" ");
    const pypy = implementation === "PyPy";
    const version = pypy ? `PyPy ${numbers}` : numbers;
    return [{ path, version, minorVersion: minorOf(numbers), abi: pypy ? "pp" : "cp" }];
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

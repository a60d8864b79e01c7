import { execFileSync } from "node:child_process";

/** The real executable behind `python3` on the PATH: a version manager's stand-in script would be a process more. */
export function defaultPython(): string {
  return execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
}

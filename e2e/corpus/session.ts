import { execFileSync } from "node:child_process";
import { cpus, release, totalmem } from "node:os";
import type { Session } from "./result.ts";

/** Facts about this run and machine that a reader needs to judge the figures; none names the machine. */
export function sessionFacts(command: readonly string[]): Session {
  return {
    kind: "session",
    command: command.map(quoted).join(" "),
    date: new Date().toISOString().slice(0, 10),
    version: commit(),
    node: process.version,
    kernel: release().replace(/^(\d+\.\d+(?:\.\d+)?).*$/, "$1"),
    cpuModel: cpus()[0]?.model.trim() ?? "unknown",
    cpus: cpus().length,
    memoryBytes: totalmem(),
  };
}

function quoted(argument: string): string {
  return /^[\w.,=/:-]+$/.test(argument) ? argument : `'${argument}'`;
}

/** The commit that was measured, and whether files differed from it. */
function commit(): string {
  try {
    const git = (...args: readonly string[]): string => execFileSync("git", args, { encoding: "utf8" }).trim();
    const changed =
      git("status", "--porcelain", "--untracked-files=no", "--", "core", "sampler") === "" ? "" : " with changes";
    return git("rev-parse", "--short=10", "HEAD") + changed;
  } catch {
    return "unknown";
  }
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lib/lock.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runStep, StepFailed, say } from "./lib/step.mjs";

const OLDEST_NODE = 20;

/** Installs the npm packages of the lock file where they are missing or not the ones it names. */
export async function ensureNodePackages() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < OLDEST_NODE) {
    throw new StepFailed(
      "start",
      `this is Node ${process.versions.node}, and Gilscope is built with Node ${OLDEST_NODE} or newer`,
      `install Node ${OLDEST_NODE} or newer and run the command again`,
    );
  }
  if (nodePackagesMatch()) return;
  await withLock("npm-install", async () => {
    if (nodePackagesMatch()) return;
    say("installing npm packages (about a minute the first time)");
    await runStep({
      step: "install npm packages",
      remedy: "see that npm reaches its registry (`npm ping`), then run the command again",
      command: "npm",
      args: ["ci", "--no-fund", "--no-audit", "--loglevel=error"],
      cwd: ROOT,
    });
  });
}

/**
 * Compares the lock file with the one npm leaves in node_modules when an install is complete.
 * Packages for other platforms are in the first only.
 */
function nodePackagesMatch() {
  try {
    const wanted = packagesOf(join(ROOT, "package-lock.json"));
    const installed = packagesOf(join(ROOT, "node_modules", ".package-lock.json"));
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === "") return true;
      const there = installed[path];
      return there === undefined
        ? entry.optional === true || entry.devOptional === true
        : there.version === entry.version;
    });
  } catch {
    return false;
  }
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }>}
 */
function packagesOf(path) {
  return JSON.parse(readFileSync(path, "utf8")).packages;
}

import { spawnSync } from "node:child_process";
import { findProgram } from "./lib/find-program.mjs";
import { runStep, StepFailed, say } from "./lib/step.mjs";

/**
 * Debian's and Ubuntu's packages for the libraries Electron's binary is linked with.
 * Several names stand where releases differ; the first that the package lists offer is taken.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const PACKAGES_OF_LIBRARY = {
  "libglib-2.0.so.0": ["libglib2.0-0t64", "libglib2.0-0"],
  "libgobject-2.0.so.0": ["libglib2.0-0t64", "libglib2.0-0"],
  "libgio-2.0.so.0": ["libglib2.0-0t64", "libglib2.0-0"],
  "libnss3.so": ["libnss3"],
  "libnssutil3.so": ["libnss3"],
  "libsmime3.so": ["libnss3"],
  "libnspr4.so": ["libnspr4"],
  "libatk-1.0.so.0": ["libatk1.0-0t64", "libatk1.0-0"],
  "libatk-bridge-2.0.so.0": ["libatk-bridge2.0-0t64", "libatk-bridge2.0-0"],
  "libatspi.so.0": ["libatspi2.0-0t64", "libatspi2.0-0"],
  "libcups.so.2": ["libcups2t64", "libcups2"],
  "libdbus-1.so.3": ["libdbus-1-3"],
  "libdrm.so.2": ["libdrm2"],
  "libgtk-3.so.0": ["libgtk-3-0t64", "libgtk-3-0"],
  "libpango-1.0.so.0": ["libpango-1.0-0"],
  "libcairo.so.2": ["libcairo2"],
  "libX11.so.6": ["libx11-6"],
  "libXcomposite.so.1": ["libxcomposite1"],
  "libXdamage.so.1": ["libxdamage1"],
  "libXext.so.6": ["libxext6"],
  "libXfixes.so.3": ["libxfixes3"],
  "libXrandr.so.2": ["libxrandr2"],
  "libgbm.so.1": ["libgbm1"],
  "libexpat.so.1": ["libexpat1"],
  "libxcb.so.1": ["libxcb1"],
  "libxkbcommon.so.0": ["libxkbcommon0"],
  "libudev.so.1": ["libudev1"],
  "libasound.so.2": ["libasound2t64", "libasound2"],
  "libgcc_s.so.1": ["libgcc-s1"],
};

/**
 * Names the packages of the shared libraries a binary needs and this system lacks.
 * @param {string} binary
 * @returns {(readonly string[])[]} For each package its possible names; a library of no known package stands under its own name.
 */
export function packagesMissingFor(binary) {
  if (process.platform !== "linux") return [];
  const answer = spawnSync("ldd", [binary], { encoding: "utf8" });
  /** @type {Map<string, readonly string[]>} */
  const missing = new Map();
  for (const match of (answer.stdout ?? "").matchAll(/^\s*(\S+) => not found/gm)) {
    const library = match[1] ?? "";
    const names = PACKAGES_OF_LIBRARY[library] ?? [library];
    missing.set(names.join(), names);
  }
  return [...missing.values()];
}

/**
 * Names the packages of the known libraries that the system's loader does not know, before there is a binary to ask.
 * @returns {(readonly string[])[]} For each package its possible names.
 */
export function packagesMissingForWindows() {
  if (process.platform !== "linux") return [];
  const answer = spawnSync(findProgram("ldconfig") ?? "ldconfig", ["-p"], { encoding: "utf8" });
  if (answer.status !== 0) return [];
  const architecture = process.arch === "arm64" ? "AArch64" : "x86-64";
  const lines = answer.stdout.split("\n").filter((line) => line.includes(architecture));
  const known = new Set(lines.map((line) => line.trim().split(" ")[0]));
  return Object.entries(PACKAGES_OF_LIBRARY)
    .filter(([library]) => !known.has(library))
    .map(([, names]) => names);
}

/** @type {readonly (readonly string[])[]} */
let foreseen = [];

/**
 * Tells what a verb is going to need later, so that one run of apt, or one printed command, installs all of it.
 * @param {readonly (readonly string[])[]} packages For each package its possible names.
 */
export function foreseeSystemPackages(packages) {
  foreseen = packages;
}

/**
 * Installs Debian packages, and with them the foreseen ones, where apt and the rights are there; otherwise says the one command that does.
 * @param {string} purpose What needs them, for example `the window`.
 * @param {readonly (readonly string[])[]} needed For each package its possible names.
 */
export async function installSystemPackages(purpose, needed) {
  if (needed.length === 0) return;
  const packages = [...new Map([...needed, ...foreseen].map((names) => [names.join(), names])).values()];
  const apt = findProgram("apt-get");
  if (apt === null) {
    throw new StepFailed(
      "install system packages",
      `${purpose} needs what Debian calls ${packages.map((names) => names.at(-1)).join(", ")}, and this system has no apt`,
      "install them with this system's package manager and run the command again",
    );
  }
  if (process.getuid?.() !== 0) {
    const chosen = packages.map(offeredName).join(" ");
    throw new StepFailed(
      "install system packages",
      `${purpose} needs system packages that are not installed`,
      `sudo apt-get update && sudo apt-get install --no-install-recommends ${chosen}`,
    );
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const remedy = "see what apt says above, then run the command again";
  say("updating the lists of system packages");
  await runStep({ step: "update the lists of system packages", remedy, command: apt, args: ["update", "-q"], env });
  const chosen = packages.map(offeredName);
  say(`installing system packages for ${purpose}: ${chosen.join(", ")}`);
  await runStep({
    step: "install system packages",
    remedy,
    command: apt,
    args: ["install", "-y", "-q", "--no-install-recommends", ...chosen],
    env,
  });
}

/** @param {readonly string[]} names */
function offeredName(names) {
  const fallback = names.at(-1) ?? "";
  if (names.length < 2) return fallback;
  return names.find((name) => spawnSync("apt-cache", ["show", "--no-all-versions", name]).status === 0) ?? fallback;
}

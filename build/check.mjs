import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "./lib/find-program.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runQuietly, runVerb, say } from "./lib/step.mjs";
import { ensureNodePackages } from "./node-packages.mjs";
import { engineBreaches } from "./rules/engines.mjs";
import { layerBreaches } from "./rules/layers.mjs";
import { placeBreaches } from "./rules/places.mjs";
import { installSystemPackages } from "./system-packages.mjs";

/** @typedef {{ name: string, run: () => Promise<string | null> }} Check `run` answers null when all is well, else what is not. */

const TEXT_FILE = /\.(?:ts|tsx|mjs|cjs|js|json|md|yml|yaml|html|css|py|c|sh|svg)$|^\.ci\/run$|^\.npmrc$|^\.gitignore$/;

/** `npm run check`: types, lint, format, layer rules, engine rules, dead code. `--fix` mends what can be mended first. */
await runVerb(async () => {
  await ensureNodePackages();
  await installSystemPackages("the checks", findProgram("git") === null ? [["git"]] : []);
  const fixing = process.argv.includes("--fix");
  /** @type {readonly Check[]} */
  const checks = [
    {
      name: fixing ? "lint and format (mending)" : "lint and format",
      run: () => tool("@biomejs/biome/bin/biome", fixing ? ["check", "--write"] : ["check"]),
    },
    ...rooms().map((room) => ({ name: `types of ${room}`, run: () => tool("typescript/bin/tsc", ["-p", room]) })),
    { name: "layers, engines and places", run: async () => sourceRules() },
    { name: "dead code", run: () => tool("knip/bin/knip.js", ["--no-progress"]) },
  ];
  let failed = 0;
  for (const { name, run } of checks) {
    const started = Date.now();
    const problem = await run();
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    if (problem === null) {
      say(`ok      ${name} (${seconds} s)`);
    } else {
      failed += 1;
      say(`FAILED  ${name} (${seconds} s)\n${problem}\n`);
    }
  }
  say(failed === 0 ? "every check holds" : `${failed} of ${checks.length} checks failed`);
  return failed === 0 ? 0 : 1;
});

/** Rooms with types of their own. */
function rooms() {
  return readdirSync(ROOT)
    .filter((name) => existsSync(join(ROOT, name, "tsconfig.json")))
    .sort();
}

/**
 * @param {string} path Of the program, in node_modules.
 * @param {readonly string[]} args
 */
async function tool(path, args) {
  const { code, all } = await runQuietly({
    step: path,
    command: process.execPath,
    args: [join(ROOT, "node_modules", path), ...args],
    cwd: ROOT,
  });
  return code === 0 ? null : all;
}

function sourceRules() {
  const breaches = trackedFiles().flatMap((path) => {
    const text = readFileSync(join(ROOT, path), "utf8");
    return [...layerBreaches(path, text), ...engineBreaches(path, text), ...placeBreaches(path, text)];
  });
  return breaches.length === 0 ? null : breaches.join("\n");
}

/** Text files that git holds or would take. */
function trackedFiles() {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return listed.split("\0").filter((path) => TEXT_FILE.test(path) && existsSync(join(ROOT, path)));
}

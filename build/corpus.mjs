import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { bundleNode, ensureBuilt } from "./bundle.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runShown, runVerb } from "./lib/step.mjs";
import { ensureNewerPythons } from "./newer-pythons.mjs";
import { ensureNodePackages } from "./node-packages.mjs";

const PROGRAMS = {
  verdicts: "e2e/corpus/main.ts",
  gil: "e2e/corpus/gil-held.ts",
  slowdown: "e2e/corpus/slowdown.ts",
  captures: "e2e/corpus/capture.ts",
  watcher: "e2e/corpus/watcher.ts",
};

/**
 * `npm run bench:verdicts [-- OPTION…]` runs the labelled programs and reports what was said of them;
 * `npm run bench:gil` compares the held share of the GIL with known duties, `npm run bench:slowdown` what being watched costs;
 * `npm run captures -- NAME…` records some programs for the golden replays.
 */
await runVerb(async () => {
  const [verb, ...options] = process.argv.slice(2);
  await ensureNodePackages();
  await ensureBuilt();
  await ensureNewerPythons();
  const out = join(ROOT, "out", "corpus");
  mkdirSync(out, { recursive: true });
  await bundleNode(PROGRAMS, out);
  for (const worker of ["sampler-tables.cjs", "sampler-probe.cjs", "sampler-portable.cjs"]) {
    copyFileSync(join(ROOT, "out", worker), join(out, worker));
  }
  return runShown(process.execPath, [join(out, `${verb}.cjs`), ...options], { cwd: ROOT });
});

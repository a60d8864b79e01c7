import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { bundleNode, ensureBuilt } from "./bundle.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runShown, runVerb } from "./lib/step.mjs";
import { ensureNodePackages } from "./node-packages.mjs";

/**
 * `npm run bench:verdicts [-- OPTION…]` runs the labelled programs and reports what was said of them;
 * `npm run captures -- NAME…` records some of them for the golden replays.
 */
await runVerb(async () => {
  const [verb, ...options] = process.argv.slice(2);
  await ensureNodePackages();
  await ensureBuilt();
  const out = join(ROOT, "out", "corpus");
  mkdirSync(out, { recursive: true });
  await bundleNode(
    { verdicts: "e2e/corpus/main.ts", captures: "e2e/corpus/capture.ts", watcher: "e2e/corpus/watcher.ts" },
    out,
  );
  for (const worker of ["sampler-tables.cjs", "sampler-probe.cjs", "sampler-portable.cjs"]) {
    copyFileSync(join(ROOT, "out", worker), join(out, worker));
  }
  return runShown(process.execPath, [join(out, `${verb}.cjs`), ...options], { cwd: ROOT });
});

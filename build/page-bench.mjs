import { join } from "node:path";
import { bundleNode, ensureBuilt } from "./bundle.mjs";
import { findChromium } from "./end-to-end.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runShown, runVerb, StepFailed } from "./lib/step.mjs";
import { ensureNodePackages } from "./node-packages.mjs";

/**
 * `npm run bench:page [-- --only lanes,scroll,input,memory]`: whether the page keeps up in a real Chromium, on simulated machines that
 * compute in a thread of their own: lanes at 60 frames a second, scrolling without gaps, answers to keys, and memory over half an hour.
 */
await runVerb(async () => {
  await ensureNodePackages();
  await ensureBuilt({ simulated: true });
  const chromium = findChromium();
  if (chromium === null) throw new StepFailed("measure the page", "there is no Chromium", "install chromium");
  const out = join(ROOT, "out", "bench");
  await bundleNode({ "page-cost": "e2e/bench/page-cost.ts" }, out);
  return runShown(process.execPath, [
    join(out, "page-cost.cjs"),
    ...["--chromium", chromium],
    ...["--page", join(ROOT, "out", "page-simulated")],
    ...process.argv.slice(2),
  ]);
});

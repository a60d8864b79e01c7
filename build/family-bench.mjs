import { join } from "node:path";
import { bundleNode, ensureBuilt } from "./bundle.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runShown, runVerb, StepFailed } from "./lib/step.mjs";
import { ensureNodePackages } from "./node-packages.mjs";

const OUT = join(ROOT, "out", "bench");
const BENCHES = ["families", "prediction", "smaps-cost"];

/**
 * `npm run bench:families`: what a frame of 500 runtimes in 60 families costs.
 * `npm run bench:prediction [-- WORK…]`: whether programs moved to processes use the cores and the memory that were promised. Five minutes; on a quiet machine.
 * `npm run bench:smaps [-- CASE…]`: what reading memory maps costs beside 8 GiB. Eight minutes and 9 GiB; on a quiet machine.
 */
await runVerb(async () => {
  const [name = "", ...options] = process.argv.slice(2);
  if (!BENCHES.includes(name)) throw new StepFailed("choose a benchmark", `there is no ${name}`, BENCHES.join(" or "));
  await ensureNodePackages();
  if (name !== "families") await ensureBuilt();
  await bundleNode({ [name]: `sampler/bench/${name}.ts` }, OUT);
  const places = name !== "families" ? [join(ROOT, "out"), join(ROOT, "sampler", "bench")] : [];
  return runShown(process.execPath, [join(OUT, `${name}.cjs`), ...places, ...options]);
});

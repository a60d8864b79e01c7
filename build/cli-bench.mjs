import { join } from "node:path";
import { bundleNode, ensureBuilt } from "./bundle.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runShown, runVerb, StepFailed } from "./lib/step.mjs";
import { ensureNodePackages } from "./node-packages.mjs";

const OUT = join(ROOT, "out", "bench");
const BENCHES = ["memory", "recording", "viewers"];

/**
 * `npm run bench:memory`: what memory `gilscope diagnose` takes.
 * `npm run bench:recording`: what an hour's recording takes on disk, to open and to look at.
 * `npm run bench:viewers`: whether a hundred viewers of `gilscope serve` cost the sampler anything.
 */
await runVerb(async () => {
  const [name = "", ...options] = process.argv.slice(2);
  if (!BENCHES.includes(name)) throw new StepFailed("choose a benchmark", `there is no ${name}`, BENCHES.join(" or "));
  await ensureNodePackages();
  await ensureBuilt();
  await bundleNode({ [name]: `cli/bench/${name}.ts` }, OUT);
  const crowd = name === "viewers" ? ["--crowd", join(ROOT, "e2e", "bench", "crowd.py")] : [];
  const cli = ["--cli", join(ROOT, "out", "cli.cjs")];
  return runShown(process.execPath, [join(OUT, `${name}.cjs`), ...cli, ...crowd, ...options]);
});

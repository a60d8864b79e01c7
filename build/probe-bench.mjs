import { join } from "node:path";
import { bundleNode, ensureBuilt } from "./bundle.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runShown, runVerb } from "./lib/step.mjs";
import { ensureNodePackages } from "./node-packages.mjs";

/** `npm run bench:probe [-- --python PATH --seconds N]`: what the probe costs by rate, over a crowd of programs, and to attach. */
await runVerb(async () => {
  await ensureNodePackages();
  await ensureBuilt();
  const out = join(ROOT, "out", "bench");
  await bundleNode({ "probe-bench": "sampler/bench/probe-bench.ts" }, out);
  return runShown(process.execPath, [
    join(out, "probe-bench.cjs"),
    ...["--sources", join(ROOT, "sampler", "bench")],
    ...["--workers", join(ROOT, "out")],
    ...process.argv.slice(2),
  ]);
});

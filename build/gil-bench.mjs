import { join } from "node:path";
import { bundleNode, ensureBuilt } from "./bundle.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runShown, runVerb } from "./lib/step.mjs";
import { ensureNodePackages } from "./node-packages.mjs";

/** `npm run bench:gil [-- --python PATH]`: the GIL's held ratio beside programs that hold it for a known part of the time. */
await runVerb(async () => {
  await ensureNodePackages();
  await ensureBuilt();
  const out = join(ROOT, "out", "bench");
  await bundleNode({ "gil-accuracy": "sampler/bench/gil-accuracy.ts" }, out);
  return runShown(process.execPath, [
    join(out, "gil-accuracy.cjs"),
    ...["--sources", join(ROOT, "sampler", "bench")],
    ...["--workers", join(ROOT, "out")],
    ...process.argv.slice(2),
  ]);
});

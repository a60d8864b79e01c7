import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { bundleNode, ensureBuilt } from "./bundle.mjs";
import { runEndToEnd } from "./end-to-end.mjs";
import { findProgram } from "./lib/find-program.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runShown, runVerb } from "./lib/step.mjs";
import { ensureNodePackages } from "./node-packages.mjs";
import { ensurePythonPackages, PYTHON_PACKAGES_FOLDER } from "./python-packages.mjs";
import { installSystemPackages } from "./system-packages.mjs";

const WITHOUT_WINDOW = "--no-window";

/** `npm run bench [-- OPTION…]`: what a sample costs beside others who read the same tables, then what the window costs; `-- --no-window` leaves that out. */
await runVerb(async () => {
  await ensureNodePackages();
  await ensureBuilt();
  await ensurePythonPackages();
  await installSystemPackages("the benchmark", [
    ...(findProgram("gcc", "cc") === null ? [["gcc"], ["libc6-dev"]] : []),
    ...(findProgram("top") === null ? [["procps"]] : []),
  ]);
  const out = join(ROOT, "out", "bench");
  const scratch = join(ROOT, ".cache", "bench");
  mkdirSync(scratch, { recursive: true });
  await bundleNode({ main: "sampler/bench/main.ts", contender: "sampler/bench/contender.ts" }, out);
  const code = await runShown(process.execPath, [
    join(out, "main.cjs"),
    ...["--sources", join(ROOT, "sampler", "bench")],
    ...["--workers", join(ROOT, "out")],
    ...["--contender", join(out, "contender.cjs")],
    ...["--scratch", scratch],
    ...["--python-path", PYTHON_PACKAGES_FOLDER],
    ...process.argv.slice(2).filter((argument) => argument !== WITHOUT_WINDOW),
  ]);
  if (process.argv.includes(WITHOUT_WINDOW)) return code;
  const window = await runEndToEnd({ projects: ["bench"], filters: [], packagedPath: null });
  return code === 0 && window.failed === 0 ? 0 : 1;
});

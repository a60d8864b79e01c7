import { ensureBuilt } from "./bundle.mjs";
import { runVerb } from "./lib/step.mjs";
import { ensureNodePackages } from "./node-packages.mjs";

await runVerb(async () => {
  await ensureNodePackages();
  await ensureBuilt({ simulated: process.argv.includes("--simulated") });
  return 0;
});

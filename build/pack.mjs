import { runVerb, say } from "./lib/step.mjs";
import { ensureNodePackages } from "./node-packages.mjs";

/** `npm run pack [-- --installers]`: packs the program and tries what was packed. */
await runVerb(async () => {
  await ensureNodePackages();
  const { packageApp } = await import("./package-app.mjs");
  const { foreseeEndToEnd, runEndToEnd } = await import("./end-to-end.mjs");
  foreseeEndToEnd();
  const installers = process.argv.includes("--installers");
  const { executablePath } = await packageApp({ installers });
  say(`packed ${executablePath}`);
  const tally = await runEndToEnd({ projects: ["packaged"], filters: [], packagedPath: executablePath });
  say(`the packed program: ${tally.passed} checks passed, ${tally.failed} failed`);
  return tally.failed === 0 && tally.passed > 0 ? 0 : 1;
});

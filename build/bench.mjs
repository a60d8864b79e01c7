import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { bundleNode, ensureBuilt } from "./bundle.mjs";
import { startVirtualDisplay } from "./display.mjs";
import { describeDist, electronCommand, ensureElectronDist } from "./electron-dist.mjs";
import { findProgram } from "./lib/find-program.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runShown, runVerb, say } from "./lib/step.mjs";
import { ensureNodePackages } from "./node-packages.mjs";
import { ensurePythonPackages, PYTHON_PACKAGES_FOLDER } from "./python-packages.mjs";
import { installSystemPackages, packagesMissingFor } from "./system-packages.mjs";

const OUT = join(ROOT, "out", "bench");
const SCRATCH = join(ROOT, ".cache", "bench");
/** Needed by both: their crowd is a C program. */
const COMPILER = findProgram("cc") === null ? [["gcc"], ["libc6-dev"]] : [];

/**
 * `npm run bench [-- OPTION…]`: what a sample costs beside others who read the same tables, then what the window costs.
 * `-- --no-window` leaves the second out, `-- --only-window` the first.
 */
await runVerb(async () => {
  const options = process.argv.slice(2);
  await ensureNodePackages();
  await ensureBuilt();
  mkdirSync(SCRATCH, { recursive: true });
  const sampler = options.includes("--only-window") ? 0 : await benchSampler(options);
  const window = options.includes("--no-window") ? 0 : await benchWindow(options);
  return sampler === 0 ? window : sampler;
});

/** @param {readonly string[]} options */
async function benchSampler(options) {
  await ensurePythonPackages();
  await installSystemPackages("the benchmark", [...COMPILER, ...(findProgram("top") === null ? [["procps"]] : [])]);
  await bundleNode({ main: "sampler/bench/main.ts", contender: "sampler/bench/contender.ts" }, OUT);
  return runShown(process.execPath, [
    join(OUT, "main.cjs"),
    ...["--sources", join(ROOT, "sampler", "bench")],
    ...["--workers", join(ROOT, "out")],
    ...["--contender", join(OUT, "contender.cjs")],
    ...["--scratch", SCRATCH],
    ...["--python-path", PYTHON_PACKAGES_FOLDER],
    ...options,
  ]);
}

/** @param {readonly string[]} options */
async function benchWindow(options) {
  if (process.platform !== "linux") {
    say("what the window costs is measured on Linux only");
    return 0;
  }
  const dist = await ensureElectronDist();
  const electron = electronCommand(dist);
  await installSystemPackages("the window's benchmark", [
    ...packagesMissingFor(electron.executablePath),
    ...COMPILER,
    ...(findProgram("Xvfb") === null ? [["xvfb"]] : []),
    ...["openbox", "xdotool"].filter((name) => findProgram(name) === null).map((name) => [name]),
  ]);
  await bundleNode({ "window-cost": "e2e/bench/window-cost.ts" }, OUT);
  say(`the window runs on ${describeDist(dist)}`);
  const { display, stop } = await startVirtualDisplay();
  try {
    return await runShown(
      process.execPath,
      [
        join(OUT, "window-cost.cjs"),
        ...["--electron", JSON.stringify(electron)],
        ...["--root", ROOT],
        ...["--scratch", SCRATCH],
        ...options,
      ],
      { env: { ...process.env, DISPLAY: display, WAYLAND_DISPLAY: "" } },
    );
  } finally {
    stop();
  }
}

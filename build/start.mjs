import { join } from "node:path";
import { ensureBuilt } from "./bundle.mjs";
import { findDisplay } from "./display.mjs";
import { describeDist, electronCommand, ensureElectronDist } from "./electron-dist.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runShown, runVerb, StepFailed, say } from "./lib/step.mjs";
import { ensureNodePackages } from "./node-packages.mjs";
import { ensureSandbox } from "./sandbox.mjs";
import {
  foreseeSystemPackages,
  installSystemPackages,
  packagesMissingFor,
  packagesMissingForWindows,
} from "./system-packages.mjs";

/** Keeps Chromium's remarks about missing graphics hardware and buses off the terminal; errors that end it are still said. */
const QUIET = "--log-level=3";

/** `npm start [-- FILE]`: installs what is missing, builds what is stale, opens the window or, where there can't be one, serves the page. */
await runVerb(async () => {
  const programArguments = process.argv.slice(2);
  await ensureNodePackages();
  await ensureBuilt();
  const display = await findDisplay();
  const window = display.there ? await prepareWindow() : say(display.reason);
  if (window) return openWindow(window, programArguments);
  say("serving the page to a browser on this machine instead of opening a window");
  return runShown(process.execPath, [join(ROOT, "out", "cli.cjs"), "serve", ...programArguments], {
    cwd: startFolder(),
  });
});

/**
 * Finds Electron and what it needs of the system.
 * @returns {Promise<{ executablePath: string, args: readonly string[] } | null>} Null where that failed, which has then been said.
 */
async function prepareWindow() {
  try {
    foreseeSystemPackages(packagesMissingForWindows());
    const dist = await ensureElectronDist();
    const command = electronCommand(dist);
    await installSystemPackages("the window", packagesMissingFor(command.executablePath));
    ensureSandbox(command.executablePath);
    say(`opening the window on ${describeDist(dist)}`);
    return command;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    say(`failed to ${error.step}: ${error.message}`);
    say(`  What to do: ${error.remedy}`);
    return null;
  }
}

/**
 * @param {{ executablePath: string, args: readonly string[] }} command
 * @param {readonly string[]} programArguments
 */
function openWindow({ executablePath, args }, programArguments) {
  const asRoot = process.platform === "linux" && process.getuid?.() === 0;
  if (asRoot) say("running as root: Chromium's sandbox can't start, so the page runs without it (--no-sandbox)");
  return runShown(executablePath, [...(asRoot ? ["--no-sandbox"] : []), QUIET, ...args, ...programArguments], {
    cwd: startFolder(),
  });
}

/** The folder the user stood in, which file names on the command line are relative to. */
function startFolder() {
  return process.env["INIT_CWD"] ?? process.cwd();
}

import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { StepFailed } from "./lib/step.mjs";

const SET_USER_ID = 0o4000;

/**
 * Sees that Chromium's sandbox can start for this user, which some systems and most containers don't allow.
 * Chromium ends at once where it can't; it is never switched off but for root, who has none anyway.
 * @param {string} executablePath Of Electron.
 */
export function ensureSandbox(executablePath) {
  if (process.platform !== "linux" || process.getuid?.() === 0) return;
  const helper = join(dirname(executablePath), "chrome-sandbox");
  if (isSetUserId(helper)) return;
  const namespaces = spawnSync("unshare", ["--user", "--map-root-user", "--pid", "--fork", "true"]);
  if (namespaces.error !== undefined || namespaces.status === 0) return;
  throw new StepFailed(
    "start Chromium's sandbox",
    "this system doesn't let ordinary users make the namespaces it needs",
    `give its helper the right to: sudo chown root: '${helper}' && sudo chmod 4755 '${helper}'`,
  );
}

/** @param {string} path */
function isSetUserId(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.uid === 0 && (found.mode & SET_USER_ID) !== 0;
}

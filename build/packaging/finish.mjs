import { chmodSync, copyFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } from "@electron/fuses";
import { FuseState } from "@electron/fuses/dist/constants.js";
import { ROOT } from "../lib/paths.mjs";

/** The program's binary on Linux, beside the launcher that has its name. */
export const LINUX_BINARY = "gilscope-window";

/**
 * What the packed program's Electron may and may not do. Integrity of the archive is checked on macOS and Windows only,
 * where electron-builder writes the sum that it is compared with.
 * @param {NodeJS.Platform} platform
 * @returns {readonly { fuse: FuseV1Options, on: boolean }[]}
 */
export function wantedFuses(platform) {
  return [
    { fuse: FuseV1Options.RunAsNode, on: false },
    { fuse: FuseV1Options.EnableCookieEncryption, on: true },
    { fuse: FuseV1Options.EnableNodeOptionsEnvironmentVariable, on: false },
    { fuse: FuseV1Options.EnableNodeCliInspectArguments, on: false },
    { fuse: FuseV1Options.EnableEmbeddedAsarIntegrityValidation, on: platform !== "linux" },
    { fuse: FuseV1Options.OnlyLoadAppFromAsar, on: true },
    { fuse: FuseV1Options.GrantFileProtocolExtraPrivileges, on: false },
  ];
}

/**
 * Runs after electron-builder laid the program out, before anything is signed.
 * @param {import("electron-builder").AfterPackContext} context
 */
export async function finishPackedApp({ appOutDir, electronPlatformName, packager }) {
  const platform = /** @type {NodeJS.Platform} */ (electronPlatformName);
  const name = packager.appInfo.productFilename;
  const binary =
    platform === "darwin"
      ? join(appOutDir, `${name}.app`)
      : join(appOutDir, platform === "win32" ? `${name}.exe` : "gilscope");
  await setFuses(binary, platform);
  if (platform !== "linux") return;
  rmSync(join(appOutDir, "resources", "app"), { recursive: true, force: true });
  renameSync(binary, join(appOutDir, LINUX_BINARY));
  copyFileSync(join(ROOT, "build", "packaging", "launcher.sh"), binary);
  chmodSync(binary, 0o755);
}

/**
 * Sets the fuses this Electron has; older ones lack the last of them.
 * @param {string} binary
 * @param {NodeJS.Platform} platform
 */
async function setFuses(binary, platform) {
  const wire = await getCurrentFuseWire(binary);
  const there = wantedFuses(platform).filter(({ fuse }) => hasFuse(wire[fuse]));
  await flipFuses(binary, {
    version: FuseVersion.V1,
    resetAdHocDarwinSignature: platform === "darwin",
    ...Object.fromEntries(there.map(({ fuse, on }) => [fuse, on])),
  });
}

/** @param {FuseState | undefined} state */
function hasFuse(state) {
  return state === FuseState.ENABLE || state === FuseState.DISABLE;
}

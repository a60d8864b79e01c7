import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt } from "./bundle.mjs";
import { describeDist, ensureElectronDist } from "./electron-dist.mjs";
import { ROOT } from "./lib/paths.mjs";
import { StepFailed, say } from "./lib/step.mjs";

/** True in the release workflow: nothing old goes into a release. */
export function isRelease() {
  return process.env["GILSCOPE_RELEASE"] === "1";
}

/**
 * Packs the program for this platform.
 * @param {{ installers: boolean }} options `installers`: also what users download; their tools are downloads of their own.
 * @returns {Promise<{ executablePath: string, electronVersion: string }>} The packed program.
 */
export async function packageApp({ installers }) {
  await ensureBuilt();
  const release = isRelease() || installers;
  const dist = await ensureElectronDist({ release });
  if (release && dist.source === "fallback") throw new Error("unreachable: a release was given the fallback");
  say(`packing on ${describeDist(dist)}`);
  const folder = join(ROOT, "dist");
  rmSync(folder, { recursive: true, force: true });
  const { build, Platform } = await import("electron-builder");
  const { packagingConfig } = await import("./packaging/config.mjs");
  try {
    await build({
      projectDir: ROOT,
      targets: Platform.current().createTarget(installers ? null : "dir"),
      publish: "never",
      config: packagingConfig({ electronDist: dist.folder, electronVersion: dist.version, release }),
    });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new StepFailed(
      "pack the program",
      problem,
      "see what electron-builder says above, then run the command again",
    );
  }
  const executablePath = join(folder, ...packedPath());
  if (!existsSync(executablePath))
    throw new StepFailed("pack the program", `${executablePath} was not made`, "see what electron-builder says above");
  return { executablePath, electronVersion: dist.version };
}

function packedPath() {
  if (process.platform === "darwin")
    return [process.arch === "arm64" ? "mac-arm64" : "mac", "Gilscope.app", "Contents", "MacOS", "Gilscope"];
  if (process.platform === "win32")
    return [process.arch === "arm64" ? "win-arm64-unpacked" : "win-unpacked", "Gilscope.exe"];
  return [process.arch === "arm64" ? "linux-arm64-unpacked" : "linux-unpacked", "gilscope"];
}

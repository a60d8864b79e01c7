import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { defaultPython } from "../harness/pythons.ts";
import { messageOf } from "../harness/run-main.ts";
import type { CorpusPython } from "./pythons.ts";
import type { Skip } from "./result.ts";

type Installer = Pick<CorpusPython, "path" | "minorVersion" | "abi">;

/** Installs Python packages, each into a folder of its own below `root`, once; hands back the folders of those that are there. */
export function installPackages(
  python: Installer,
  root: string,
  packages: readonly string[],
  skip: Skip,
): ReadonlyMap<string, string> {
  const folders = new Map<string, string>();
  for (const name of packages) {
    const folder = resolve(root, `${python.abi === "cp" ? "" : python.abi}${python.minorVersion}`, name);
    const refused = `${folder}.refused`;
    if (!existsSync(folder) && !existsSync(refused)) install(python, name, folder, refused);
    if (existsSync(folder)) folders.set(name, folder);
    else skip(`${name} for Python ${python.minorVersion}`, "pip could not install it");
  }
  return folders;
}

/** A refusal is remembered, so that it is not asked for again in every run; removing the file asks again. */
function install(python: Installer, name: string, folder: string, refused: string): void {
  const unfinished = `${folder}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(join(folder, ".."), { recursive: true });
  console.log(`installing ${name} for ${python.path}`);
  // A Python without a pip of its own gets what another one's fetches for it.
  const hasPip = spawnSync(python.path, ["-m", "pip", "--version"]).status === 0;
  const foreign = ["--only-binary=:all:", "--python-version", python.minorVersion, "--implementation", python.abi];
  const options = ["-q", "--disable-pip-version-check", "--no-deps", "--target", unfinished];
  try {
    execFileSync(
      hasPip ? python.path : defaultPython(),
      ["-m", "pip", "install", ...options, ...(hasPip ? [] : foreign), name],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    renameSync(unfinished, folder);
  } catch (error) {
    writeFileSync(refused, messageOf(error));
    rmSync(unfinished, { recursive: true, force: true });
  }
}

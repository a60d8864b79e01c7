import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { messageOf } from "../harness/run-main.ts";
import type { Skip } from "./result.ts";

/** Installs Python packages, each into a folder of its own below `root`, once; hands back the folders of those that are there. */
export function installPackages(
  python: { readonly path: string; readonly minorVersion: string },
  root: string,
  packages: readonly string[],
  skip: Skip,
): ReadonlyMap<string, string> {
  const folders = new Map<string, string>();
  for (const name of packages) {
    const folder = resolve(root, python.minorVersion, name);
    const refused = `${folder}.refused`;
    if (!existsSync(folder) && !existsSync(refused)) install(python.path, name, folder, refused);
    if (existsSync(folder)) folders.set(name, folder);
    else skip(`${name} for Python ${python.minorVersion}`, "pip could not install it");
  }
  return folders;
}

/** A refusal is remembered, so that it is not asked for again in every run; removing the file asks again. */
function install(python: string, name: string, folder: string, refused: string): void {
  const unfinished = `${folder}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(join(folder, ".."), { recursive: true });
  console.log(`installing ${name} for ${python}`);
  try {
    execFileSync(
      python,
      ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--target", unfinished, name],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    renameSync(unfinished, folder);
  } catch (error) {
    writeFileSync(refused, messageOf(error));
    rmSync(unfinished, { recursive: true, force: true });
  }
}

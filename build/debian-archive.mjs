import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runQuietly, runStep, StepFailed } from "./lib/step.mjs";

/** Packages of unstable's CPythons. */
export const UNSTABLE_PYTHONS = ["python3.13", "python3.14", "python3.15"];

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
const REMEDY = "see that apt reaches its archive, then run the command again";

/** @returns {Promise<string | null>} Where this machine's Debian packages come from; null where it has none of Debian's. */
export async function debianArchive() {
  const args = ["indextargets", "--format", "$(ORIGIN) $(COMPONENT) $(RELEASE) $(SITE)", "Created-By: Packages"];
  const { code, stdout } = await runQuietly({ step: "look for Debian's archive", command: "apt-get", args });
  if (code !== 0 || !existsSync(KEYRING)) return null;
  // Updates and security have archives of their own, whose releases have a dash in their names.
  return /^Debian main [^\s-]+ (\S+)$/m.exec(stdout)?.[1] ?? null;
}

/**
 * Downloads packages of Debian unstable with all they depend on, as if nothing were installed, and unpacks them. Nothing is installed;
 * apt checks the signatures. Throws `StepFailed`.
 * @param {{ archive: string, folder: string, names: readonly string[], architecture?: string }} wanted `folder` is made;
 *   names that the archive does not have are left out; without an architecture this machine's own
 */
export async function unpackPackages({ archive, folder, names, architecture }) {
  const apt = join(folder, "apt");
  for (const part of ["state/lists/partial", "cache/archives/partial"]) mkdirSync(join(apt, part), { recursive: true });
  writeFileSync(join(apt, "status"), "");
  writeFileSync(join(apt, "sources.list"), `deb [signed-by=${KEYRING}] ${archive} unstable main\n`);
  const settings = [
    `Dir::State=${apt}/state`,
    `Dir::State::status=${apt}/status`,
    `Dir::Cache=${apt}/cache`,
    `Dir::Log=${apt}`,
    `Dir::Etc::SourceList=${apt}/sources.list`,
    "Dir::Etc::SourceParts=/dev/null",
    "Dir::Etc::PreferencesParts=/dev/null",
    "APT::Sandbox::User=root",
    "APT::Install-Recommends=false",
    "Acquire::Languages=none",
    ...(architecture === undefined ? [] : [`APT::Architecture=${architecture}`]),
  ].flatMap((setting) => ["-o", setting]);
  const step = "download packages";
  await runStep({ step, remedy: REMEDY, command: "apt-get", args: [...settings, "update"] });
  const known = await runStep({ step, remedy: REMEDY, command: "apt-cache", args: [...settings, "pkgnames"] });
  const offered = new Set(known.split("\n"));
  const found = names.filter((name) => offered.has(name));
  // Without a network apt's update ends well and knows nothing.
  if (found.length === 0) throw new StepFailed(step, "the archive did not answer", REMEDY);
  const args = [...settings, "install", "--download-only", "--yes", ...found];
  await runStep({ step, remedy: REMEDY, command: "apt-get", args });
  const archives = join(apt, "cache", "archives");
  for (const name of readdirSync(archives).filter((file) => file.endsWith(".deb"))) {
    const unpack = ["-x", join(archives, name), folder];
    await runStep({ step: "unpack packages", remedy: REMEDY, command: "dpkg-deb", args: unpack });
  }
}

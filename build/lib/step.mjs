import { spawn } from "node:child_process";
import { constants } from "node:os";

/** Of long output, the first and the last lines tell what went wrong. */
const HEAD_LINES = 10;
const TAIL_LINES = 25;
const HEARTBEAT_MS = 15_000;

/** A step of the set-up that failed: its name, what went wrong and what to do about it. */
export class StepFailed extends Error {
  /**
   * @param {string} step What was being done, for example `install npm packages`.
   * @param {string} problem
   * @param {string} remedy One sentence or command.
   */
  constructor(step, problem, remedy) {
    super(problem);
    this.step = step;
    this.remedy = remedy;
  }
}

/** @param {string} text One progress line, on stderr so that stdout stays the program's own. */
export function say(text) {
  process.stderr.write(`gilscope: ${text}\n`);
}

/**
 * Runs a program to its end, quietly: its output is shown only when it fails.
 * @param {{ step: string, remedy: string, command: string, args: readonly string[], cwd?: string, env?: NodeJS.ProcessEnv }} options
 *   `remedy` tells the user what to do when it fails.
 * @returns {Promise<string>} What it wrote to stdout.
 */
export async function runStep({ step, remedy, command, args, cwd, env }) {
  const { code, stdout, tail } = await runQuietly({ step, command, args, cwd, env });
  if (code !== 0)
    throw new StepFailed(step, `${command} ${args.join(" ")} ended with ${code}\n${tail}`.trimEnd(), remedy);
  return stdout;
}

/**
 * Runs a program to its end and hands back how it ended, whatever that is.
 * @param {{ step: string, command: string, args: readonly string[], cwd?: string | undefined, env?: NodeJS.ProcessEnv | undefined }} options
 * @returns {Promise<{ code: number | string, stdout: string, all: string, tail: string }>} `code` is the exit code, a signal or why it could not start.
 */
export function runQuietly({ step, command, args, cwd, env }) {
  return new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let all = "";
    const heartbeat = setInterval(
      () => say(`  still at it: ${step} (${Math.round((Date.now() - started) / 1000)} s)`),
      HEARTBEAT_MS,
    );
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
      all += chunk;
    });
    child.stderr.on("data", (chunk) => {
      all += chunk;
    });
    /** @param {number | string} code */
    const finish = (code) => {
      clearInterval(heartbeat);
      resolve({ code, stdout, all, tail: ends(all) });
    };
    child.on("error", (error) => finish(error.message));
    child.on("close", (code, signal) => finish(code ?? signal ?? "no exit code"));
  });
}

/**
 * Runs a program with its output shown as it comes.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 * @returns {Promise<number>} Its exit code; 128 and the signal's number for a signal, 127 where it could not start.
 */
export function runShown(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: "inherit", ...options });
    // The terminal sends Ctrl-C to both; the program decides how it ends, and this process waits for it.
    const wait = () => {};
    const passOn = () => void child.kill("SIGTERM");
    process.on("SIGINT", wait);
    process.on("SIGTERM", passOn);
    /** @param {number} code */
    const finish = (code) => {
      process.off("SIGINT", wait);
      process.off("SIGTERM", passOn);
      resolve(code);
    };
    child.on("error", (error) => {
      say(`${command} could not start: ${error.message}`);
      finish(127);
    });
    child.on("close", (code, signal) => finish(code ?? 128 + (constants.signals[signal ?? "SIGTERM"] ?? 0)));
  });
}

/**
 * Runs a verb and ends the process with its exit code; a failed step names itself and its remedy.
 * @param {() => Promise<number>} verb
 */
export async function runVerb(verb) {
  const code = await verb().catch((error) => {
    if (!(error instanceof StepFailed)) throw error;
    process.stderr.write(`\ngilscope: failed to ${error.step}: ${error.message}\n  What to do: ${error.remedy}\n`);
    return 1;
  });
  // Said outright, once the output is out: electron-builder ends a process that runs out of work with 0, whatever `process.exitCode` says.
  process.stdout.write("", () => process.exit(code));
}

/** @param {string} text */
function ends(text) {
  const lines = text.trimEnd().split("\n");
  if (lines.length <= HEAD_LINES + TAIL_LINES) return lines.join("\n");
  return [...lines.slice(0, HEAD_LINES), "…", ...lines.slice(-TAIL_LINES)].join("\n");
}

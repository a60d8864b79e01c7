import { readFileSync, readlinkSync } from "node:fs";
import type { Frame, RuntimeFrame } from "../core/frame/frame.ts";
import { startedWallMs } from "../core/frame/window-rows.ts";
import type { RawSample } from "../core/sample/raw-sample.ts";
import type { Engine } from "../sampler/engine.ts";
import { latestSample } from "../sampler/recording/latest-sample.ts";
import { obstacleText } from "../words/obstacle.ts";
import { CliError } from "./cli-error.ts";

/** ASCII code of the state of a process that has ended and waits to be collected. */
const ZOMBIE = 90;
/** A process that is not known as Python after so many seconds is none. */
const RECOGNITION_SECONDS = 1.4;
/** A process that was not looked at for so long will not be, milliseconds. */
const TURN_MS = 15_000;
/** A process as young as this may still be a shell that runs Python in its place, as version managers start it, milliseconds. */
const YOUNG_MS = 3000;

/** A pid as the user wrote it; null when it is none. */
export function pidOf(text: string): number | null {
  return /^[1-9][0-9]{0,9}$/.test(text) && Number(text) <= 2 ** 31 - 1 ? Number(text) : null;
}

/** Refuses at once a pid that no process has. */
export function requireProcess(pid: number): void {
  if (!isRunning(pid)) throw noSuchProcess(pid);
  const leader = processOfThread(pid);
  if (leader !== null && leader !== pid) {
    throw new CliError("no-such-process", `${pid} is a thread of process ${leader}; diagnose ${leader}.`);
  }
}

/** Whether there is such a process, which others may be forbidden to see (kill(2): signal 0 tells EPERM from ESRCH). */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Process that a thread id belongs to; null where /proc does not tell. */
function processOfThread(tid: number): number | null {
  try {
    const match = /^Tgid:\s*([0-9]+)$/m.exec(readFileSync(`/proc/${tid}/status`, "latin1"));
    return match === null ? null : Number(match[1]);
  } catch {
    return null;
  }
}

/** Whether the system hides what a process runs: another user's, without the right to look (proc_pid_exe(5)). */
function isProtected(pid: number): boolean {
  try {
    readlinkSync(`/proc/${pid}/exe`);
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "EACCES" || code === "EPERM";
  }
}

function noSuchProcess(pid: number): CliError {
  return new CliError("no-such-process", `No process ${pid} is running; \`gilscope list\` shows the Python ones.`);
}

/** Whether a process that is not in the tables runs all the same, where other users' are hidden (proc(5), hidepid). */
function isHidden(pid: number, { capabilities }: Frame): boolean {
  return capabilities.some(({ obstacle }) => obstacle === "hidepid") && isRunning(pid);
}

function hiddenProcess(pid: number): CliError {
  return new CliError("denied", `Process ${pid} belongs to another user and can't be seen. ${obstacleText("hidepid")}`);
}

function rowOfPid(sample: RawSample, pid: number): number {
  return sample.processes.pid.indexOf(pid);
}

/**
 * The runtime with a pid in the engine's newest frame; null while it may still be recognised.
 * Throws what stands in the way: ended, a zombie, protected, or no Python.
 */
export function findRuntime(engine: Engine, frame: Frame, pid: number): RuntimeFrame | null {
  const runtime = frame.runtimes.find((candidate) => candidate.pid === pid);
  if (runtime !== undefined) return runtime;
  const sample = latestSample(engine);
  if (sample === null) return null;
  const row = rowOfPid(sample, pid);
  if (row < 0) throw isHidden(pid, frame) ? hiddenProcess(pid) : noSuchProcess(pid);
  if (sample.processes.state[row] === ZOMBIE) {
    throw new CliError(
      "zombie",
      `Process ${pid} has ended and only waits for its parent to collect it (a zombie); there is nothing to watch.`,
    );
  }
  if (frame.windowSeconds < RECOGNITION_SECONDS) return null;
  const startedMs = startedWallMs(engine.header.host, sample.processes.startTicks[row] ?? 0);
  if (sample.wallMs - startedMs < YOUNG_MS) return null;
  const rowId = sample.processes.rowId[row];
  const detail = sample.processDetails.find((candidate) => candidate.rowId === rowId);
  // On a machine where very much starts a process may wait for its turn to be looked at.
  const lookedMs = sample.wallMs - (engine.history.firstWallMs ?? sample.wallMs);
  if (detail === undefined && !isProtected(pid) && lookedMs < TURN_MS) return null;
  if (isProtected(pid)) {
    const owner = detail === undefined ? "another user" : detail.userName;
    throw new CliError(
      "denied",
      `Process ${pid} belongs to ${owner} and may not be looked into, so it can't be told whether it is Python; run gilscope as that user or as root.`,
    );
  }
  throw new CliError(
    "not-python",
    `Process ${pid}${detail === undefined ? "" : ` (${detail.comm})`} is not a Python runtime; \`gilscope list\` shows those that are.`,
  );
}

/** What to say of a runtime that ended while it was watched. */
export function goneWhileWatched(pid: number): CliError {
  return new CliError("gone", `Process ${pid} ended while it was watched; watch it for less time with --seconds.`);
}

import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setPriority } from "node:os";
import type { Action, ActOutcome, ActRefusal, ActSignal, ActTarget } from "../../core/act/action.ts";
import { cpuListText } from "../../core/act/cpu-list.ts";
import { assertNever } from "../../core/assert-never.ts";
import type { RuntimeFrame } from "../../core/frame/frame.ts";

/** What acting touches; tests stand in for it. */
export interface ActSurroundings {
  /** Start time of the process that has this pid now, in clock ticks since boot; null when there is none or it has ended. */
  startTicks(pid: number): number | null;
  /** Ids of the threads of a process; empty when it has gone. */
  threadIds(pid: number): readonly number[];
  kill(pid: number, signal: ActSignal): void;
  setNice(threadId: number, nice: number): void;
  /** Runs a program without a shell; rejects when it can't be run or ends with anything but 0. */
  run(program: string, programArguments: readonly string[]): Promise<void>;
  readonly ownProcessIds: readonly number[];
}

/**
 * Does something to a runtime, after making sure that it is the one that was meant:
 * it is a runtime of the newest frame with this row, pid and start time, it is not Gilscope itself, and the process that has the
 * pid at this moment has that start time.
 *
 * The last of these is read directly before the system call, in the same turn of the event loop. What remains is the time between
 * two system calls of one thread, some microseconds in which the process would have to end, be reaped by its parent, and its pid be
 * given out again, after all the others. (A pidfd would close it; Node has none.) `taskset` is a program of its own, so for the
 * affinity some milliseconds remain.
 */
export async function act(
  target: ActTarget,
  action: Action,
  runtimes: readonly RuntimeFrame[],
  around: ActSurroundings,
): Promise<ActOutcome> {
  const runtime = runtimes.find(({ rowId }) => rowId === target.processRowId);
  if (runtime === undefined || runtime.pid !== target.pid || runtime.startTicks !== target.startTicks) {
    return refused("not-a-runtime");
  }
  // 0 and negative numbers name groups of processes, 1 is the machine's first process.
  if (!Number.isInteger(target.pid) || target.pid <= 1) return refused("not-a-runtime");
  if (around.ownProcessIds.includes(target.pid)) return refused("own-process");
  try {
    switch (action.kind) {
      case "signal":
        if (!isStill(target, around)) return refused("gone");
        around.kill(target.pid, action.signal);
        return { state: "done" };
      case "nice":
        return setNiceOfThreads(target, action.nice, around);
      case "affinity":
        if (!isStill(target, around)) return refused("gone");
        await around.run("taskset", ["-a", "-c", "-p", cpuListText(action.cpus), String(target.pid)]);
        return isStill(target, around) ? { state: "done" } : refused("gone");
      default:
        return assertNever(action);
    }
  } catch (error) {
    return refused(refusalOf(error, action, isStill(target, around)));
  }
}

/** On Linux a priority belongs to a thread, so each gets it; one that ends meanwhile needs none. */
function setNiceOfThreads(target: ActTarget, nice: number, around: ActSurroundings): ActOutcome {
  let set = 0;
  for (const threadId of around.threadIds(target.pid)) {
    if (!isStill(target, around)) return refused("gone");
    try {
      around.setNice(threadId, nice);
      set += 1;
    } catch (error) {
      if (codeOf(error) !== "ESRCH") throw error;
    }
  }
  return set > 0 ? { state: "done" } : refused("gone");
}

function isStill(target: ActTarget, around: ActSurroundings): boolean {
  return around.startTicks(target.pid) === target.startTicks;
}

function refused(refusal: ActRefusal): ActOutcome {
  return { state: "refused", refusal };
}

function codeOf(error: unknown): unknown {
  const { code, info } = error as { readonly code?: unknown; readonly info?: { readonly code?: unknown } };
  // `os.setPriority` puts the system's own code into `info`.
  return info?.code ?? code;
}

function refusalOf(error: unknown, action: Action, isThere: boolean): ActRefusal {
  if (!isThere) return "gone";
  switch (codeOf(error)) {
    case "EPERM":
    case "EACCES":
      return "denied";
    case "ESRCH":
      return "gone";
    case "ENOENT":
      return "unsupported";
    default:
      return action.kind === "affinity" ? affinityRefusal(error) : "failed";
  }
}

/** `taskset` ends with 1 whatever is wrong and says on stderr what. */
function affinityRefusal(error: unknown): ActRefusal {
  const { stderr } = error as { readonly stderr?: unknown };
  if (typeof stderr !== "string") return "failed";
  if (/not permitted|permission/i.test(stderr)) return "denied";
  return /invalid argument/i.test(stderr) ? "no-such-cpu" : "failed";
}

const TASKSET_PATIENCE_MS = 5000;

/** The real system: Linux' /proc, signals and `taskset`. */
export function systemActs(ownProcessIds: () => readonly number[], procRoot = "/proc"): ActSurroundings {
  return {
    startTicks: (pid) => startTicksOf(procRoot, pid),
    threadIds: (pid) => {
      try {
        return readdirSync(`${procRoot}/${pid}/task`).map(Number);
      } catch {
        return [];
      }
    },
    kill: (pid, signal) => void process.kill(pid, signal),
    setNice: (threadId, nice) => setPriority(threadId, nice),
    run: (program, programArguments) =>
      new Promise((resolve, reject) => {
        const environment = { ...process.env, LC_ALL: "C" };
        execFile(
          program,
          [...programArguments],
          { env: environment, timeout: TASKSET_PATIENCE_MS },
          (error, _, stderr) => {
            if (error === null) resolve();
            else reject(Object.assign(error, { stderr }));
          },
        );
      }),
    get ownProcessIds() {
      return [process.pid, ...ownProcessIds()];
    },
  };
}

/** Field 22 of `/proc/PID/stat`; a process that has ended and was not reaped yet counts as gone. */
function startTicksOf(procRoot: string, pid: number): number | null {
  try {
    const stat = readFileSync(`${procRoot}/${pid}/stat`, "latin1");
    // The name may hold anything, brackets included: fields begin after the last one (fs/proc/array.c).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return null;
    const ticks = Number(fields[19]);
    return Number.isFinite(ticks) ? ticks : null;
  } catch {
    return null;
  }
}

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { constants as osConstants } from "node:os";
import { basename, dirname } from "node:path";
import { findOnPath } from "../sampler/acts/launcher.ts";
import { fileFailure } from "../sampler/files.ts";
import { CliError, LAUNCH_EXIT } from "./cli-error.ts";
import type { CliContext } from "./context.ts";

/** A command that was started with this terminal's input and output. */
export interface LaunchedCommand {
  readonly pid: number;
  /** Its own exit code, or 128 and the number of the signal that ended it. */
  readonly ended: Promise<number>;
}

/** Signals passed on to the command; an interrupt from the terminal reaches it by itself. */
const FORWARDED = ["SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;
interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Words that start a command so that the kernel asks it to end when this process is killed (prctl(2), PR_SET_PDEATHSIG, by setpriv(1)).
 * The command alone where there is no setpriv, or one that can't do it (BusyBox's), or no such program: then starting it says what is wrong.
 */
function endingWithUs(command: readonly string[], path: string | undefined): readonly string[] {
  const [program = ""] = command;
  const found = program.includes("/") ? findOnPath([basename(program)], dirname(program)) : findOnPath([program], path);
  const setpriv = process.platform === "linux" && found !== null ? findOnPath(["setpriv"], path) : null;
  if (setpriv === null || !spawnSync(setpriv, ["--help"]).stdout?.includes("--pdeathsig")) return command;
  return [setpriv, "--pdeathsig", "TERM", "--", ...command];
}

function start(command: readonly string[], context: CliContext): Promise<ChildProcess> {
  const [program] = command;
  const [first = "", ...rest] = endingWithUs(command, context.environment["PATH"]);
  return new Promise((resolve, reject) => {
    const failed = (error: unknown): void => {
      const { code } = error as NodeJS.ErrnoException;
      const { reason } = fileFailure(error);
      reject(
        code === "ENOENT"
          ? new CliError("not-found", `${program} was not found; check its name and PATH.`, LAUNCH_EXIT.notFound)
          : new CliError(
              "not-executable",
              `${program} can't be executed: ${code === "ENOEXEC" ? "it is no program for this machine" : reason}; check its rights.`,
              LAUNCH_EXIT.notExecutable,
            ),
      );
    };
    try {
      const child = spawn(first, rest, { stdio: "inherit", env: { ...context.environment } });
      child.once("error", failed);
      child.once("spawn", () => {
        child.off("error", failed);
        child.on("error", () => {});
        resolve(child);
      });
    } catch (error) {
      failed(error);
    }
  });
}

/** Passes signals on while the command runs; the answer stops that. */
function forwardSignals(child: ChildProcess): () => void {
  const handlers = new Map<NodeJS.Signals, () => void>();
  for (const signal of FORWARDED) handlers.set(signal, () => child.kill(signal));
  handlers.set("SIGINT", () => {
    if (!process.stdin.isTTY) child.kill("SIGINT");
  });
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}

function ended(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve({ code: child.exitCode, signal: child.signalCode });
    } else child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}

function codeOf({ code, signal }: Ending): number {
  return signal === null ? (code ?? 0) : LAUNCH_EXIT.signalBase + (osConstants.signals[signal] ?? 0);
}

/** Starts a command as an own child and passes signals on to it while it runs. Rejects with what `env` would say. */
export async function launchCommand(command: readonly string[], context: CliContext): Promise<LaunchedCommand> {
  const child = await start(command, context);
  const stopForwarding = forwardSignals(child);
  return {
    pid: child.pid ?? -1,
    ended: ended(child).then((ending) => {
      stopForwarding();
      return codeOf(ending);
    }),
  };
}

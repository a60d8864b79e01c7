import { type ChildProcess, spawn } from "node:child_process";
import { access, constants, stat } from "node:fs/promises";
import { constants as osConstants } from "node:os";
import { dirname, resolve } from "node:path";
import type { Frame } from "../core/frame.ts";
import type { VerdictId } from "../core/verdict.ts";
import type { Engine } from "../sampler/engine.ts";
import { fileFailure } from "../sampler/files.ts";
import { CliError, EXIT, LAUNCH_EXIT } from "./cli-error.ts";
import type { CliContext } from "./context.ts";
import { diagnosisOutput } from "./diagnosis-output.ts";
import { saveText } from "./file.ts";
import { frameWhen, latestSample, startLive } from "./live.ts";
import { WatchedRuntimes } from "./watched-runtimes.ts";

/** How to watch a command. */
export interface LaunchOptions {
  readonly failOn: readonly VerdictId[];
  /** Watch so long and then only wait for the command; null: watch until it ends. */
  readonly watchSeconds: number | null;
  readonly outputPath: string | null;
  readonly json: boolean;
}

/** Signals passed on to the command; an interrupt from the terminal reaches it by itself. */
const FORWARDED = ["SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;
/** A command seen in fewer samples than this may have been a Python too short to be recognised. */
const FEWEST_SAMPLES = 3;

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

async function requireWritable(path: string): Promise<void> {
  const fail = (reason: string, remedy: string): never => {
    const message = `${path} can't be written: ${reason}; ${remedy}. The command was not started.`;
    throw new CliError("unwritable", message, LAUNCH_EXIT.ownFailure);
  };
  try {
    await access(dirname(resolve(path)), constants.W_OK);
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory() === true) fail("it is a folder", "name a file");
    if (found !== null) await access(path, constants.W_OK);
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { reason, remedy } = fileFailure(error);
    fail(reason, remedy);
  }
}

function start(command: readonly string[], context: CliContext): Promise<ChildProcess> {
  const [program, ...rest] = command;
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
      const child = spawn(program ?? "", rest, { stdio: "inherit", env: { ...context.environment } });
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

function watch(
  engine: Engine,
  pid: number,
  { failOn, watchSeconds: seconds }: LaunchOptions,
): { readonly seen: WatchedRuntimes; stop(): void } {
  const seen = new WatchedRuntimes(pid, failOn);
  let lastSequence = engine.frame()?.sequence ?? -1;
  const take = (): void => {
    const frame: Frame | null = engine.frame();
    const sample = latestSample(engine);
    if (frame === null || sample === null || frame.sequence === lastSequence) return;
    lastSequence = frame.sequence;
    seen.take(sample, frame);
    const worst = seen.busiestRowId();
    if (worst !== null) engine.setAttention({ selectedRowId: worst, visible: true });
    if (seconds !== null && seen.seconds >= seconds) stop();
  };
  const stop = engine.onChange(take);
  return { seen, stop };
}

/**
 * Starts a command as an own child with this terminal's input and output, watches it, and waits for its end.
 * The report goes to standard error or to a file. Answers the exit code that product promises: the command's own if not 0.
 */
export async function launchAndDiagnose(
  command: readonly string[],
  options: LaunchOptions,
  context: CliContext,
): Promise<number> {
  if (command.length === 0) throw new CliError("usage", "There is no command after `--`; write it there.");
  if (options.outputPath !== null) await requireWritable(options.outputPath);
  const engine = await startLive(context);
  try {
    await frameWhen(engine, () => true).catch((error: unknown) => {
      throw error instanceof CliError ? new CliError(error.code, error.message, LAUNCH_EXIT.ownFailure) : error;
    });
    const child = await start(command, context);
    const startedMs = Date.now();
    const stopForwarding = forwardSignals(child);
    const watching = watch(engine, child.pid ?? -1, options);
    const ending = await ended(child);
    stopForwarding();
    watching.stop();
    const ranSeconds = (Date.now() - startedMs) / 1000;
    return await report(engine, watching.seen, { ending, ranSeconds, command }, options, context);
  } finally {
    await engine.stop();
  }
}

interface Run {
  readonly ending: Ending;
  readonly ranSeconds: number;
  readonly command: readonly string[];
}

async function report(
  engine: Engine,
  seen: WatchedRuntimes,
  run: Run,
  options: LaunchOptions,
  context: CliContext,
): Promise<number> {
  const code = codeOf(run.ending);
  const judged = seen.judgement();
  if (judged === null) {
    const short = seen.samples < FEWEST_SAMPLES;
    context.note(
      short
        ? `${run.command[0]} ended after ${run.ranSeconds.toFixed(1)} s, too soon to be judged; give it more to do.`
        : `${run.command[0]} ran no Python that could be seen; there is nothing to judge.`,
    );
    return code !== 0 ? code : short ? EXIT.ok : LAUNCH_EXIT.ownFailure;
  }
  const text = diagnosisOutput(judged.frame, engine.header, judged.runtime, options.json, judged.watched);
  if (options.outputPath === null) context.note(text.trimEnd());
  else {
    await saveText(options.outputPath, text, LAUNCH_EXIT.ownFailure).catch((error: unknown) => {
      // The command's own failure says more than that its report was lost.
      if (code === 0) throw error;
      context.note(error instanceof CliError ? error.message : "The report could not be written.");
    });
  }
  if (code !== 0) return code;
  return seen.failed ? EXIT.failOn : EXIT.ok;
}

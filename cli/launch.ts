import { access, constants, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Frame } from "../core/frame/frame.ts";
import type { VerdictId } from "../core/verdict/verdict.ts";
import type { Engine } from "../sampler/engine.ts";
import { fileFailure } from "../sampler/files.ts";
import { latestSample } from "../sampler/recording/latest-sample.ts";
import { CliError, EXIT, LAUNCH_EXIT } from "./cli-error.ts";
import type { CliContext } from "./context.ts";
import { diagnosisOutput } from "./diagnosis-output.ts";
import { saveFile } from "./file.ts";
import { launchCommand } from "./launched-command.ts";
import { frameWhen, startLive } from "./live.ts";
import { WatchedRuntimes } from "./watched-runtimes.ts";

/** How to watch a command. */
export interface LaunchOptions {
  readonly failOn: readonly VerdictId[];
  /** Watch so long and then only wait for the command; null: watch until it ends. */
  readonly watchSeconds: number | null;
  readonly outputPath: string | null;
  readonly json: boolean;
}

/** A command seen in fewer samples than this may have been a Python too short to be recognised. */
const FEWEST_SAMPLES = 3;

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
    const launched = await launchCommand(command, context);
    const startedMs = Date.now();
    const watching = watch(engine, launched.pid, options);
    const code = await launched.ended;
    watching.stop();
    const ranSeconds = (Date.now() - startedMs) / 1000;
    return await report(engine, watching.seen, { code, ranSeconds, command }, options, context);
  } finally {
    await engine.stop();
  }
}

interface Run {
  /** Its own exit code, or 128 and the signal that ended it. */
  readonly code: number;
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
  const { code } = run;
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
    await saveFile(options.outputPath, text, LAUNCH_EXIT.ownFailure).catch((error: unknown) => {
      // The command's own failure says more than that its report was lost.
      if (code === 0) throw error;
      context.note(error instanceof CliError ? error.message : "The report could not be written.");
    });
  }
  if (code !== 0) return code;
  return seen.failed ? EXIT.failOn : EXIT.ok;
}

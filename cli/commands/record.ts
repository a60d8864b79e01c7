import { rm } from "node:fs/promises";
import type { Frame, RuntimeFrame } from "../../core/frame/frame.ts";
import { onlyProcesses } from "../../core/sample/only-processes.ts";
import { valueOrNull } from "../../core/sample/reading.ts";
import { redactSample } from "../../core/sample/redact.ts";
import type { Engine } from "../../sampler/engine.ts";
import { MAX_FILE_BYTES } from "../../sampler/files.ts";
import { latestSample } from "../../sampler/recording/latest-sample.ts";
import type { RecordingFile } from "../../sampler/recording/recording-file.ts";
import { type CommandArguments, numberOption } from "../arguments.ts";
import { CliError, EXIT } from "../cli-error.ts";
import type { Command } from "../command.ts";
import type { CliContext } from "../context.ts";
import { Descendants } from "../descendants.ts";
import { type LaunchedCommand, launchCommand } from "../launched-command.ts";
import { frameWhen, startLive } from "../live.ts";
import { untilInterrupted } from "../signals.ts";
import { pidOf, requireProcess } from "../target.ts";

const INTERVAL_MS = 1000;
const MOST_SECONDS = 86_400;
const MEBIBYTE = 2 ** 20;
/** A recording that no command opens again would be of no use. */
const MOST_MEBIBYTES = MAX_FILE_BYTES / MEBIBYTE;
const MOST_OLDER_FILES = 99;

interface Wanted {
  readonly path: string;
  readonly seconds: number;
  readonly redact: boolean;
  /** Processes to record with all that they start; null for every one. */
  readonly pids: readonly number[] | null;
}

/** Why a recording ended. */
type End = "time" | "full" | "gone" | "stopped" | "interrupted";

/** The runtime whose stacks are worth reading: of those recorded the one that uses most CPU; null while nothing is known. */
function busiestOf(frame: Frame | null, followed: Descendants | null): number | null {
  const cores = ({ cpuCores }: RuntimeFrame): number => valueOrNull(cpuCores) ?? -1;
  const recorded = (frame?.runtimes ?? []).filter(({ rowId }) => followed === null || followed.rowIds.has(rowId));
  return (
    recorded.reduce<RuntimeFrame | null>((a, b) => (a === null || cores(b) > cores(a) ? b : a), null)?.rowId ?? null
  );
}

/** Feeds samples to the file until something ends it. */
async function recordUntil(engine: Engine, file: RecordingFile, wanted: Wanted, over: Promise<void>): Promise<End> {
  const followed = wanted.pids === null ? null : new Descendants(wanted.pids);
  let lastSequence = -1;
  let firstMs: number | null = null;
  let seen = false;
  let end: End = "interrupted";
  await untilInterrupted((done) => {
    const finish = (reason: End): void => {
      end = reason;
      done();
    };
    void over.then(() => finish("gone"));
    const take = (): void => {
      const sample = latestSample(engine);
      if (sample !== null && sample.sequence !== lastSequence) {
        lastSequence = sample.sequence;
        firstMs ??= sample.monotonicMs;
        followed?.follow(sample);
        const kept = followed === null ? sample : onlyProcesses(sample, followed.rowIds);
        seen ||= followed !== null && followed.rowIds.size > 0;
        const busiest = busiestOf(engine.frame(), followed);
        if (busiest !== null) engine.setAttention({ selectedRowId: busiest, visible: true });
        file.take(wanted.redact ? redactSample(kept) : kept);
        file.settled().catch(done);
        if (sample.monotonicMs - firstMs >= wanted.seconds * 1000 - 100) finish("time");
        else if (file.full) finish("full");
        else if (seen && followed?.rowIds.size === 0) finish("gone");
      }
      if (engine.status().state === "stopped") finish("stopped");
    };
    const stopListening = engine.onChange(take);
    take();
    return stopListening;
  });
  return end;
}

function pidsOf(given: CommandArguments): readonly number[] {
  return given.positionals.map((text) => {
    const pid = pidOf(text);
    if (pid === null) throw new CliError("usage", `${text} is no process id; \`gilscope list\` shows them.`);
    return pid;
  });
}

async function record(given: CommandArguments, context: CliContext): Promise<number> {
  const path = given.text("output");
  if (path === null) throw new CliError("usage", "`gilscope record` needs -o FILE, the file to write.");
  const pids = pidsOf(given);
  const { launched } = given;
  if (launched !== null && pids.length > 0) {
    throw new CliError("usage", "`gilscope record` takes either PIDs or `-- CMD`; `gilscope help record` shows how.");
  }
  if (launched?.length === 0) throw new CliError("usage", "There is no command after `--`; write it there.");
  const seconds = numberOption(given, "seconds", MOST_SECONDS, 1, MOST_SECONDS);
  const maxBytes = numberOption(given, "max-mib", MOST_MEBIBYTES, 0.1, MOST_MEBIBYTES) * MEBIBYTE;
  const olderFiles = Math.floor(numberOption(given, "rotate", 0, 0, MOST_OLDER_FILES));
  const redact = !given.flag("keep-secrets");
  for (const pid of pids) requireProcess(pid);
  // Loaded when asked for: no other command of a live machine needs the format of recordings and what checks it.
  const { RecordingFile } = await import("../../sampler/recording/recording-file.ts");
  const engine = await startLive(context, INTERVAL_MS);
  let file: RecordingFile | null = null;
  let code: number = EXIT.ok;
  let end: End = "interrupted";
  try {
    file = await RecordingFile.create(path, engine.header, { maxBytes, olderFiles });
    if (launched === null) {
      const wanted = { path, seconds, redact, pids: pids.length === 0 ? null : pids };
      end = await recordUntil(engine, file, wanted, new Promise(() => {}));
    } else {
      await frameWhen(engine, () => true);
      const command: LaunchedCommand = await launchCommand(launched, context);
      const wanted = { path, seconds, redact, pids: [command.pid] };
      end = await recordUntil(
        engine,
        file,
        wanted,
        command.ended.then(() => {}),
      );
      code = await command.ended;
    }
  } finally {
    await engine.stop();
    await file?.close();
  }
  if (file.samples === 0) {
    await rm(path, { force: true });
    throw new CliError("no-samples", `Recording ended before the first sample, so ${path} was not kept; record again.`);
  }
  const why = end === "full" ? " It is full: --max-mib and --rotate change that." : "";
  const samples = file.samples === 1 ? "one sample" : `${file.samples} samples`;
  context.note(`${path} holds ${samples}; \`gilscope list\` and \`gilscope diagnose\` open it.${why}`);
  return code;
}

export const recordCommand: Command = {
  name: "record",
  forms: ["record -o FILE [--seconds N] [PID…]", "record -o FILE [--seconds N] -- CMD…"],
  summary: "Records raw samples of every runtime, of some, or of a command it starts, until it is interrupted.",
  options: {
    output: { type: "string", short: "o", placeholder: "FILE", help: "File to write; an existing one is kept." },
    seconds: { type: "string", placeholder: "N", help: "Stop after so long; with CMD, still wait for its end." },
    "max-mib": { type: "string", placeholder: "N", help: "A file is full at N MiB; default and most 256." },
    rotate: {
      type: "string",
      placeholder: "N",
      help: "When a file is full, go on in a new one and keep N older ones as FILE.1 (the newest), FILE.2 …",
    },
    "keep-secrets": {
      type: "boolean",
      help: "Leave in what looks like a password or token; otherwise it is replaced.",
    },
  },
  run: record,
};

import { type FileHandle, open } from "node:fs/promises";
import type { RawSample } from "../../core/raw-sample.ts";
import { RecordingEncoder } from "../../core/recording.ts";
import { redactSample } from "../../core/redact.ts";
import type { Engine } from "../../sampler/engine.ts";
import { fileFailure, MAX_FILE_BYTES } from "../../sampler/files.ts";
import { type CommandArguments, numberOption } from "../arguments.ts";
import { CliError, EXIT } from "../cli-error.ts";
import type { Command } from "../command.ts";
import type { CliContext } from "../context.ts";
import { latestSample, startLive } from "../live.ts";
import { untilInterrupted } from "../signals.ts";

const INTERVAL_MS = 1000;
const MOST_SECONDS = 86_400;
/** A recording that no command opens again would be of no use. */
const MAX_BYTES = MAX_FILE_BYTES;

function unwritable(path: string, error: unknown): CliError {
  const { reason, remedy } = fileFailure(error);
  return new CliError("unwritable", `${path} can't be written: ${reason}; ${remedy}.`);
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      throw new CliError("unwritable", `${path} exists and is not overwritten; name another file.`);
    }
    throw unwritable(path, error);
  }
}

/** Appends samples to a file in order, one whole line at a time. */
class RecordingFile {
  private readonly file: FileHandle;
  private readonly encoder: RecordingEncoder;
  private pending: Promise<void>;
  private written = 0;
  private readonly details = new Map<string, string>();
  samples = 0;

  constructor(file: FileHandle, engine: Engine) {
    this.file = file;
    this.encoder = new RecordingEncoder(engine.header);
    this.pending = this.append(this.encoder.headerLine);
    // The failure is reported by whoever waits for the end.
    this.pending.catch(() => {});
  }

  get full(): boolean {
    return this.written >= MAX_BYTES;
  }

  take(sample: RawSample): void {
    const line = this.encoder.encode({
      ...sample,
      processDetails: this.fresh("process", sample.processDetails),
      threadDetails: this.fresh("thread", sample.threadDetails),
    });
    this.samples += 1;
    this.written += line.length;
    this.pending = this.pending.then(() => this.append(line));
    this.pending.catch(() => {});
  }

  /** Details that are new or changed since they were last written: the history hands over all it knows each time. */
  private fresh<Detail extends { readonly rowId: number }>(
    kind: string,
    details: readonly Detail[],
  ): readonly Detail[] {
    const found = details.filter((detail) => this.details.get(`${kind} ${detail.rowId}`) !== JSON.stringify(detail));
    const live = new Set(details.map((detail) => `${kind} ${detail.rowId}`));
    for (const key of this.details.keys()) if (key.startsWith(kind) && !live.has(key)) this.details.delete(key);
    for (const detail of found) this.details.set(`${kind} ${detail.rowId}`, JSON.stringify(detail));
    return found;
  }

  async settled(): Promise<void> {
    await this.pending;
  }

  private async append(text: string): Promise<void> {
    await this.file.appendFile(text, "utf8");
  }
}

async function record(given: CommandArguments, context: CliContext): Promise<number> {
  const path = given.text("output");
  if (path === null) throw new CliError("usage", "`gilscope record` needs -o FILE, the file to write.");
  if (given.positionals.length > 0 || given.launched !== null) {
    throw new CliError("usage", "`gilscope record` records every runtime and takes no PID or command.");
  }
  const seconds = numberOption(given, "seconds", MOST_SECONDS, 1, MOST_SECONDS);
  const redact = !given.flag("keep-secrets");
  const file = await openNew(path);
  const engine = await startLive(context, INTERVAL_MS);
  const recording = new RecordingFile(file, engine);
  try {
    let lastSequence = -1;
    let firstMs: number | null = null;
    await untilInterrupted((done) =>
      engine.onChange(() => {
        const sample = latestSample(engine);
        if (sample !== null && sample.sequence !== lastSequence) {
          lastSequence = sample.sequence;
          firstMs ??= sample.monotonicMs;
          recording.take(redact ? redactSample(sample) : sample);
          recording.settled().catch(() => done());
          if (sample.monotonicMs - firstMs >= seconds * 1000 - 100 || recording.full) done();
        }
        if (engine.status().state === "stopped") done();
      }),
    );
    await recording.settled();
    await file.sync();
  } catch (error) {
    throw unwritable(path, error);
  } finally {
    await engine.stop();
    await file.close();
  }
  context.note(`${path} holds ${recording.samples} samples; \`gilscope list\` and \`gilscope diagnose\` open it.`);
  return EXIT.ok;
}

export const recordCommand: Command = {
  name: "record",
  forms: ["record -o FILE [--seconds N]"],
  summary: "Records raw samples of every runtime until it is interrupted.",
  options: {
    output: { type: "string", short: "o", placeholder: "FILE", help: "File to write; an existing one is kept." },
    seconds: { type: "string", placeholder: "N", help: "Stop after so long." },
    "keep-secrets": {
      type: "boolean",
      help: "Leave in what looks like a password or token; otherwise it is replaced.",
    },
  },
  run: record,
};

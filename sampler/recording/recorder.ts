import { basename } from "node:path";
import type { RecordingStatus } from "../../core/page/protocol.ts";
import { redactSample } from "../../core/sample/redact.ts";
import type { Engine } from "../engine.ts";
import { MAX_FILE_BYTES } from "../files.ts";
import { latestSample } from "./latest-sample.ts";
import { RecordingFile } from "./recording-file.ts";

/** Writes every sample of an engine to a file until it is stopped, the file is full, or writing fails. Secrets are replaced. */
export class Recorder {
  private readonly engine: Engine;
  private readonly file: RecordingFile;
  private readonly fileName: string;
  private readonly startedWallMs = Date.now();
  private readonly onEnd: () => void;
  private readonly stopListening: () => void;
  private lastSequence = -1;
  private failure: string | null = null;
  private closing: Promise<void> | null = null;

  private constructor(engine: Engine, path: string, file: RecordingFile, onEnd: () => void) {
    this.engine = engine;
    this.onEnd = onEnd;
    this.file = file;
    this.fileName = basename(path);
    this.stopListening = engine.onChange(() => this.take());
    this.take();
  }

  /** Begins a new file and tells when it has ended; rejects with a `WriteFailure`, also where a file of that name exists. */
  static async start(engine: Engine, path: string, onEnd: () => void): Promise<Recorder> {
    const file = await RecordingFile.create(path, engine.header, { maxBytes: MAX_FILE_BYTES, olderFiles: 0 });
    return new Recorder(engine, path, file, onEnd);
  }

  status(): RecordingStatus {
    const { fileName, startedWallMs, file } = this;
    const written = { fileName, samples: file.samples, bytes: file.bytes };
    if (this.failure !== null) return { state: "failed", message: this.failure };
    return this.closing === null ? { state: "recording", startedWallMs, ...written } : { state: "saved", ...written };
  }

  /** Ends the recording and waits until it is on the disk. */
  async stop(): Promise<RecordingStatus> {
    this.closing ??= this.close();
    await this.closing;
    return this.status();
  }

  private take(): void {
    const sample = latestSample(this.engine);
    if (sample === null || sample.sequence === this.lastSequence || this.closing !== null) return;
    this.lastSequence = sample.sequence;
    this.file.take(redactSample(sample));
    this.file.settled().catch((error: unknown) => this.fail(error));
    if (this.file.full) void this.stop();
  }

  private fail(error: unknown): void {
    this.failure ??= (error as Error).message;
    void this.stop();
  }

  private async close(): Promise<void> {
    this.stopListening();
    await this.file.close().catch((error: unknown) => this.fail(error));
    this.onEnd();
  }
}

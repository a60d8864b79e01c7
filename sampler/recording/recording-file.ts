import { access, type FileHandle, open, rename, rm } from "node:fs/promises";
import { RecordingEncoder } from "../../core/recording/encoder.ts";
import type { RawSample, SessionHeader } from "../../core/sample/raw-sample.ts";
import { WriteFailure } from "./write-failure.ts";

/** Bounds of a recording. */
export interface RecordingBounds {
  /** A file is full when it is this long, bytes. */
  readonly maxBytes: number;
  /** Full files kept beside the one that is written, as FILE.1 (the newest) and so on. 0: a full file ends the recording. */
  readonly olderFiles: number;
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      throw new WriteFailure(`${path} exists and is not overwritten; name another file.`);
    }
    throw WriteFailure.of(path, error);
  }
}

/**
 * Appends samples in order, one whole line at a time, so that the file can be read whenever writing stops.
 * Each file of a rotation stands alone: it begins with the header and everything known.
 */
export class RecordingFile {
  /** Samples taken in. */
  samples = 0;
  private readonly path: string;
  private readonly header: SessionHeader;
  private readonly bounds: RecordingBounds;
  private file: FileHandle;
  private encoder: RecordingEncoder;
  private pending: Promise<void>;
  private written = 0;
  private readonly details = new Map<string, string>();

  private constructor(path: string, file: FileHandle, header: SessionHeader, bounds: RecordingBounds) {
    this.path = path;
    this.file = file;
    this.header = header;
    this.bounds = bounds;
    this.encoder = new RecordingEncoder(header);
    this.pending = this.append(this.encoder.headerLine);
    this.written = this.encoder.headerLine.length;
    this.pending.catch(() => {});
  }

  /** Opens a new file; one that exists already is refused, those of a rotation too. */
  static async create(path: string, header: SessionHeader, bounds: RecordingBounds): Promise<RecordingFile> {
    for (let index = 1; index <= bounds.olderFiles; index += 1) {
      const older = `${path}.${index}`;
      const exists = await access(older).then(
        () => true,
        () => false,
      );
      if (exists) throw new WriteFailure(`${older} exists and is not overwritten; name another file.`);
    }
    return new RecordingFile(path, await openNew(path), header, bounds);
  }

  /** Length of the file that is written now, bytes. */
  get bytes(): number {
    return this.written;
  }

  /** Whether no more is taken in: the file is full and none follows it. */
  get full(): boolean {
    return this.bounds.olderFiles === 0 && this.written >= this.bounds.maxBytes;
  }

  /** Adds a sample that carries all details known. */
  take(sample: RawSample): void {
    if (this.written >= this.bounds.maxBytes && this.bounds.olderFiles > 0) this.turnOver();
    const line = this.encoder.encode({
      ...sample,
      processDetails: this.fresh("process", sample.processDetails),
      threadDetails: this.fresh("thread", sample.threadDetails),
    });
    this.samples += 1;
    this.written += Buffer.byteLength(line);
    this.queue(() => this.append(line));
  }

  /** Resolves when everything taken in was handed to the system; rejects with a `WriteFailure`. */
  async settled(): Promise<void> {
    await this.pending.catch((error: unknown) => {
      throw WriteFailure.of(this.path, error);
    });
  }

  /** Waits for everything, brings it to the disk and closes. */
  async close(): Promise<void> {
    try {
      await this.settled();
      await this.file.sync();
    } finally {
      await this.file.close();
    }
  }

  private turnOver(): void {
    this.details.clear();
    this.encoder = new RecordingEncoder(this.header);
    const { headerLine } = this.encoder;
    this.written = headerLine.length;
    this.queue(async () => {
      await this.file.close();
      await rm(`${this.path}.${this.bounds.olderFiles}`, { force: true });
      for (let index = this.bounds.olderFiles - 1; index >= 1; index -= 1) {
        await rename(`${this.path}.${index}`, `${this.path}.${index + 1}`).catch(ignoreMissing);
      }
      await rename(this.path, `${this.path}.1`);
      this.file = await openNew(this.path);
      await this.append(headerLine);
    });
  }

  private queue(work: () => Promise<void>): void {
    this.pending = this.pending.then(work);
    // The failure is reported by whoever waits for the end.
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

  private async append(text: string): Promise<void> {
    await this.file.appendFile(text, "utf8");
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

import type { Frame } from "../frame/frame.ts";
import type { History } from "../history/history.ts";
import type { ExportFormat } from "../page/protocol.ts";
import type { RawSample, SessionHeader } from "../sample/raw-sample.ts";

/** What an export is made from. Everything in it was computed from `samples`, so it holds nothing that they don't. */
export interface ExportInput {
  readonly header: SessionHeader;
  /** The newest frame of `samples`. */
  readonly frame: Frame;
  /** The first one carries every detail. */
  readonly samples: readonly RawSample[];
  /** The same samples, for charts. */
  readonly history: History;
  /** Whether what looked like a secret was replaced. */
  readonly redacted: boolean;
  /** The runtime asked for; null for all of them, or the one that loses most where a format shows one. */
  readonly rowId: number | null;
}

/** One format. Text is there at once; a picture is drawn. */
export interface Exporter<Content extends string | Promise<Uint8Array> = string> {
  /** End of the file's name, for example `-threads.csv`. */
  readonly ending: string;
  readonly mediaType: string;
  /** How much of the past it takes in: the minute before the frame, or all that is held. */
  readonly span: "minute" | "all";
  /** The whole file. */
  readonly write: (input: ExportInput) => Content;
}

/** A format that is a picture made of points. */
export type PictureFormat = "png";

/** Every format that is text. */
export type TextExporters = Readonly<Record<Exclude<ExportFormat, PictureFormat>, Exporter>>;

/** Every format. */
export type Exporters = TextExporters & Readonly<Record<PictureFormat, Exporter<Promise<Uint8Array>>>>;

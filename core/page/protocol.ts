import type { FrameView, RuntimeSeries, Sparklines } from "../frame/view.ts";
import type { Capabilities } from "../sample/capabilities.ts";
import type { HostFacts } from "../sample/raw-sample.ts";

/** Where a viewer's frames come from: this machine now, or a file that was opened. */
export type SourceId = "live" | `file-${number}`;

/** What the page needs to know before the first frame. */
export interface Welcome {
  readonly programVersion: string;
  /** For example `Electron 45.4.1` or `Chromium 156`; empty in a browser. */
  readonly engine: string;
  readonly shell: "desktop" | "browser";
  /** True where Chromium's sandbox is off because the program runs as root. */
  readonly sandboxOff: boolean;
  readonly intervalMs: number;
  readonly startSource: SourceId;
  readonly sources: readonly SourceInfo[];
}

/** One source a viewer may show. */
export interface SourceInfo {
  readonly id: SourceId;
  /** File name without folders; null for `live`. */
  readonly fileName: string | null;
  readonly host: HostFacts;
  readonly capabilities: Capabilities;
  /** First and last sample held, epoch milliseconds; null before the first. */
  readonly firstWallMs: number | null;
  readonly lastWallMs: number | null;
}

/** Whether samples come in, as the page shows it. */
export type SamplerStatus =
  | { readonly state: "starting" }
  | { readonly state: "live" }
  | { readonly state: "restarting"; readonly reason: string }
  | { readonly state: "stopped"; readonly reason: string }
  | { readonly state: "file" };

/** Answer to a request for the next frame. */
export interface NextFrame {
  readonly status: SamplerStatus;
  /** Null: none newer within the time the request may wait. */
  readonly view: FrameView | null;
}

/** Formats a snapshot can be exported to. */
export const EXPORT_FORMATS = [
  "json",
  "csv-runtimes",
  "csv-threads",
  "html",
  "md",
  "svg",
  "trace",
  "speedscope",
  "collapsed",
] as const;

/** One export format. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** How an export ended. */
export type ExportOutcome =
  | { readonly state: "saved"; readonly fileName: string }
  | { readonly state: "content"; readonly fileName: string; readonly mediaType: string; readonly text: string }
  | { readonly state: "cancelled" }
  | { readonly state: "failed"; readonly message: string };

/** How opening a file ended. */
export type OpenOutcome =
  | { readonly state: "opened"; readonly source: SourceInfo }
  | { readonly state: "failed"; readonly message: string };

/**
 * Every request a page can make: its argument and its answer.
 * The page asks for the next frame only after it has drawn the last one, so a slow page gets fewer frames and never a queue.
 */
export interface Requests {
  readonly welcome: { readonly argument: null; readonly answer: Welcome };
  /** Waits up to 10 s for a frame newer than `after` (-1 for any), then answers with a null view. */
  readonly nextFrame: {
    readonly argument: { readonly source: SourceId; readonly after: number; readonly selectedRowId: number | null };
    readonly answer: NextFrame;
  };
  /** The frame at or before a time, for files and for the paused page when its selection changes. */
  readonly frameAt: {
    readonly argument: { readonly source: SourceId; readonly wallMs: number; readonly selectedRowId: number | null };
    readonly answer: NextFrame;
  };
  readonly series: {
    readonly argument: {
      readonly source: SourceId;
      readonly rowId: number;
      readonly untilWallMs: number | null;
      readonly seconds: number;
      readonly points: number;
    };
    readonly answer: RuntimeSeries | null;
  };
  readonly sparklines: {
    readonly argument: {
      readonly source: SourceId;
      readonly rowIds: readonly number[];
      readonly untilWallMs: number | null;
      readonly seconds: number;
      readonly points: number;
    };
    readonly answer: Sparklines;
  };
  /** Whether the page can be seen; unseen pages cost nothing. */
  readonly visibility: { readonly argument: { readonly visible: boolean }; readonly answer: null };
  readonly exportSnapshot: {
    readonly argument: {
      readonly source: SourceId;
      readonly format: ExportFormat;
      readonly redact: boolean;
      readonly untilWallMs: number | null;
    };
    readonly answer: ExportOutcome;
  };
  /** Opens a snapshot or recording from its text, as the page read it from a file its user chose. */
  readonly openFile: {
    readonly argument: { readonly fileName: string; readonly text: string };
    readonly answer: OpenOutcome;
  };
  readonly closeFile: { readonly argument: { readonly source: SourceId }; readonly answer: null };
  /** Copies text to the clipboard through the shell, where the page itself may not. */
  readonly copyText: { readonly argument: { readonly text: string }; readonly answer: null };
}

/** Name of a request. */
export type RequestName = keyof Requests;

/** The page's only door: Electron's bridge and the web transport both look like this. */
export interface Transport {
  request<Name extends RequestName>(
    name: Name,
    argument: Requests[Name]["argument"],
  ): Promise<Requests[Name]["answer"]>;
}

import type { Action, ActOutcome, ActTarget } from "../act/action.ts";
import type { RevealOutcome, RevealRequest } from "../act/reveal.ts";
import type { FrameView, RuntimeSeries, Sparklines } from "../frame/view.ts";
import type { TimeEvent } from "../history/events.ts";
import type { TimeLine } from "../history/time-line.ts";
import type { Lanes } from "../lanes/lanes.ts";
import type { ExampleId } from "../launch/examples.ts";
import type { LaunchCommand, LaunchOutcome, LaunchState } from "../launch/launch.ts";
import type { ProcessList } from "../process/process-list.ts";
import type { DiffReport } from "../report/diff-report.ts";
import type { Capabilities } from "../sample/capabilities.ts";
import type { HostFacts } from "../sample/raw-sample.ts";
import type { AbsentReason } from "../sample/reading.ts";
import type { ThreadStack } from "../sample/thread-stack.ts";
import type { Settings } from "../settings/settings.ts";

/** Where a viewer's frames come from: this machine now, or a file that was opened. */
export type SourceId = "live" | `file-${number}`;

/** A span of time of one source, epoch milliseconds. */
export interface TimeRange {
  readonly fromWallMs: number;
  readonly toWallMs: number;
}

/** What the page needs to know before the first frame. */
export interface Welcome {
  readonly programVersion: string;
  /** For example `Electron 45.4.1` or `Chromium 156`; empty in a browser. */
  readonly engine: string;
  readonly shell: "desktop" | "browser";
  /** True where Chromium's sandbox is off because the program runs as root. */
  readonly sandboxOff: boolean;
  readonly intervalMs: number;
  /** Whether signals, priorities and affinities may be set from here. */
  readonly actions: boolean;
  /** Whether `record` does anything. */
  readonly canRecord: boolean;
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
  /** The recording that is written, or how the last one ended; missing where there was none. */
  readonly recording?: RecordingStatus;
}

/** A recording that the window writes: going on, ended with everything on the disk, or ended by what stood in the way. */
export type RecordingStatus =
  | {
      readonly state: "recording";
      readonly fileName: string;
      readonly startedWallMs: number;
      readonly samples: number;
      readonly bytes: number;
    }
  | { readonly state: "saved"; readonly fileName: string; readonly samples: number; readonly bytes: number }
  | { readonly state: "failed"; readonly message: string };

/** Formats a snapshot can be exported to. */
export const EXPORT_FORMATS = [
  "json",
  "csv-runtimes",
  "csv-threads",
  "html",
  "md",
  "svg",
  "png",
  "trace",
  "speedscope",
  "collapsed",
] as const;

/** One export format. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** How an export ended. */
export type ExportOutcome =
  | { readonly state: "saved"; readonly fileName: string }
  | {
      readonly state: "content";
      readonly fileName: string;
      readonly mediaType: string;
      readonly body: string | Uint8Array;
    }
  | { readonly state: "cancelled" }
  | { readonly state: "failed"; readonly message: string };

/** One thread of an answer about stacks. */
export interface NamedStack extends ThreadStack {
  readonly tid: number;
  readonly name: string;
}

/**
 * Python stacks of one runtime. `read`: of every thread whose stack could be read whole, in the order of the thread table; a thread
 * that is missing kept changing or runs no Python of this interpreter. `failed`: why there are none.
 */
export type StackAnswer =
  | { readonly state: "read"; readonly wallMs: number; readonly threads: readonly NamedStack[] }
  | { readonly state: "failed"; readonly reason: AbsentReason };

/** How opening a file ended. */
export type OpenOutcome =
  /** `note`: a sentence about what of the file could not be read; absent where all of it was. */
  | { readonly state: "opened"; readonly source: SourceInfo; readonly note?: string }
  | { readonly state: "cancelled" }
  | { readonly state: "failed"; readonly message: string };

/** The settings that are kept for this page, and what was wrong with them. */
export interface SettingsAnswer {
  /** Null: the page keeps its settings itself. */
  readonly settings: Settings | null;
  /** What became of a file that could not be read. */
  readonly problem: string | null;
}

/** A part of the window, CSS pixels. */
export interface PictureArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

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
  /** One frame over a whole range: every figure in it, verdicts included, is of that range. */
  readonly frameBetween: {
    readonly argument: TimeRange & { readonly source: SourceId; readonly selectedRowId: number | null };
    readonly answer: NextFrame;
  };
  /**
   * The machine over all the time that is held, in at most about `points` steps, and what happened: events with an id above
   * `eventsAfter`. Null when there is no sample yet.
   */
  readonly timeLine: {
    readonly argument: { readonly source: SourceId; readonly points: number; readonly eventsAfter: number };
    readonly answer: TimeLine | null;
  };
  /** Puts a mark on the time line; null when there are too many. */
  readonly mark: {
    readonly argument: { readonly source: SourceId; readonly wallMs: number };
    readonly answer: TimeEvent | null;
  };
  /** What changed from one range to another, of the same source or of two; null when one of them holds too little. */
  readonly compareRanges: {
    readonly argument: {
      readonly before: TimeRange & { readonly source: SourceId };
      readonly after: TimeRange & { readonly source: SourceId };
    };
    readonly answer: DiffReport | null;
  };
  readonly series: {
    readonly argument: {
      readonly source: SourceId;
      readonly rowId: number;
      readonly untilWallMs: number | null;
      readonly seconds: number;
      readonly points: number;
      /** Thread that is told of even when others are busier; null: none. */
      readonly followedRowId: number | null;
    };
    readonly answer: RuntimeSeries | null;
  };
  /** The same as `sparklines` for threads of one runtime. */
  readonly threadSparklines: {
    readonly argument: {
      readonly source: SourceId;
      readonly processRowId: number;
      readonly rowIds: readonly number[];
      readonly untilWallMs: number | null;
      readonly seconds: number;
      readonly points: number;
    };
    readonly answer: Sparklines;
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
  /**
   * What the threads of a runtime did since a moment, finely. The first request turns on the fine sampling, and it goes on as long as
   * somebody asks at least every three seconds, so a page that stops drawing lanes stops asking and they cost nothing.
   * Ask with the last answer's `toMs` for what is new, with 0 for all there is (about the last minute). Null: no such runtime, its
   * GIL can't be read, or the source is a file.
   */
  readonly lanes: {
    readonly argument: {
      readonly source: SourceId;
      readonly processRowId: number;
      readonly fromMonotonicMs: number;
    };
    readonly answer: Lanes | null;
  };
  /** The Python stacks of a runtime's threads: read now, or in a file those of the sample at or before a time (null: the last). */
  readonly stack: {
    readonly argument: {
      readonly source: SourceId;
      readonly processRowId: number;
      readonly wallMs: number | null;
    };
    readonly answer: StackAnswer;
  };
  /** All processes of the machine, Python or not, at a time (null: now) and over the range from another (null: the last few seconds). */
  readonly processes: {
    readonly argument: {
      readonly source: SourceId;
      readonly fromWallMs: number | null;
      readonly toWallMs: number | null;
    };
    readonly answer: ProcessList | null;
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
  /** Begins to record this machine into a file its user chooses, or ends that. Refused in a browser. */
  readonly record: {
    readonly argument: { readonly on: boolean };
    readonly answer: RecordingStatus | { readonly state: "cancelled" };
  };
  /** Opens a snapshot or recording from its text, as the page read it from a file its user chose. */
  readonly openFile: {
    readonly argument: { readonly fileName: string; readonly text: string };
    readonly answer: OpenOutcome;
  };
  /** How far a file that is being opened is, 0 to 1; null when none of this name is. `cancel` ends that. */
  readonly opening: {
    readonly argument: { readonly fileName: string; readonly cancel: boolean };
    readonly answer: number | null;
  };
  readonly closeFile: { readonly argument: { readonly source: SourceId }; readonly answer: null };
  /** Copies text to the clipboard through the shell, where the page itself may not. */
  readonly copyText: { readonly argument: { readonly text: string }; readonly answer: null };
  /** Does something to a runtime of the live session; refused unless `Welcome.actions` says that it may be done from here. */
  readonly act: { readonly argument: ActTarget & { readonly action: Action }; readonly answer: ActOutcome };
  /** Shows a path of a runtime in the file manager; desktop only. */
  readonly reveal: { readonly argument: RevealRequest; readonly answer: RevealOutcome };
  /** Starts a program as a child of the host; desktop only, like the four after it. */
  readonly launch: { readonly argument: LaunchCommand; readonly answer: LaunchOutcome };
  readonly launchExample: { readonly argument: { readonly id: ExampleId }; readonly answer: LaunchOutcome };
  /** A launched program with its output since a character; null when it is not remembered any more. */
  readonly launched: {
    readonly argument: { readonly id: number; readonly from: number };
    readonly answer: LaunchState | null;
  };
  /** Asks a launched program to end (SIGTERM), or ends it (`firmly`); false when it has ended already. */
  readonly endLaunched: {
    readonly argument: { readonly id: number; readonly firmly: boolean };
    readonly answer: boolean;
  };
  readonly settings: { readonly argument: null; readonly answer: SettingsAnswer };
  /** Answers with what went wrong, or null. */
  readonly keepSettings: { readonly argument: { readonly settings: Settings }; readonly answer: string | null };
  /** Saves a picture where the user says: the SVG the page drew, or the window (a part of it) as it looks. */
  readonly savePicture: {
    readonly argument: {
      /** Suggested file name without its ending. */
      readonly name: string;
      readonly picture:
        | { readonly kind: "svg"; readonly text: string }
        | { readonly kind: "png"; readonly area: PictureArea | null };
    };
    readonly answer: ExportOutcome;
  };
}

/** Requests that do something instead of showing something. */
export type DeedName =
  | "act"
  | "reveal"
  | "launch"
  | "launchExample"
  | "launched"
  | "endLaunched"
  | "settings"
  | "keepSettings"
  | "savePicture";

/** Name of a request. */
export type RequestName = keyof Requests;

/** The page's only door: Electron's bridge and the web transport both look like this. */
export interface Transport {
  request<Name extends RequestName>(
    name: Name,
    argument: Requests[Name]["argument"],
  ): Promise<Requests[Name]["answer"]>;
}

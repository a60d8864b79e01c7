import type { Exporters } from "../core/export/exporter.ts";
import type { Frame } from "../core/frame/frame.ts";
import type { FrameView } from "../core/frame/view.ts";
import { viewOf } from "../core/frame/view-of.ts";
import type { Endings } from "../core/history/endings.ts";
import type { History } from "../core/history/history.ts";
import type {
  DeedName,
  ExportOutcome,
  NextFrame,
  OpenOutcome,
  RequestName,
  Requests,
  SamplerStatus,
  SourceId,
  SourceInfo,
  TimeRange,
  Welcome,
} from "../core/page/protocol.ts";
import { isRequestName, requestSchemas } from "../core/page/protocol-schema.ts";
import { stackAnswer } from "../core/page/stack-answer.ts";
import { type DiffSide, diffReport } from "../core/report/diff-report.ts";
import type { SessionHeader } from "../core/sample/raw-sample.ts";
import { createDeeds, type DesktopServices } from "./acts/deeds.ts";
import type { Engine } from "./engine.ts";
import { type ExportContent, exportContent } from "./export/content.ts";
import { endSentence } from "./file-sentence.ts";
import { Recorder } from "./recording/recorder.ts";
import { RequestError } from "./request-error.ts";
import { type FileSource, type Opening, openFileSource, rememberFile } from "./source.ts";

/** Longest wait for a frame, milliseconds. */
const LONG_POLL_MS = 10_000;
/** Requests that wait for a frame at the same time. */
const MAX_WAITING = 128;
/** Files open at the same time; each may hold a bounded history. */
const MAX_FILES = 4;
/** A browser that asks for nothing so long has gone, milliseconds: nobody tells of a closed tab. */
const VIEWER_GONE_MS = 60_000;

/** Lanes nobody has asked for so long are not watched any more, milliseconds. */
const LANES_CLOSED_MS = 3000;
/** Frames of a file computed before others get their turn. */
const DIGESTS_AT_ONCE = 4;

/** What the shell around the page supplies. */
export interface ViewerServiceOptions {
  readonly engine: Engine;
  readonly welcome: () => Omit<Welcome, "sources" | "startSource" | "actions" | "canRecord">;
  /** Lets the user choose where to save; null hands the content to the page. */
  readonly saveFile: ((suggestedName: string, content: ExportContent) => Promise<ExportOutcome>) | null;
  /** Lets the user choose where to record to: a path where nothing is, or null; null for the function where there is no recording. */
  readonly chooseRecording: (() => Promise<string | null>) | null;
  /** Puts text on the clipboard; null where the page does that itself. */
  readonly copyText: ((text: string) => void | Promise<void>) | null;
  /** Formats that are exported. */
  readonly exporters: Exporters;
  /** Whether signals, priorities and affinities may be set; no unless it is said. */
  readonly actions?: boolean;
  /** All processes of this program, which nobody may act on; this one alone unless it is said. */
  readonly ownProcessIds?: () => readonly number[];
  /** Whether runtimes are watched while nobody sees them, for example to tell of a verdict; no unless it is said. */
  readonly watchUnseen?: () => boolean;
  /** What only a desktop shell offers; nothing unless it is said. */
  readonly desktop?: DesktopServices;
}

/** Answers every request of a page. */
export interface ViewerService {
  /** Checks the argument and answers; rejects with a `RequestError` for what can't be answered. */
  handle(name: string, argument: unknown): Promise<unknown>;
  /** Opens a file for the page to start with. */
  openFile(fileName: string, text: string): Promise<OpenOutcome>;
  /** Answers whoever waits, ends a recording and lets go of everything but the engine. */
  close(): Promise<void>;
}

type Handlers = {
  readonly [Name in RequestName]: (argument: Requests[Name]["argument"]) => Promise<Requests[Name]["answer"]>;
};

interface Source {
  readonly header: SessionHeader;
  readonly history: History;
  readonly frame: () => Frame | null;
  readonly status: () => SamplerStatus;
}

class Service implements ViewerService {
  private readonly options: ViewerServiceOptions;
  private readonly handlers: Handlers;
  private readonly files = new Map<SourceId, FileSource>();
  private readonly waiting = new Set<() => void>();
  private readonly stopListening: () => void;
  private readonly goneTimer: ReturnType<typeof setInterval>;
  private startSource: SourceId = "live";
  private readonly views = new WeakMap<Frame, Map<number | null, FrameView>>();
  private recorder: Recorder | null = null;
  private nextFile = 1;
  /** Files that are being opened, with their names. */
  private readonly openings = new Map<Opening, string>();
  private readonly browser: boolean;
  private visible: boolean;
  private selectedRowId: number | null = null;
  private lanesRowId: number | null = null;
  private lanesTimer: ReturnType<typeof setTimeout> | null = null;
  private lastRequestMs = Date.now();
  private closed = false;

  constructor(options: ViewerServiceOptions) {
    this.options = options;
    const { engine, actions = false, ownProcessIds = () => [], desktop = null } = options;
    this.handlers = {
      ...this.viewing,
      ...createDeeds({ frame: () => engine.frame(), actions, ownProcessIds, desktop }),
    };
    this.browser = options.welcome().shell === "browser";
    this.visible = !this.browser;
    this.stopListening = options.engine.onChange(() => this.wake());
    this.goneTimer = setInterval(() => {
      if (this.browser && this.waiting.size === 0 && Date.now() - this.lastRequestMs > VIEWER_GONE_MS)
        this.attend(false, null);
    }, VIEWER_GONE_MS / 2);
    this.goneTimer.unref();
  }

  async handle(name: string, argument: unknown): Promise<unknown> {
    if (this.closed) throw new RequestError("closed", "This session has ended.");
    if (!isRequestName(name)) throw new RequestError("unknown-request", "There is no such request.");
    const parsed = requestSchemas[name].safeParse(argument);
    if (!parsed.success) throw new RequestError("bad-argument", `The argument of ${name} is not what it takes.`);
    this.lastRequestMs = Date.now();
    return (this.handlers[name] as (argument: unknown) => Promise<unknown>)(parsed.data);
  }

  async openFile(fileName: string, text: string): Promise<OpenOutcome> {
    const outcome = await this.viewing.openFile({ fileName, text });
    if (outcome.state === "opened") this.startSource = outcome.source.id;
    return outcome;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.stopListening();
    clearInterval(this.goneTimer);
    this.openLanes(null);
    this.wake();
    this.files.clear();
    await this.recorder?.stop();
  }

  private readonly viewing: Omit<Handlers, DeedName> = {
    welcome: async () => ({
      ...this.options.welcome(),
      actions: this.options.actions === true,
      canRecord: this.options.chooseRecording !== null,
      startSource: this.startSource,
      sources: [this.liveInfo(), ...[...this.files.keys()].map((id) => this.fileInfo(id))],
    }),
    nextFrame: async ({ source, after, selectedRowId }) => {
      const from = this.source(source);
      // Of several tabs one may be hidden: whoever asks for frames looks. A window says itself whether it can be seen.
      this.attend(this.browser || this.visible, source === "live" ? selectedRowId : null);
      const isNew = (): boolean => (this.browser || this.visible) && (from.frame()?.sequence ?? -1) > after;
      if (!isNew()) await this.wait(isNew);
      return this.answer(from, isNew() ? from.frame() : null, selectedRowId);
    },
    frameAt: async ({ source, wallMs, selectedRowId }) => {
      const from = this.source(source);
      return this.answer(from, from.history.frameAt(wallMs), selectedRowId);
    },
    frameBetween: async ({ source, fromWallMs, toWallMs, selectedRowId }) => {
      const from = this.source(source);
      const { history } = from;
      const ended = history.endingsBetween(fromWallMs, toWallMs);
      return this.answer(from, history.frameBetween(fromWallMs, toWallMs), selectedRowId, ended);
    },
    timeLine: async ({ source, points, eventsAfter }) => {
      const { history } = this.source(source);
      while (history.digestSome(points, DIGESTS_AT_ONCE)) await new Promise((resolve) => setImmediate(resolve));
      return history.timeLine(points, eventsAfter);
    },
    mark: async ({ source, wallMs }) => this.source(source).history.mark(wallMs),
    compareRanges: async ({ before, after }) => {
      const older = this.side(before);
      const newer = this.side(after);
      return older === null || newer === null ? null : diffReport(older, newer);
    },
    series: async ({ source, rowId, untilWallMs, seconds, points, followedRowId }) =>
      this.source(source).history.series(rowId, untilWallMs, seconds, points, followedRowId),
    threadSparklines: async ({ source, processRowId, rowIds, untilWallMs, seconds, points }) =>
      this.source(source).history.threadSparklines(processRowId, rowIds, untilWallMs, seconds, points),
    sparklines: async ({ source, rowIds, untilWallMs, seconds, points }) =>
      this.source(source).history.sparklines(rowIds, untilWallMs, seconds, points),
    lanes: async ({ source, processRowId, fromMonotonicMs }) => {
      if (source !== "live" || !(this.browser || this.visible)) return null;
      this.openLanes(processRowId);
      return this.options.engine.lanes(processRowId, fromMonotonicMs);
    },
    stack: async ({ source, processRowId, wallMs }) => {
      if (source === "live" && wallMs === null) return this.options.engine.readStacks(processRowId);
      const { history } = this.source(source);
      return stackAnswer(wallMs === null ? history.latest() : history.frameAt(wallMs), processRowId);
    },
    processes: async ({ source, fromWallMs, toWallMs }) => this.source(source).history.processes(fromWallMs, toWallMs),
    visibility: async ({ visible }) => {
      this.attend(visible, this.selectedRowId);
      return null;
    },
    exportSnapshot: async ({ source, format, redact, untilWallMs }) => {
      const { header, history } = this.source(source);
      const exporter = this.options.exporters[format];
      const wanted = { header, history, exporter, redact, untilWallMs, rowId: null };
      const content = await exportContent(wanted).catch((error: Error) => error);
      if (content instanceof Error) return { state: "failed", message: `The export did not work: ${content.message}.` };
      if (content === null) return { state: "failed", message: "There is no sample yet to export; wait a second." };
      const { saveFile } = this.options;
      return saveFile === null ? { state: "content", ...content } : saveFile(content.fileName, content);
    },
    record: async ({ on }) => this.record(on),
    openFile: async ({ fileName, text }) => {
      if (this.files.size + this.openings.size >= MAX_FILES) {
        return { state: "failed", message: `${MAX_FILES} files are open; close one to open another.` };
      }
      const name = baseName(fileName);
      const opening: Opening = { share: 0, cancelled: false };
      this.openings.set(opening, name);
      try {
        const outcome = await openFileSource(name, text, opening);
        if (!outcome.ok) {
          return outcome.cancelled === true ? { state: "cancelled" } : { state: "failed", message: outcome.message };
        }
        const id: SourceId = `file-${this.nextFile}`;
        this.nextFile += 1;
        this.files.set(id, outcome.source);
        void rememberFile(outcome.source, () => this.files.has(id));
        const note = endSentence(outcome.source.end, name);
        return { state: "opened", source: this.fileInfo(id), ...(note === null ? {} : { note }) };
      } finally {
        this.openings.delete(opening);
      }
    },
    opening: async ({ fileName, cancel }) => {
      const found = [...this.openings].find(([, name]) => name === baseName(fileName))?.[0];
      if (found === undefined) return null;
      if (cancel) found.cancelled = true;
      return found.share;
    },
    closeFile: async ({ source }) => {
      this.files.delete(source);
      if (this.startSource === source) this.startSource = "live";
      return null;
    },
    copyText: async ({ text }) => {
      await this.options.copyText?.(text);
      return null;
    },
  };

  private side({ source, fromWallMs, toWallMs }: TimeRange & { readonly source: SourceId }): DiffSide | null {
    const { header, history } = this.source(source);
    const frame = history.frameBetween(fromWallMs, toWallMs);
    return frame === null ? null : { header, frame };
  }

  private async record(on: boolean): Promise<Requests["record"]["answer"]> {
    const { chooseRecording, engine } = this.options;
    if (chooseRecording === null) throw new RequestError("refused", "Only the window records; use `gilscope record`.");
    const current = this.recorder?.status();
    if (!on) return current?.state === "recording" ? (this.recorder as Recorder).stop() : { state: "cancelled" };
    if (current?.state === "recording") return current;
    const path = await chooseRecording();
    if (path === null) return { state: "cancelled" };
    try {
      this.recorder = await Recorder.start(engine, path, () => this.tellEngine());
    } catch (error) {
      return { state: "failed", message: (error as Error).message };
    }
    this.tellEngine();
    return this.recorder.status();
  }

  private answer(source: Source, frame: Frame | null, selectedRowId: number | null, ended?: Endings): NextFrame {
    const view = frame === null ? null : this.view(frame, selectedRowId, ended);
    const recording = this.recorder === null ? {} : { recording: this.recorder.status() };
    return { status: source.status(), view, ...recording };
  }

  /** Viewers that look at the same thing get the same object, which is put together once. */
  private view(frame: Frame, selectedRowId: number | null, ended?: Endings): FrameView {
    const known = this.views.get(frame) ?? new Map<number | null, FrameView>();
    this.views.set(frame, known);
    const view = known.get(selectedRowId) ?? viewOf(frame, selectedRowId, ended);
    known.set(selectedRowId, view);
    return view;
  }

  private source(id: SourceId): Source {
    const { engine } = this.options;
    if (id === "live") {
      return {
        header: engine.header,
        history: engine.history,
        frame: () => engine.frame(),
        status: () => engine.status(),
      };
    }
    const file = this.files.get(id);
    if (file === undefined) throw new RequestError("unknown-source", "This file is not open any more.");
    const { header, history } = file;
    return { header, history, frame: () => history.latest(), status: () => ({ state: "file" }) };
  }

  private liveInfo(): SourceInfo {
    const { engine } = this.options;
    return {
      id: "live",
      fileName: null,
      host: engine.header.host,
      capabilities: engine.capabilities(),
      firstWallMs: engine.history.firstWallMs,
      lastWallMs: engine.history.lastWallMs,
    };
  }

  private fileInfo(id: SourceId): SourceInfo {
    const file = this.files.get(id);
    if (file === undefined) throw new RequestError("unknown-source", "This file is not open any more.");
    return {
      id,
      fileName: file.fileName,
      host: file.header.host,
      capabilities: file.capabilities,
      firstWallMs: file.history.firstWallMs,
      lastWallMs: file.history.lastWallMs,
    };
  }

  /** Waits until `done`, the sampler's state changes, the long poll ends or the service closes. */
  private wait(done: () => boolean): Promise<void> {
    if (this.waiting.size >= MAX_WAITING) {
      throw new RequestError("too-many", "Too many pages wait for frames; close some of them.");
    }
    const { engine } = this.options;
    const state = engine.status().state;
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.waiting.delete(check);
        this.lastRequestMs = Date.now();
        resolve();
      };
      const check = (): void => {
        if (this.closed || done() || engine.status().state !== state) finish();
      };
      const timer = setTimeout(finish, LONG_POLL_MS);
      this.waiting.add(check);
    });
  }

  private wake(): void {
    for (const check of [...this.waiting]) check();
  }

  /** Watches a runtime's lanes until nobody has asked for them for a while. */
  private openLanes(rowId: number | null): void {
    if (this.lanesTimer !== null) clearTimeout(this.lanesTimer);
    this.lanesTimer = null;
    if (rowId !== null) {
      this.lanesTimer = setTimeout(() => this.openLanes(null), LANES_CLOSED_MS);
      this.lanesTimer.unref?.();
    }
    if (rowId === this.lanesRowId) return;
    this.lanesRowId = rowId;
    this.tellEngine();
  }

  private attend(visible: boolean, selectedRowId: number | null): void {
    if (visible === this.visible && selectedRowId === this.selectedRowId) return;
    this.visible = visible;
    this.selectedRowId = selectedRowId;
    this.tellEngine();
  }

  private tellEngine(): void {
    const { selectedRowId, lanesRowId } = this;
    // A recording is looked at later: threads are probed for it though the window is hidden.
    const recording = this.recorder?.status().state === "recording";
    const visible = this.visible || recording || this.options.watchUnseen?.() === true;
    this.options.engine.setAttention({ visible, selectedRowId, ...(lanesRowId === null ? {} : { lanesRowId }) });
  }
}

/** A file's name without folders, whichever system's. */
function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

/** Answers a page's requests from the engine and from the files it opens. */
export function createViewerService(options: ViewerServiceOptions): ViewerService {
  return new Service(options);
}

import type { FrameView } from "../../core/frame/view.ts";
import type {
  ExportFormat,
  NextFrame,
  RecordingStatus,
  SourceInfo,
  TimeRange,
  Transport,
} from "../../core/page/protocol.ts";
import { failureKind } from "../client/request-failure.ts";
import { createLaneControl, type LaneControl } from "../lanes/lane-control.ts";
import { createListKeeper, type ListKeeper, type ListShape } from "../list/list-keeper.ts";
import type { SortKey } from "../list/order.ts";
import { createTimeControl, type TimeControl } from "../time/time-control.ts";
import { createBeat } from "./beat.ts";
import { type ChartFeed, createChartFeed } from "./chart-feed.ts";
import { initialPageState, type PageState, type Toast } from "./page-state.ts";
import { createStore, type Store } from "./store.ts";
import type { Surroundings } from "./surroundings.ts";
import { createThreadFeed, type ThreadFeed } from "./thread-feed.ts";

/** Largest file the page hands over, bytes of text. */
const LARGEST_FILE_BYTES = 512 * 2 ** 20;
/** How often a file that is being opened is asked for, milliseconds. */
const PROGRESS_MS = 300;
const RETRY_MS = [500, 1000, 2000, 4000, 8000] as const;
/** A window this long is enough to trust the first order, so the selection nobody made settles on it. */
const SETTLED_SECONDS = 4;

/** What a user can do, and the stores that show it. */
export interface Page {
  readonly store: Store<PageState>;
  readonly list: ListKeeper;
  readonly charts: ChartFeed;
  readonly threadLines: ThreadFeed;
  readonly time: TimeControl;
  readonly lanes: LaneControl;
  /** Begins to ask for frames; the answer ends it. */
  start(): () => void;
  select(rowId: number): void;
  /** The selection made by itself stays from now on: somebody is reading. */
  settle(): void;
  /** Moves the selection over the runtimes on screen by a number of lines. */
  moveSelection(lines: number): void;
  setFilter(filter: string): void;
  setSortKey(key: SortKey): void;
  /** Lays the list out as families or flat, with or without helpers. */
  setListShape(shape: ListShape): void;
  toggleFamily(familyId: string): void;
  togglePause(): void;
  /** Shows the frame at or before a time: in a file, or while paused. */
  seek(wallMs: number): void;
  /** Follows one thread of the selected runtime through table, charts and lanes; null: none. */
  follow(threadRowId: number | null): void;
  /** Shows a range of time as one; null: the moment at its end again. */
  selectRange(range: TimeRange | null): void;
  openFile(file: File): Promise<void>;
  /** Ends the opening of a file. */
  cancelOpening(): void;
  closeFile(): void;
  exportSnapshot(format: ExportFormat, redact: boolean): Promise<void>;
  /** Begins to record into a file the user chooses, or ends that. */
  toggleRecording(): Promise<void>;
  copy(text: string, what: string): Promise<void>;
  /** Hands a file made by the page to the browser. */
  download(fileName: string, mediaType: string, body: string | Uint8Array): void;
  /** Says how something the user did went. */
  say(kind: Toast["kind"], text: string): void;
  dismissToast(): void;
}

/** Makes the page's controller on a transport. Nothing happens before `start`. */
export function createPage(transport: Transport, around: Surroundings): Page {
  const store = createStore<PageState>(initialPageState());
  const list = createListKeeper({
    selected: () => store.get().selectedRowId,
    sortKey: () => store.get().sortKey,
  });
  const beat = createBeat(around);
  const charts = createChartFeed(transport, store, around, beat);
  const threadLines = createThreadFeed(transport, store, around, beat);
  let chosenByUser = false;
  let toastId = 0;
  /** Counts questions about one fixed time; only the answer to the newest counts. */
  let asked = 0;
  let stopped = false;
  /** Wakes the loop when the page is resumed, shown or turned to another source. */
  let wake: () => void = () => undefined;

  const say = (kind: Toast["kind"], text: string) => {
    toastId += 1;
    store.set({ toast: { id: toastId, kind, text } });
  };

  const lanes = createLaneControl(transport, store, around);
  const time = createTimeControl({ transport, store, around, beat, say });

  const showList = () => {
    const { filter, collapsed } = store.get();
    store.set({ list: list.content(filter, collapsed) });
  };

  const detailOf = (view: FrameView): PageState["detail"] => {
    const { selectedRowId, detail } = store.get();
    if (selectedRowId === null) return null;
    const listed = view.rows.find((row) => row.rowId === selectedRowId);
    if (view.selected?.runtime.rowId === selectedRowId) {
      const ended = listed?.endedWallMs === undefined ? "no" : "within";
      const { wallMs, windowSeconds } = view;
      return { state: "known", view: view.selected, wallMs: listed?.endedWallMs ?? wallMs, windowSeconds, ended };
    }
    if (listed) return detail;
    if (detail?.state === "known" && detail.view.runtime.rowId === selectedRowId) {
      const { name, pid, startedWallMs } = detail.view.runtime;
      if (startedWallMs > view.wallMs) return { state: "before", name, pid, startedWallMs };
      return detail.ended === "since" ? detail : { ...detail, ended: "since" };
    }
    if (detail?.state === "before" && detail.startedWallMs > view.wallMs) return detail;
    const row = list.rows.get(selectedRowId);
    return row ? { state: "gone", row } : null;
  };

  /** Tells once how a recording ended. */
  const tellRecording = (before: RecordingStatus | null, recording: RecordingStatus) => {
    if (before?.state === recording.state) return;
    if (recording.state === "failed") say("failed", recording.message);
    if (recording.state === "saved" && before?.state === "recording") {
      say("done", `Recorded ${recording.samples} samples into ${recording.fileName}.`);
    }
  };

  let openingName = "";
  const askProgress = async (fileName: string) => {
    const share = await transport.request("opening", { fileName, cancel: false }).catch(() => null);
    if (share !== null && store.get().opening) store.set({ openingShare: share });
  };

  const show = (answer: NextFrame, sortNow = false) => {
    const { view, status, recording } = answer;
    const before = store.get();
    if (view) list.take(view, around.now(), sortNow);
    const live = before.file === null;
    // All at once: with each setting every part of the page looks whether it shows something else.
    store.set({
      connection: { state: "connected" },
      status,
      ...(recording ? { recording } : {}),
      ...(view ? { view, detail: detailOf(view), list: list.content(before.filter, before.collapsed) } : {}),
      ...(view && live && before.firstWallMs === null ? { firstWallMs: view.wallMs } : {}),
      ...(view && live && before.pausedAtMs === null ? { lastWallMs: view.wallMs } : {}),
    });
    if (recording) tellRecording(before.recording, recording);
    if (!view) return;
    if (!chosenByUser && view.windowSeconds > 0) {
      const first = list.first();
      const settled = before.selectedRowId !== null && view.windowSeconds > SETTLED_SECONDS;
      if (first !== null && first !== before.selectedRowId && !settled) turnTo(first);
    }
    charts.refresh();
  };

  /** Asks for the frame at a time and shows it, unless something newer was asked meanwhile. */
  const showAt = async (wallMs: number, sortNow = false) => {
    asked += 1;
    const question = asked;
    const { source, selectedRowId, range } = store.get();
    try {
      const answer =
        range === null
          ? await transport.request("frameAt", { source, wallMs, selectedRowId })
          : await transport.request("frameBetween", { source, ...range, selectedRowId });
      if (question === asked && store.get().source === source) show(answer, sortNow);
    } catch (error) {
      if (failureKind(error) !== "failed") lose(error);
    }
  };

  const lose = (error: unknown) => {
    store.set({ connection: { state: failureKind(error) === "refused" ? "refused" : "lost" } });
  };

  const turnTo = (rowId: number) => {
    const { view, selectedRowId, filter, collapsed } = store.get();
    if (rowId === selectedRowId) return;
    store.set({ selectedRowId: rowId, followedRowId: null });
    if (!view) return;
    // The runtime that was selected may have been kept in the list only for that.
    list.take(view, around.now());
    store.set({ series: null, list: list.content(filter, collapsed) });
    // Where the selection is now is painted first: all that is told of it takes longer than a key may.
    void around.painted().then(() => showAt(store.get().view?.wallMs ?? view.wallMs));
  };

  const enterSource = (source: SourceInfo) => {
    list.clear();
    asked += 1;
    chosenByUser = false;
    const file = source.id === "live" ? null : source;
    store.set({
      source: source.id,
      file,
      view: null,
      selectedRowId: null,
      detail: null,
      series: null,
      pausedAtMs: null,
      range: null,
      firstWallMs: source.firstWallMs,
      lastWallMs: source.lastWallMs,
      filter: "",
      list: list.content("", store.get().collapsed),
    });
    charts.clear();
    time.clear();
    time.refresh();
    if (file) void showAt(source.lastWallMs ?? Number.MAX_SAFE_INTEGER, true);
    wake();
  };

  /** Another session of this machine: nothing of the old one holds. */
  const forget = () => {
    const { welcome: known, source } = store.get();
    const info = known?.sources.find((candidate) => candidate.id === source);
    if (info) enterSource(info);
  };

  const welcome = async () => {
    const answer = await transport.request("welcome", null);
    const before = store.get();
    const again = before.welcome !== null;
    store.set({ welcome: answer, connection: { state: "connected" } });
    const source =
      answer.sources.find((candidate) => candidate.id === (again ? before.source : answer.startSource)) ??
      answer.sources.find((candidate) => candidate.id === answer.startSource);
    if (source && (!again || source.id !== before.source)) enterSource(source);
  };

  const resting = () => {
    const { pausedAtMs, file } = store.get();
    return around.hidden() || pausedAtMs !== null || file !== null;
  };

  const rest = () =>
    new Promise<void>((resolve) => {
      wake = () => {
        wake = () => undefined;
        resolve();
      };
    });

  const pull = async () => {
    let after = -1;
    let failures = 0;
    let source = store.get().source;
    while (!stopped) {
      try {
        if (store.get().welcome === null || failures > 0) await welcome();
        if (failures > 0) after = -1;
        failures = 0;
        if (resting()) {
          await rest();
          after = -1;
          continue;
        }
        if (store.get().source !== source) after = -1;
        source = store.get().source;
        const { selectedRowId } = store.get();
        const answer = await transport.request("nextFrame", { source, after, selectedRowId });
        // Paused, hidden or turned to another source while the question was out: the page keeps what it shows.
        const turnedAway = () => stopped || resting() || store.get().source !== source;
        if (turnedAway()) continue;
        if (answer.view) {
          // Numbers start again when the program was started again; row ids mean other processes then.
          if (answer.view.sequence < (store.get().view?.sequence ?? 0)) forget();
          after = answer.view.sequence;
          await beat.strike(() => {
            if (!turnedAway()) show(answer);
          });
        } else {
          show(answer);
        }
        await around.painted();
      } catch (error) {
        lose(error);
        await around.wait(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 8000);
        failures += 1;
      }
    }
  };

  return {
    store,
    list,
    charts,
    threadLines,
    time,
    lanes,
    start() {
      stopped = false;
      const tellVisibility = () => {
        transport.request("visibility", { visible: !around.hidden() }).catch(() => undefined);
        if (!around.hidden()) wake();
      };
      const stopWatching = around.onVisibility(tellVisibility);
      const stopCharts = charts.start();
      const stopTime = time.start();
      const stopThreadLines = threadLines.start();
      void pull();
      return () => {
        stopped = true;
        stopWatching();
        stopCharts();
        stopTime();
        stopThreadLines();
        lanes.stop();
        wake();
      };
    },
    settle() {
      if (store.get().detail !== null) chosenByUser = true;
    },
    select(rowId) {
      chosenByUser = true;
      turnTo(rowId);
    },
    moveSelection(lines) {
      const runtimes = store.get().list.items.flatMap((item) => (item.kind === "runtime" ? [item.rowId] : []));
      const at = runtimes.indexOf(store.get().selectedRowId ?? -1);
      const next = at < 0 ? (lines < 0 ? runtimes.length - 1 : 0) : at + lines;
      const rowId = runtimes[Math.max(0, Math.min(runtimes.length - 1, next))];
      if (rowId !== undefined) this.select(rowId);
    },
    setFilter(filter) {
      store.set({ filter });
      // What is typed is painted first: making a long list anew takes longer than a letter may.
      void around.painted().then(showList);
    },
    setSortKey(sortKey) {
      store.set({ sortKey });
      const { view } = store.get();
      if (view) list.take(view, around.now(), true);
      showList();
    },
    setListShape(shape) {
      if (!list.setShape(shape)) return;
      const { view } = store.get();
      if (view) list.take(view, around.now(), true);
      showList();
    },
    toggleFamily(familyId) {
      const collapsed = new Set(store.get().collapsed);
      if (!collapsed.delete(familyId)) collapsed.add(familyId);
      store.set({ collapsed });
      showList();
    },
    togglePause() {
      const { pausedAtMs, view, file } = store.get();
      if (file) return;
      store.set({ pausedAtMs: pausedAtMs === null ? (view?.wallMs ?? null) : null, range: null });
      if (pausedAtMs !== null) wake();
      charts.refresh();
    },
    seek(wallMs) {
      store.set({ range: null, ...(store.get().file === null ? { pausedAtMs: wallMs } : {}) });
      void showAt(wallMs);
    },
    follow(followedRowId) {
      store.set({ followedRowId });
      charts.refresh();
    },
    selectRange(range) {
      const { file, view } = store.get();
      const at = range?.toWallMs ?? view?.wallMs;
      if (at === undefined) return;
      store.set({ range, ...(file === null ? { pausedAtMs: at } : {}) });
      time.ranged(range);
      void showAt(at);
    },
    async openFile(file) {
      if (file.size > LARGEST_FILE_BYTES) {
        say("failed", `${file.name} is too large to open here: more than 512 MiB.`);
        return;
      }
      store.set({ opening: true, openingShare: 0 });
      openingName = file.name;
      const stopAsking = around.every(PROGRESS_MS, () => void askProgress(file.name));
      try {
        const outcome = await transport.request("openFile", { fileName: file.name, text: await file.text() });
        if (outcome.state === "opened") {
          enterSource(outcome.source);
          if (outcome.note !== undefined) say("failed", outcome.note);
        } else if (outcome.state === "failed") say("failed", outcome.message);
      } catch (error) {
        say("failed", `${file.name} could not be opened: ${error instanceof Error ? error.message : String(error)}`);
      } finally {
        stopAsking();
        store.set({ opening: false });
      }
    },
    cancelOpening() {
      if (!store.get().opening) return;
      transport.request("opening", { fileName: openingName, cancel: true }).catch(() => undefined);
    },
    closeFile() {
      const { file, welcome: known } = store.get();
      const live = known?.sources.find((source) => source.id === "live");
      if (!file || !live) return;
      transport.request("closeFile", { source: file.id }).catch(() => undefined);
      enterSource({ ...live, firstWallMs: live.firstWallMs });
    },
    async exportSnapshot(format, redact) {
      const { source, file, pausedAtMs, view } = store.get();
      const untilWallMs = file ? (view?.wallMs ?? null) : pausedAtMs;
      try {
        const outcome = await transport.request("exportSnapshot", { source, format, redact, untilWallMs });
        switch (outcome.state) {
          case "content":
            around.download(outcome.fileName, outcome.mediaType, outcome.body);
            say("done", `Saved ${outcome.fileName} to your downloads.`);
            return;
          case "saved":
            say("done", `Saved ${outcome.fileName}.`);
            return;
          case "failed":
            say("failed", outcome.message);
            return;
          case "cancelled":
            return;
        }
      } catch (error) {
        say("failed", `The export did not work: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
    async toggleRecording() {
      try {
        const outcome = await transport.request("record", { on: store.get().recording?.state !== "recording" });
        if (outcome.state === "cancelled") return;
        const before = store.get().recording;
        store.set({ recording: outcome });
        tellRecording(before, outcome);
      } catch (error) {
        say("failed", `Recording did not work: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
    async copy(text, what) {
      try {
        if (store.get().welcome?.shell === "desktop") await transport.request("copyText", { text });
        else await around.copy(text);
        say("done", `Copied ${what}.`);
      } catch {
        say("failed", `Could not copy ${what}: the browser did not allow it.`);
      }
    },
    download(fileName, mediaType, body) {
      around.download(fileName, mediaType, body);
      say("done", `Saved ${fileName} to your downloads.`);
    },
    say,
    dismissToast() {
      store.set({ toast: null });
    },
  };
}

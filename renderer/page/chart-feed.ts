import type { Transport } from "../../core/page/protocol.ts";
import type { Beat } from "./beat.ts";
import { createKeyedStore, type KeyedStore } from "./keyed-store.ts";
import type { PageState } from "./page-state.ts";
import { sameLine } from "./row-equality.ts";
import { createStore, type Store } from "./store.ts";
import type { Surroundings } from "./surroundings.ts";

/** Length of the sparklines, seconds. */
export const SPARK_SECONDS = 60;
const SPARK_POINTS = 46;
const SERIES_POINTS = 60;
/** Lengths of the charts to choose from, seconds. */
export const SPANS = [60, 300, 900] as const;

/** Fetches what charts and sparklines show, for what is on screen only. */
export interface ChartFeed {
  /** Sparklines by row id. */
  readonly lines: KeyedStore<Float32Array>;
  /** Row ids whose sparklines are on screen. */
  setVisible(rowIds: readonly number[]): void;
  /** Length of the charts, seconds. */
  readonly span: Store<{ readonly seconds: number }>;
  /** Asks at once for what is missing: the selection, the time or the span changed. */
  refresh(): void;
  clear(): void;
  start(): () => void;
}

/** Makes the feed; it asks with every beat, and at once when something that was never drawn comes on screen. */
export function createChartFeed(
  transport: Transport,
  store: Store<PageState>,
  around: Surroundings,
  beat: Beat,
): ChartFeed {
  const lines = createKeyedStore<Float32Array>(sameLine);
  const span = createStore<{ readonly seconds: number }>({ seconds: SPANS[0] });
  let visible: readonly number[] = [];
  /** What the series on screen was asked for. */
  let drawn = "";
  let linesOut = false;

  const fixedTime = () => {
    const { file, pausedAtMs, view } = store.get();
    return file ? (view?.wallMs ?? null) : pausedAtMs;
  };

  const fixedSeconds = () => {
    const { range } = store.get();
    return range === null ? null : Math.max(1, (range.toWallMs - range.fromWallMs) / 1000);
  };

  const seconds = () => fixedSeconds() ?? span.get().seconds;

  const askSeries = async () => {
    const { source, selectedRowId, followedRowId } = store.get();
    if (selectedRowId === null || around.hidden()) return;
    const question = { source, rowId: selectedRowId, untilWallMs: fixedTime(), seconds: seconds(), followedRowId };
    drawn = JSON.stringify(question);
    const answer = await transport.request("series", { ...question, points: SERIES_POINTS }).catch(() => null);
    beat.show(() => {
      // A runtime that ended has no newer points: its last chart stays.
      if (answer && answer.rowId === store.get().selectedRowId && store.get().source === source) {
        store.set({ series: answer });
      }
    });
  };

  const askLines = async (rowIds: readonly number[]) => {
    if (rowIds.length === 0 || around.hidden() || linesOut) return;
    linesOut = true;
    const { source } = store.get();
    try {
      const answer = await transport.request("sparklines", {
        source,
        rowIds,
        untilWallMs: fixedTime(),
        seconds: fixedSeconds() ?? SPARK_SECONDS,
        points: SPARK_POINTS,
      });
      const { points } = answer;
      const fresh = answer.rowIds.map(
        (rowId, index) => [rowId, answer.cpuCores.slice(index * points, (index + 1) * points)] as const,
      );
      beat.show(() => {
        if (store.get().source === source) lines.merge(fresh);
      });
      for (const rowId of lines.keys()) if (!live(rowId)) forget.add(rowId);
      if (forget.size > 500) {
        lines.replace(
          [...lines.keys()].filter((rowId) => !forget.has(rowId)).map((rowId) => [rowId, lines.get(rowId)!]),
        );
        forget.clear();
      }
    } catch {
      // The pull loop notices a lost connection and says so; sparklines come back with it.
    } finally {
      linesOut = false;
    }
  };

  /** Sparklines of rows that are not on screen any more; dropped in bulk. */
  const forget = new Set<number>();
  const live = (rowId: number) => visible.includes(rowId);

  return {
    lines,
    span,
    setVisible(rowIds) {
      visible = rowIds;
      for (const rowId of rowIds) forget.delete(rowId);
      const missing = rowIds.filter((rowId) => lines.get(rowId) === undefined);
      if (missing.length > 0) void askLines(missing);
    },
    refresh() {
      const { source, selectedRowId, followedRowId } = store.get();
      const untilWallMs = fixedTime();
      const question = JSON.stringify({
        source,
        rowId: selectedRowId,
        untilWallMs,
        seconds: seconds(),
        followedRowId,
      });
      if (question === drawn) return;
      void askSeries();
      if (untilWallMs !== null) void askLines(visible);
    },
    clear() {
      drawn = "";
      lines.replace([]);
      forget.clear();
    },
    start: () =>
      beat.onBeat(async () => {
        await Promise.all([askSeries(), askLines(visible)]);
      }),
  };
}

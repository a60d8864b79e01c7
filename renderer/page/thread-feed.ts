import type { Transport } from "../../core/page/protocol.ts";
import type { Beat } from "./beat.ts";
import { createKeyedStore, type KeyedStore } from "./keyed-store.ts";
import type { PageState } from "./page-state.ts";
import { sameLine } from "./row-equality.ts";
import type { Store } from "./store.ts";
import type { Surroundings } from "./surroundings.ts";

/** Beats between two drawings of the threads' lines. */
const THREAD_LINES_BEATS = 2;
const SECONDS = 60;
const POINTS = 30;

/** Fetches the CPU of the threads on screen over time. */
export interface ThreadFeed {
  readonly lines: KeyedStore<Float32Array>;
  /** Row ids of the threads whose lines are on screen; none when the column is hidden. */
  setVisible(rowIds: readonly number[]): void;
  start(): () => void;
}

/** Makes the feed; it asks with every second beat while lines are on screen, and at once for what was never drawn. */
export function createThreadFeed(
  transport: Transport,
  page: Store<PageState>,
  around: Surroundings,
  beat: Beat,
): ThreadFeed {
  const lines = createKeyedStore<Float32Array>(sameLine);
  let visible: readonly number[] = [];
  let owner = "";
  let shown = "";
  let out = false;

  const ask = async () => {
    const { source, selectedRowId, pausedAtMs, file, view, range } = page.get();
    if (visible.length === 0 || selectedRowId === null || out || around.hidden()) return;
    out = true;
    const asked = `${source} ${selectedRowId}`;
    const question = {
      source,
      processRowId: selectedRowId,
      rowIds: visible,
      untilWallMs: file ? (view?.wallMs ?? null) : pausedAtMs,
      seconds: range ? Math.max(1, (range.toWallMs - range.fromWallMs) / 1000) : SECONDS,
      points: POINTS,
    };
    shown = timeOf();
    try {
      const { rowIds, points, cpuCores } = await transport.request("threadSparklines", question);
      const fresh = rowIds.map(
        (rowId, index) => [rowId, cpuCores.slice(index * points, (index + 1) * points)] as const,
      );
      beat.show(() => {
        const { source: now, selectedRowId: selected } = page.get();
        if (`${now} ${selected}` !== asked) return;
        if (owner === asked) lines.merge(fresh);
        else lines.replace(fresh);
        owner = asked;
      });
    } catch {
      // The pull loop notices a lost connection and says so; the lines come back with it.
    } finally {
      out = false;
    }
  };

  const timeOf = () => {
    const { pausedAtMs, file, view, range } = page.get();
    return `${file ? view?.wallMs : pausedAtMs} ${range?.fromWallMs}`;
  };

  return {
    lines,
    setVisible(rowIds) {
      visible = rowIds;
      const { source, selectedRowId } = page.get();
      const other = owner !== `${source} ${selectedRowId}` || shown !== timeOf();
      if (other || rowIds.some((rowId) => lines.get(rowId) === undefined)) void ask();
    },
    start() {
      const leave = page.subscribe(() => {
        if (visible.length > 0 && shown !== timeOf()) void ask();
      });
      const stop = beat.onBeat(ask, THREAD_LINES_BEATS);
      return () => {
        leave();
        stop();
      };
    },
  };
}

import type { ThreadFrameColumns } from "../frame/frame.ts";
import { LANE_STATES, type Lanes } from "../lanes/lanes.ts";
import { THREAD_STATE_COUNT } from "../thread/thread-state.ts";
import { STATE } from "../thread/thread-states.ts";

const KEPT_MS = 60_000;
const TURN_MS = 5;
const RUNNING = LANE_STATES.indexOf("running");
const GIL_WAIT = LANE_STATES.indexOf("gilWait");
const SLEEP = LANE_STATES.indexOf("sleep");

/** Lanes of a runtime on paper: its threads take turns with the GIL in proportion to how long they hold it. */
export function simulatedLanes(
  processRowId: number,
  threads: ThreadFrameColumns,
  fromMonotonicMs: number,
  nowMs: number,
  wallOffsetMs: number,
): Lanes {
  const fromMs = Math.max(fromMonotonicMs, nowMs - KEPT_MS, 0);
  const shareOf = (row: number): number => {
    const at = row * THREAD_STATE_COUNT;
    return (threads.states[at + STATE.gilRun] ?? 0) + (threads.states[at + STATE.gilHeldBlocked] ?? 0);
  };
  const rows = Array.from({ length: threads.length }, (_, row) => row);
  const total = rows.reduce((sum, row) => sum + shareOf(row), 0);
  const changes: { at: number; rowId: number }[] = [];
  const looks: { at: number; rowId: number; state: number }[] = [];
  let before = -2;
  for (let turn = Math.ceil(fromMs / TURN_MS); turn * TURN_MS < nowMs; turn += 1) {
    const point = fraction(turn) * Math.max(1, total);
    let sum = 0;
    const holder = rows.find((row) => {
      sum += shareOf(row);
      return point < sum;
    });
    if ((holder ?? -1) === before) continue;
    const at = turn * TURN_MS;
    changes.push({ at, rowId: holder === undefined ? 0 : (threads.rowId[holder] ?? 0) });
    for (const row of rows) {
      const waits = shareOf(row) > 0.01 || (threads.states[row * THREAD_STATE_COUNT + STATE.gilWait] ?? 0) > 0.1;
      const state = row === holder ? RUNNING : waits ? GIL_WAIT : SLEEP;
      if (before === -2 || row === holder || row === before) looks.push({ at, rowId: threads.rowId[row] ?? 0, state });
    }
    before = holder ?? -1;
  }
  return {
    processRowId,
    fromMs,
    toMs: nowMs,
    wallOffsetMs,
    rateHz: 940,
    passes: Math.round(nowMs * 0.94),
    samplesLost: 0,
    threads: { length: threads.length, rowId: threads.rowId, tid: threads.tid },
    changes: {
      length: changes.length,
      atMs: Float64Array.from(changes, ({ at }) => at),
      threadRowId: Uint32Array.from(changes, ({ rowId }) => rowId),
      interpreterId: new Int32Array(changes.length),
    },
    looks: {
      length: looks.length,
      atMs: Float64Array.from(looks, ({ at }) => at),
      threadRowId: Uint32Array.from(looks, ({ rowId }) => rowId),
      state: Uint8Array.from(looks, ({ state }) => state),
    },
    gaps: { length: 0, fromMs: new Float64Array(0), toMs: new Float64Array(0) },
  };
}

/** A number from 0 to 1 that looks random and is always the same for the same turn. */
function fraction(turn: number): number {
  const mixed = Math.sin(turn * 12.9898) * 43_758.5453;
  return mixed - Math.floor(mixed);
}

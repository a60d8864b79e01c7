import type { WindowRuntime } from "../frame/window-rows.ts";
import { OBSERVATION_KINDS, observationKinds } from "../probe/observation-kind.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { findRow } from "../sample/row-index.ts";
import type { GilWindow } from "./gil-window.ts";
import { interpreterOfWait } from "./heap-gil.ts";

const GIL_WAIT = OBSERVATION_KINDS.indexOf("gilWait");

/**
 * Rows of the threads that use each GIL of a runtime, by interpreter: those seen waiting for it, or, of threads that never wait,
 * those seen holding it. A thread belongs to the GIL it was seen at most.
 */
export function gilUsers(
  runtime: WindowRuntime,
  newer: RawSample,
  gil: GilWindow,
  architecture: string,
): ReadonlyMap<number, ReadonlySet<number>> {
  const looks = new Map<number, Map<number, number>>();
  const count = (row: number, interpreterId: number, times: number): void => {
    if (row < 0 || !(times > 0)) return;
    const of = looks.get(row) ?? new Map<number, number>();
    of.set(interpreterId, (of.get(interpreterId) ?? 0) + times);
    looks.set(row, of);
  };
  const kinds = observationKinds(newer.observations, architecture);
  countWaits(runtime, newer, kinds, count);
  const waited = new Set(looks.keys());
  for (const { interpreterId, heldByThread } of gil.byInterpreter) {
    for (const [rowId, { held }] of heldByThread) {
      const row = findRow(newer.threads.rowId, rowId, runtime.threadStart, runtime.threadEnd);
      if (!waited.has(row)) count(row, interpreterId, held);
    }
  }
  const users = new Map<number, Set<number>>();
  for (const [row, of] of looks) {
    let most = -1;
    let where = 0;
    for (const [interpreterId, times] of of) {
      if (times <= most) continue;
      most = times;
      where = interpreterId;
    }
    const rows = users.get(where) ?? new Set<number>();
    rows.add(row);
    users.set(where, rows);
  }
  return users;
}

/** Waits for GILs since the window began. */
function countWaits(
  runtime: WindowRuntime,
  newer: RawSample,
  kinds: Uint8Array,

  count: (row: number, interpreterId: number, times: number) => void,
): void {
  const before = new Map<string, number>();
  const { base } = runtime;
  const each = (sample: RawSample, take: (rowId: number, observationId: number, times: number) => void): void => {
    const { threadRowId, observationId, count: times, length } = sample.probeCounts;
    for (let index = 0; index < length; index += 1) {
      const id = observationId[index] as number;
      if (kinds[id] === GIL_WAIT) take(threadRowId[index] as number, id, times[index] as number);
    }
  };
  if (base !== null) each(base, (rowId, id, times) => before.set(`${rowId} ${id}`, times));
  each(newer, (rowId, id, times) => {
    const observation = newer.observations[id];
    const row = findRow(newer.threads.rowId, rowId, runtime.threadStart, runtime.threadEnd);
    const seen = times - (before.get(`${rowId} ${id}`) ?? 0);
    if (observation !== undefined && row >= 0 && seen > 0) count(row, interpreterOfWait(observation), seen);
  });
}

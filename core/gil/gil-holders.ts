import { oneLine } from "../family/runtime-name.ts";
import type { GilHolder, GilHolders } from "../frame/frame.ts";
import type { WindowRuntime } from "../frame/window-rows.ts";
import type { RawSample, ThreadDetail } from "../sample/raw-sample.ts";
import { findRow } from "../sample/row-index.ts";
import { threadLine } from "../thread/thread-name.ts";
import type { GilWindow } from "./gil-window.ts";

/** Entries kept: the rest of a long list is noise. */
const MOST_HOLDERS = 64;

/** Nothing is known of who held a GIL. */
const NO_HOLDERS: GilHolders = { whileWaited: true, moments: 0, list: [] };

/**
 * Ranks who held the GILs of a runtime while others waited, by thread and function; where stacks can't be read, who held them at
 * all, by thread.
 */
export function gilHolders(
  gil: GilWindow | null,
  runtime: WindowRuntime,
  newer: RawSample,
  details: ReadonlyMap<number, ThreadDetail>,
): GilHolders {
  if (gil === null) return NO_HOLDERS;
  const who = (threadRowId: number): Pick<GilHolder, "threadRowId" | "tid" | "threadName"> => {
    const row = findRow(newer.threads.rowId, threadRowId, runtime.threadStart, runtime.threadEnd);
    return {
      threadRowId,
      tid: row < 0 ? 0 : (newer.threads.tid[row] as number),
      threadName: threadRowId > 0 ? threadLine(details.get(threadRowId)) : "",
    };
  };
  if (gil.holdings.samples > 0) {
    return {
      whileWaited: true,
      moments: gil.holdings.samples,
      list: gil.holdings.all.slice(0, MOST_HOLDERS).map(({ threadRowId, functionName, file, line, ratio }) => ({
        ...who(threadRowId),
        functionName: oneLine(functionName),
        file: oneLine(file),
        line,
        ratio,
      })),
    };
  }
  let total = 0;
  for (const { held } of gil.heldByThread.values()) total += held;
  if (!(total > 0)) return NO_HOLDERS;
  return {
    whileWaited: false,
    moments: Math.round(total * gil.samples),
    list: [...gil.heldByThread]
      .filter(([, { held }]) => held > 0)
      .sort(([, a], [, b]) => b.held - a.held)
      .slice(0, MOST_HOLDERS)
      .map(([threadRowId, { held }]) => ({
        ...who(threadRowId),
        functionName: null,
        file: null,
        line: null,
        ratio: held / total,
      })),
  };
}

/** One thread's part of the moments in which a GIL was held. */
export interface HoldingThread {
  readonly threadRowId: number;
  readonly tid: number;
  readonly threadName: string;
  readonly ratio: number;
}

/** One function's part of the moments in which a GIL was held, whichever thread ran it. */
export interface HoldingFunction {
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
  readonly ratio: number;
}

/** The ranking by thread. */
export function holdersByThread({ list }: GilHolders): readonly HoldingThread[] {
  return summed(list, ({ threadRowId }) => String(threadRowId)).map(
    ({ threadRowId, tid, threadName: name, ratio }) => ({
      threadRowId,
      tid,
      threadName: name,
      ratio,
    }),
  );
}

/** The ranking by function; empty where stacks can't be read. */
export function holdersByFunction({ list }: GilHolders): readonly HoldingFunction[] {
  const placed = list.filter(({ functionName }) => functionName !== null);
  return summed(placed, ({ functionName, file }) => JSON.stringify([functionName, file])).map(
    ({ functionName, file, line, ratio }) => ({
      functionName: functionName ?? "",
      file: file ?? "",
      line: line ?? 0,
      ratio,
    }),
  );
}

function summed(list: readonly GilHolder[], keyOf: (holder: GilHolder) => string): readonly GilHolder[] {
  const sums = new Map<string, GilHolder>();
  for (const holder of list) {
    const key = keyOf(holder);
    const sum = sums.get(key);
    sums.set(key, sum === undefined ? holder : { ...sum, ratio: sum.ratio + holder.ratio });
  }
  return [...sums.values()].sort((a, b) => b.ratio - a.ratio);
}

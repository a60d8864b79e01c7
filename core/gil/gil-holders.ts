import type { GilHolder, GilHolders } from "../frame/frame.ts";
import type { WindowRuntime } from "../frame/window-rows.ts";
import type { RawSample, ThreadDetail } from "../sample/raw-sample.ts";
import { findRow } from "../sample/row-index.ts";
import { threadName } from "../thread/thread-name.ts";
import type { GilWindow } from "./gil-window.ts";

/** Entries kept: the rest of a long list is noise. */
const MOST_HOLDERS = 64;

/** Nothing is known of who held a GIL. */
export const NO_HOLDERS: GilHolders = { whileWaited: true, moments: 0, list: [] };

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
    const known = threadRowId > 0 && details.has(threadRowId);
    return {
      threadRowId,
      tid: row < 0 ? 0 : (newer.threads.tid[row] as number),
      threadName: known ? threadName(details.get(threadRowId)) : "",
    };
  };
  if (gil.holdings.samples > 0) {
    return {
      whileWaited: true,
      moments: gil.holdings.samples,
      list: gil.holdings.all.slice(0, MOST_HOLDERS).map(({ threadRowId, functionName, file, line, ratio }) => ({
        ...who(threadRowId),
        functionName,
        file,
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

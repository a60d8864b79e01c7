import type { GilFrame, GilVerdict } from "../frame/frame.ts";
import type { RuntimeFigures } from "../frame/runtime-figures.ts";
import type { WindowRuntime } from "../frame/window-rows.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { known } from "../sample/reading.ts";
import type { ThreadShares } from "../thread/thread-states.ts";
import { sumThreads, type ThreadSums } from "../thread/thread-sums.ts";
import type { ThreadWindow } from "../thread/thread-window.ts";
import { SPOKEN_OF_SHARE } from "../verdict/thresholds.ts";
import { verdictOf } from "../verdict/verdict-of.ts";
import { NO_HOLDINGS } from "./gil-holdings.ts";
import type { GilWindow } from "./gil-window.ts";

/** One GIL of several: its figures, and the threads that use it. */
export interface GilPart {
  readonly frame: GilFrame;
  readonly rows: ReadonlySet<number>;
  readonly threads: ThreadSums;
  /** Cores of those threads. */
  readonly cpuCores: number;
}

/** Takes a runtime with several GILs apart; empty where there is one. */
export function gilParts(
  runtime: WindowRuntime,
  gil: GilWindow | null,
  users: () => ReadonlyMap<number, ReadonlySet<number>>,
  window: ThreadWindow,
  shares: ThreadShares,
  threadCores: Float32Array,
): readonly GilPart[] {
  if (gil === null || gil.frames.length < 2) return [];
  const rowsOf = users();
  return gil.frames.map((frame) => {
    const rows = rowsOf.get(frame.interpreterId) ?? new Set<number>();
    let cpuCores = 0;
    for (const row of rows) cpuCores += threadCores[row] || 0;
    return { frame, rows, cpuCores, threads: sumThreads(runtime, window, shares, (row) => rows.has(row)) };
  });
}

/** The interpreter whose GIL nearly all of the waiting is for, and what its threads use and want; null where it is for several. */
export function spokenOf(parts: readonly GilPart[]): Pick<RuntimeFigures, "interpreterId" | "ofGil"> {
  let total = 0;
  let most: GilPart | null = null;
  for (const part of parts) {
    total += part.threads.gilWait;
    if (most === null || part.threads.gilWait > most.threads.gilWait) most = part;
  }
  if (most === null || total <= 0 || most.threads.gilWait < SPOKEN_OF_SHARE * total) {
    return { interpreterId: null, ofGil: null };
  }
  const { frame, cpuCores, threads } = most;
  return { interpreterId: frame.interpreterId, ofGil: { cpuCores, demandCores: threads.demandCores } };
}

/** One verdict for each GIL of a runtime that has several, from the figures of the threads that use it. */
export function gilVerdicts(
  parts: readonly GilPart[],
  figures: RuntimeFigures,
  gil: GilWindow | null,
  newer: RawSample,
  nameOf: (row: number) => string,
): readonly GilVerdict[] {
  if (gil === null) return [];
  return parts.map(({ frame, rows, threads, cpuCores }) => {
    const topRow = threads.topRow;
    const heldByThread = gil.byInterpreter.find((one) => one.interpreterId === frame.interpreterId)?.heldByThread;
    const own: RuntimeFigures = {
      ...figures,
      cpuCores,
      exitedCores: 0,
      shortLived: null,
      threadCount: rows.size,
      threads,
      interpreterId: frame.interpreterId,
      ofGil: null,
      gilCount: 1,
      gil: {
        ...gil,
        frames: [frame],
        heldRatio: frame.heldRatio,
        heldByThread: heldByThread ?? new Map(),
        holdings: NO_HOLDINGS,
        off: frame.enabled === false,
      },
      demandCores: threads.demandCores,
      topThreadName: topRow < 0 ? "" : nameOf(topRow),
      topThreadTid: topRow < 0 ? 0 : (newer.threads.tid[topRow] as number),
      holderName: "",
      halves: null,
    };
    return {
      interpreterId: frame.interpreterId,
      verdict: verdictOf(own),
      threadCount: rows.size,
      cpuCores: known(cpuCores),
      heldRatio: frame.heldRatio,
      gilWait: known(threads.gilWait),
    };
  });
}

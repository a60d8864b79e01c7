import type { RawGil } from "../sample/raw-sample.ts";

/** Where in Python a GIL was held while other threads waited. Shares are of all moments in which that was seen. */
export interface Holdings {
  /** Moments seen in which a thread's stack was read while it had a GIL and others waited. */
  readonly samples: number;
  /** The thread and function seen most; null before any was. */
  readonly top: Holding | null;
  /** The function seen most, whichever thread ran it; `threadRowId` is one of those. */
  readonly topFunction: Holding | null;
  /** Every thread and function seen, most first. */
  readonly all: readonly Holding[];
}

/** One function in which a GIL was held. */
export interface Holding {
  readonly threadRowId: number;
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
  readonly ratio: number;
}

/** Nothing was seen. */
export const NO_HOLDINGS: Holdings = { samples: 0, top: null, topFunction: null, all: [] };

/** Ranks where the GILs of one runtime were held over the window while others waited. */
export function holdingsOf(newer: readonly RawGil[], older: readonly RawGil[] | undefined): Holdings {
  const byThread = new Map<string, { holding: Holding; samples: number }>();
  const byFunction = new Map<string, { holding: Holding; samples: number }>();
  let samples = 0;
  for (const gil of newer) {
    const before = older?.find((one) => one.interpreterId === gil.interpreterId && one.samples <= gil.samples);
    for (const { threadRowId, functionName, file, line, whileWaited } of gil.holdings ?? []) {
      const earlier = before?.holdings?.find(
        (one) => one.threadRowId === threadRowId && one.functionName === functionName && one.file === file,
      );
      const count = whileWaited - (earlier?.whileWaited ?? 0);
      if (count <= 0) continue;
      samples += count;
      const holding = { threadRowId, functionName, file, line, ratio: 0 };
      add(byThread, `${threadRowId} ${functionName} ${file}`, holding, count);
      add(byFunction, `${functionName} ${file}`, holding, count);
    }
  }
  const all = ranked(byThread, samples);
  return { samples, top: all[0] ?? null, topFunction: ranked(byFunction, samples)[0] ?? null, all };
}

function add(
  into: Map<string, { holding: Holding; samples: number }>,
  key: string,
  holding: Holding,
  count: number,
): void {
  const sum = into.get(key);
  if (sum === undefined) into.set(key, { holding, samples: count });
  else sum.samples += count;
}

function ranked(from: ReadonlyMap<string, { holding: Holding; samples: number }>, all: number): readonly Holding[] {
  return [...from.values()]
    .sort((a, b) => b.samples - a.samples)
    .map(({ holding, samples }) => ({ ...holding, ratio: samples / all }));
}

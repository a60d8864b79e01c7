import type { Frame } from "../frame/frame.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import type { VerdictMemory } from "../verdict/verdict-memory.ts";

/** What only a frame can tell of its sample. */
export interface FrameDigest {
  /** Row ids of the runtimes, ascending, and beside them their demand in cores; NaN when not known. */
  readonly rowIds: Uint32Array;
  readonly demandCores: Float32Array;
  /** Lost cores of the machine; NaN when not known. */
  readonly lostCores: number;
}

/** One sample held. */
export interface HistoryEntry {
  readonly sample: RawSample;
  /** Null until somebody asks: frames of files are computed as they are looked at. */
  digest: FrameDigest | null;
  /** What verdicts remember after this sample; mostly the same object as of its neighbours. Null until somebody asks. */
  memory: VerdictMemory | null;
}

/** What of a frame is held with its sample. */
export function digestOf(frame: Frame): FrameDigest {
  return {
    lostCores: frame.lostCores.known ? frame.lostCores.value : Number.NaN,
    rowIds: Uint32Array.from(frame.runtimes, (runtime) => runtime.rowId),
    demandCores: Float32Array.from(frame.runtimes, ({ demandCores }) =>
      demandCores.known ? demandCores.value : Number.NaN,
    ),
  };
}

type AnyColumn = Float64Array | Float32Array | Uint32Array | Int32Array | Uint8Array;

/** The earlier array where both hold the same numbers, so that resting columns are held once. */
function shared<Array extends AnyColumn>(earlier: Array | undefined, array: Array): Array {
  if (earlier === undefined || earlier.length !== array.length) return array;
  if (earlier === array) return earlier;
  for (let index = 0; index < array.length; index += 1) {
    const before = earlier[index]!;
    const now = array[index]!;
    if (before !== now && !(Number.isNaN(before) && Number.isNaN(now))) return array;
  }
  return earlier;
}

function sharedColumns<Table extends object>(earlier: Table | undefined, table: Table): Table {
  return Object.fromEntries(
    Object.entries(table).map(([name, column]) => [
      name,
      typeof column === "number"
        ? column
        : shared(earlier?.[name as keyof Table] as AnyColumn | undefined, column as AnyColumn),
    ]),
  ) as Table;
}

/** An entry that shares with the one before whatever did not change. */
export function createEntry(earlier: HistoryEntry | undefined, sample: RawSample, frame: Frame | null): HistoryEntry {
  const before = earlier?.sample;
  return {
    sample: {
      ...sample,
      processes: sharedColumns(before?.processes, sample.processes),
      threads: sharedColumns(before?.threads, sample.threads),
      probeCounts: sharedColumns(before?.probeCounts, sample.probeCounts),
      ...(sample.memories === undefined ? {} : { memories: sharedColumns(before?.memories, sample.memories) }),
    },
    digest: frame === null ? null : digestOf(frame),
    memory: null,
  };
}

/** The arrays of an entry, shared ones included. */
export function columnsOf(entry: HistoryEntry): readonly AnyColumn[] {
  const { processes, threads, probeCounts, host } = entry.sample;
  const tables = [processes, threads, probeCounts, entry.sample.memories ?? {}].flatMap((table) =>
    Object.values(table),
  );
  const columns = tables.filter((column): column is AnyColumn => typeof column !== "number");
  return [...columns, host.busySecondsByCpu];
}

/** Bytes of an entry beside its columns, estimated from what V8 takes for small objects. */
export function objectBytes({ sample }: HistoryEntry): number {
  const planned = sample.plan.targets.reduce(
    (total, target) => total + target.tids.length + target.restingTids.length,
    sample.plan.targets.length * 8,
  );
  const holders = sample.gils.reduce((total, gil) => total + gil.heldByThread.length, 0);
  const objects = sample.probes.length * 2 + sample.gils.length * 2 + holders + sample.cgroups.length;
  const frames = (sample.stacks ?? []).reduce((total, stack) => total + 2 + stack.frames.length, 0);
  return (
    1024 +
    frames * 40 +
    (sample.memorySplits?.length ?? 0) * 128 +
    (sample.sharedMemory?.segments.length ?? 0) * 64 +
    planned * 16 +
    objects * 96 +
    sample.processDetails.length * 1024 +
    sample.threadDetails.length * 96
  );
}

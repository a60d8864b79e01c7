import type { RawSample } from "./raw-sample.ts";

type Columns = Readonly<Record<string, number | Uint32Array | Int32Array | Float64Array | Uint8Array>>;

/** The rows of a table at some places. */
function rowsAt<Table extends { readonly length: number }>(table: Table, rows: readonly number[]): Table {
  const picked = Object.entries(table as unknown as Columns).map(([name, column]) => {
    if (typeof column === "number") return [name, rows.length];
    const Column = column.constructor as new (length: number) => Exclude<Columns[string], number>;
    const values = new Column(rows.length);
    rows.forEach((row, index) => {
      values[index] = column[row] ?? 0;
    });
    return [name, values];
  });
  return Object.fromEntries(picked) as Table;
}

function placesWhere(length: number, wanted: (row: number) => boolean): readonly number[] {
  return Array.from({ length }, (_, row) => row).filter(wanted);
}

/** A sample with the rows of some processes only; figures of the whole machine stay. */
export function onlyProcesses(sample: RawSample, rowIds: ReadonlySet<number>): RawSample {
  const { processes, threads, probeCounts, plan } = sample;
  const threadRows = placesWhere(threads.length, (row) => rowIds.has(threads.processRowId[row] ?? -1));
  const threadIds = new Set(threadRows.map((row) => threads.rowId[row] ?? -1));
  return {
    ...sample,
    processes: rowsAt(
      processes,
      placesWhere(processes.length, (row) => rowIds.has(processes.rowId[row] ?? -1)),
    ),
    threads: rowsAt(threads, threadRows),
    processDetails: sample.processDetails.filter(({ rowId }) => rowIds.has(rowId)),
    threadDetails: sample.threadDetails.filter(({ rowId }) => threadIds.has(rowId)),
    probes: sample.probes.filter(({ processRowId }) => rowIds.has(processRowId)),
    probeCounts: rowsAt(
      probeCounts,
      placesWhere(probeCounts.length, (row) => threadIds.has(probeCounts.threadRowId[row] ?? -1)),
    ),
    ...(sample.stacks === undefined
      ? {}
      : { stacks: sample.stacks.filter(({ threadRowId }) => threadIds.has(threadRowId)) }),
    ...memoryOf(sample, rowIds),
    gils: sample.gils.filter(({ processRowId }) => rowIds.has(processRowId)),
    plan: { ...plan, targets: plan.targets.filter(({ processRowId }) => rowIds.has(processRowId)) },
  };
}

/** Memory of some processes; of shared memory what they map. */
function memoryOf(
  { memories, memorySplits, sharedMemory }: RawSample,
  rowIds: ReadonlySet<number>,
): Pick<RawSample, "memories" | "memorySplits" | "sharedMemory"> {
  return {
    ...(memories === undefined
      ? {}
      : {
          memories: rowsAt(
            memories,
            placesWhere(memories.length, (row) => rowIds.has(memories.processRowId[row] ?? -1)),
          ),
        }),
    ...(memorySplits === undefined
      ? {}
      : { memorySplits: memorySplits.filter(({ processRowId }) => rowIds.has(processRowId)) }),
    ...(sharedMemory === undefined
      ? {}
      : {
          sharedMemory: {
            ...sharedMemory,
            segments: sharedMemory.segments.filter((segment) =>
              segment.processRowIds.some((rowId) => rowIds.has(rowId)),
            ),
          },
        }),
  };
}

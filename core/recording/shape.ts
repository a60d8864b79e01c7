import type { ProbeCounts, ProcessColumns, ThreadColumns } from "../sample/raw-sample.ts";
import type { Column } from "./column.ts";
import type { Table } from "./table.ts";

/** First key of a recording's first line. */
export const RECORDING_FORMAT = "gilscope-recording";

/** Version written; files of a higher one are refused. */
export const RECORDING_VERSION = 1;

/** Columns of the process table as they are written. */
export const PROCESS_SHAPE = {
  rowId: "u32",
  pid: "i32",
  parentPid: "i32",
  startTicks: "f64",
  state: "u8",
  threadCount: "u32",
  cpuSeconds: "f64",
  rssBytes: "f64",
  readAtMs: "f64",
} as const satisfies Record<Exclude<keyof ProcessColumns, "length">, string>;

/** Columns of the thread table as they are written. */
export const THREAD_SHAPE = {
  rowId: "u32",
  processRowId: "u32",
  tid: "i32",
  runSeconds: "f64",
  cpuWaitSeconds: "f64",
  timeslices: "f64",
  readAtMs: "f64",
} as const satisfies Record<Exclude<keyof ThreadColumns, "length">, string>;

/** Columns of the probe's counts as they are written. */
export const COUNT_SHAPE = {
  threadRowId: "u32",
  observationId: "u32",
  count: "f64",
} as const satisfies Record<Exclude<keyof ProbeCounts, "length">, string>;

/** Busy seconds by CPU, written as a table of one column. */
export const CPU_SHAPE = { busySeconds: "f64" } as const;

/** Rows named by their row id. */
export function rowIdKeys(table: { readonly rowId: Column }): Float64Array {
  return Float64Array.from(table.rowId);
}

/** Rows named by thread and observation. Two rows that share a name only cost space. */
export function countKeys(table: Table<typeof COUNT_SHAPE>): Float64Array {
  return Float64Array.from(table.threadRowId, (row, index) => row * 2 ** 20 + (table.observationId[index] ?? 0));
}

/** Rows named by their place. */
export function placeKeys(table: Table<typeof CPU_SHAPE>): Float64Array {
  return Float64Array.from(table.busySeconds, (_, index) => index);
}

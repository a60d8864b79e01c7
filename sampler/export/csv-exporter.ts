import { stringify } from "csv-stringify/sync";
import type { Exporter } from "../../core/export/exporter.ts";
import type { Frame } from "../../core/frame/frame.ts";
import { diagnoseReport } from "../../core/report/diagnose-report.ts";
import { listReport, runtimesByLoss } from "../../core/report/list-report.ts";
import type { SessionHeader } from "../../core/sample/raw-sample.ts";
import { plainText } from "../../core/text/plain-text.ts";
import { THREAD_STATES } from "../../core/thread/thread-state.ts";

type Cell = string | number | boolean | null;

/**
 * Rows under a line of names. Text that a spreadsheet would take for a formula gets a quote in front,
 * characters that act instead of show are written out.
 */
function csv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const plain = rows.map((row) => row.map((cell) => (typeof cell === "string" ? plainText(cell) : cell)));
  return stringify([[...columns], ...plain], {
    escape_formulas: true,
    record_delimiter: "windows",
    cast: { boolean: (value) => (value ? "true" : "false") },
  });
}

/** One row for each runtime, as `list --json` names its keys. */
function runtimesCsv(frame: Frame, header: SessionHeader, rowId: number | null): string {
  const report = listReport(frame, header);
  const columns = [
    "sampledAt",
    "hostName",
    "pid",
    "parentPid",
    "startTime",
    "name",
    "commandLine",
    "userName",
    "implementation",
    "version",
    "gil",
    "family",
    "role",
    "startMethod",
    "windowSeconds",
    "cpuCores",
    "demandCores",
    "lostCores",
    "rssBytes",
    "pssBytes",
    "ussBytes",
    "threadCount",
    "gilBoundThreads",
    "verdict",
    "basis",
    "confidence",
  ] as const;
  const runtimes = runtimesByLoss(frame);
  const wanted = report.runtimes.filter((_, index) => rowId === null || runtimes[index]?.rowId === rowId);
  const rows = wanted.map((runtime) => {
    const cells: Readonly<Record<string, unknown>> = {
      ...runtime,
      ...runtime.python,
      sampledAt: report.sampledAt,
      hostName: report.host.hostName,
    };
    return columns.map((name) => cells[name] as Cell);
  });
  return csv(columns, rows);
}

/** One row for each thread of each runtime, as `diagnose --json` names its keys. */
function threadsCsv(frame: Frame, header: SessionHeader, rowId: number | null): string {
  const columns = [
    "sampledAt",
    "pid",
    "runtime",
    "tid",
    "thread",
    "cpuCores",
    "switchesPerSecond",
    "gilBound",
    "gilBoundReason",
    ...THREAD_STATES,
  ];
  const runtimes = runtimesByLoss(frame).filter((runtime) => rowId === null || runtime.rowId === rowId);
  const rows = runtimes.flatMap((runtime) => {
    const report = diagnoseReport(frame, header, runtime.rowId);
    return (report?.threads ?? []).map((thread): Cell[] => [
      report?.sampledAt ?? null,
      runtime.pid,
      runtime.name,
      thread.tid,
      thread.name,
      thread.cpuCores,
      thread.switchesPerSecond,
      thread.gilBound,
      thread.gilBoundReason ?? null,
      ...THREAD_STATES.map((state) => thread.states[state]),
    ]);
  });
  return csv(columns, rows);
}

/** A table of runtimes. */
export const runtimesCsvExporter: Exporter = {
  ending: "-runtimes.csv",
  mediaType: "text/csv",
  span: "minute",
  write: ({ frame, header, rowId }) => runtimesCsv(frame, header, rowId),
};

/** A table of threads. */
export const threadsCsvExporter: Exporter = {
  ending: "-threads.csv",
  mediaType: "text/csv",
  span: "minute",
  write: ({ frame, header, rowId }) => threadsCsv(frame, header, rowId),
};

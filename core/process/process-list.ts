import { runtimeName } from "../family/runtime-name.ts";
import { startedWallMs } from "../frame/window-rows.ts";
import { rowOf } from "../history/rows.ts";
import type { KnownDetails } from "../sample/known-details.ts";
import type { HostFacts, RawSample } from "../sample/raw-sample.ts";

/** One process of the machine, Python or not. */
export interface ProcessLine {
  readonly rowId: number;
  readonly pid: number;
  /** A Python by what it runs. Null: not looked at yet. */
  readonly name: string | null;
  readonly userName: string | null;
  readonly threadCount: number;
  /** Null when not known. */
  readonly cpuCores: number | null;
  readonly rssBytes: number | null;
  /** Whether it has a row among the runtimes. */
  readonly isRuntime: boolean;
}

/** All processes of one sample with what they used since an earlier one. */
export interface ProcessList {
  readonly wallMs: number;
  readonly windowSeconds: number;
  readonly total: number;
  /** The busiest first, at most `MOST_PROCESSES`. */
  readonly lines: readonly ProcessLine[];
}

/** Processes told of at most. */
export const MOST_PROCESSES = 2000;

/** Every process of the newer sample; null for figures that can't be known of one sample alone. */
export function processList(
  host: HostFacts,
  details: KnownDetails,
  older: RawSample | null,
  newer: RawSample,
): ProcessList {
  const { processes } = newer;
  const lines: ProcessLine[] = [];
  for (let row = 0; row < processes.length; row += 1) {
    const rowId = processes.rowId[row] as number;
    const detail = details.processes.get(rowId);
    lines.push({
      rowId,
      pid: processes.pid[row] as number,
      name: detail === undefined ? null : detail.python === null ? detail.comm : runtimeName(detail),
      userName: detail?.userName ?? null,
      threadCount: processes.threadCount[row] as number,
      cpuCores: coresOf(host, older, newer, row),
      rssBytes: knownOrNull(processes.rssBytes[row]),
      isRuntime: detail?.python != null,
    });
  }
  lines.sort(
    (a, b) => (b.cpuCores ?? -1) - (a.cpuCores ?? -1) || (b.rssBytes ?? 0) - (a.rssBytes ?? 0) || a.pid - b.pid,
  );
  return {
    wallMs: newer.wallMs,
    windowSeconds: older === null ? 0 : (newer.monotonicMs - older.monotonicMs) / 1000,
    total: lines.length,
    lines: lines.slice(0, MOST_PROCESSES),
  };
}

const knownOrNull = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;

function coresOf(host: HostFacts, older: RawSample | null, newer: RawSample, row: number): number | null {
  if (older === null) return null;
  const { processes } = newer;
  const before = rowOf(older.processes.rowId, processes.rowId[row] as number);
  const used =
    (processes.cpuSeconds[row] as number) - (before < 0 ? 0 : (older.processes.cpuSeconds[before] as number));
  if (before < 0) {
    // It began in between, or was hidden until then.
    const started = startedWallMs(host, processes.startTicks[row] as number);
    if (started < older.wallMs) return null;
    return knownOrNull(used / Math.max(0.01, (newer.wallMs - started) / 1000));
  }
  const seconds = ((processes.readAtMs[row] as number) - (older.processes.readAtMs[before] as number)) / 1000;
  // A row that was not read again stood still.
  return seconds > 0 ? knownOrNull(used / seconds) : 0;
}

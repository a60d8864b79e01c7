import type { RuntimeSeries, Sparklines } from "../frame/view.ts";
import { memoryRow } from "../memory/runtime-memory.ts";
import type { HistoryEntry } from "./entry.ts";
import { lowerBound, rowOf } from "./rows.ts";

/** Threads drawn one by one; the rest are drawn together. */
export const THREADS_DRAWN = 8;

/** Row ids of `RuntimeSeries.threads` that are not one thread. */
export const OTHERS_ROW_ID = 0;
export const EXITED_ROW_ID = -1;

/**
 * Thins entries to at most `points` steps. Steps lie on a grid of absolute time, so that a chart that moves on keeps
 * the points it has already drawn.
 */
export function thin(entries: readonly HistoryEntry[], seconds: number, points: number): readonly HistoryEntry[] {
  if (entries.length - 1 <= points) return entries;
  const stepMs = (seconds * 1000) / Math.max(1, points - 1);
  const picked = entries.filter((entry, index) => {
    const next = entries[index + 1];
    return (
      next === undefined ||
      Math.floor(entry.sample.monotonicMs / stepMs) !== Math.floor(next.sample.monotonicMs / stepMs)
    );
  });
  return picked.slice(-(points + 1));
}

/** Rates of a cumulative counter over the steps between readings. A step without a reading takes the rate of the reading after it. */
function ratesOf(values: readonly number[], readAtMs: readonly number[]): Float32Array {
  const rates = new Float32Array(Math.max(0, values.length - 1)).fill(Number.NaN);
  let last = -1;
  for (let index = 0; index < values.length; index += 1) {
    if (Number.isNaN(values[index]!) || Number.isNaN(readAtMs[index]!)) {
      last = -1;
      continue;
    }
    if (last < 0) {
      last = index;
      continue;
    }
    const seconds = (readAtMs[index]! - readAtMs[last]!) / 1000;
    if (seconds <= 0) continue;
    rates.fill(Math.max(0, values[index]! - values[last]!) / seconds, last, index);
    last = index;
  }
  return rates;
}

interface ThreadLine {
  readonly tid: number;
  readonly cores: Float32Array;
  total: number;
}

/**
 * CPU by thread over the steps, of threads that ended, and of all together: where every thread is known their exact times, because
 * the process table counts in ticks of 10 ms.
 */
function threadLines(
  entries: readonly HistoryEntry[],
  rowId: number,
  processCores: Float32Array,
): { readonly lines: Map<number, ThreadLine>; readonly exited: Float32Array; readonly cpuCores: Float32Array } {
  const lines = new Map<number, ThreadLine>();
  const steps = entries.length - 1;
  const exited = new Float32Array(steps);
  const cpuCores = processCores.slice();
  for (let step = 0; step < steps; step += 1) {
    const before = entries[step]!.sample;
    const after = entries[step + 1]!.sample;
    const start = lowerBound(after.threads.processRowId, rowId);
    const end = lowerBound(after.threads.processRowId, rowId + 1, start);
    const oldStart = lowerBound(before.threads.processRowId, rowId);
    const oldEnd = lowerBound(before.threads.processRowId, rowId + 1, oldStart);
    const stepSeconds = (after.monotonicMs - before.monotonicMs) / 1000;
    let kept = 0;
    let sum = 0;
    let allKnown = end > start && oldEnd > oldStart;
    for (let row = start; row < end; row += 1) {
      const id = after.threads.rowId[row]!;
      const old = lowerBound(before.threads.rowId, id, oldStart, oldEnd);
      const hasOld = old < oldEnd && before.threads.rowId[old] === id;
      if (hasOld) kept += 1;
      const ran = after.threads.runSeconds[row]! - (hasOld ? before.threads.runSeconds[old]! : 0);
      const seconds = hasOld ? (after.threads.readAtMs[row]! - before.threads.readAtMs[old]!) / 1000 : stepSeconds;
      // A thread that was born in the step and whose process was not: its whole life lies in the step.
      const cores = ran === 0 ? 0 : seconds > 0 ? Math.max(0, ran) / seconds : Number.NaN;
      let line = lines.get(id);
      if (line === undefined) {
        line = { tid: after.threads.tid[row]!, cores: new Float32Array(steps).fill(Number.NaN), total: 0 };
        lines.set(id, line);
      }
      line.cores[step] = cores;
      if (Number.isNaN(cores) || seconds <= 0) allKnown = false;
      if (cores > 0) {
        line.total += cores * stepSeconds;
        sum += cores;
      }
    }
    // Without an ended thread the difference is only the coarser clock of the process table.
    const ended = oldEnd - oldStart > kept;
    const rest = processCores[step]! - sum;
    exited[step] = ended && rest > 0 ? rest : 0;
    if (allKnown) cpuCores[step] = sum + exited[step]!;
  }
  return { lines, exited, cpuCores };
}

function demandAt({ digest }: HistoryEntry, rowId: number): number {
  const row = digest === null ? -1 : rowOf(digest.rowIds, rowId);
  return row < 0 ? Number.NaN : (digest?.demandCores[row] ?? Number.NaN);
}

/** Private memory and the part of what is shared, as the newest reading of each sample knows them. */
function memorySeries(
  entries: readonly HistoryEntry[],
  rowId: number,
): Pick<RuntimeSeries, "privateBytes" | "sharedBytes"> {
  const privateBytes = new Float64Array(entries.length).fill(Number.NaN);
  const sharedBytes = new Float64Array(entries.length).fill(Number.NaN);
  entries.forEach(({ sample: { memories } }, index) => {
    const row = memoryRow(memories, rowId);
    if (memories === undefined || row < 0) return;
    privateBytes[index] = memories.ussBytes[row]!;
    sharedBytes[index] = Math.max(0, memories.pssBytes[row]! - memories.ussBytes[row]!);
  });
  return { privateBytes, sharedBytes };
}

/**
 * One runtime over the entries given, one point for each step between two; null when none holds it.
 * @param followedRowId thread that is told of even when others are busier
 */
export function runtimeSeries(
  entries: readonly HistoryEntry[],
  rowId: number,
  nameOf: (threadRowId: number) => string,
  followedRowId: number | null,
): RuntimeSeries | null {
  const rows = entries.map((entry) => rowOf(entry.sample.processes.rowId, rowId));
  if (!rows.some((row) => row >= 0)) return null;
  const column = (name: "cpuSeconds" | "readAtMs" | "rssBytes"): number[] =>
    entries.map((entry, index) => (rows[index]! < 0 ? Number.NaN : entry.sample.processes[name][rows[index]!]!));
  const later = entries.slice(1);
  const processCores = ratesOf(column("cpuSeconds"), column("readAtMs"));
  const { lines, exited, cpuCores } = threadLines(entries, rowId, processCores);
  const byUse = [...lines].sort(([idA, a], [idB, b]) => b.total - a.total || idA - idB);
  const followed = byUse.findIndex(([id]) => id === followedRowId);
  if (followed >= THREADS_DRAWN) byUse.splice(THREADS_DRAWN - 1, 0, ...byUse.splice(followed, 1));
  const threads = byUse.slice(0, THREADS_DRAWN).map(([id, line]) => ({
    rowId: id,
    tid: line.tid,
    name: nameOf(id),
    cpuCores: line.cores,
  }));
  const others = byUse.slice(THREADS_DRAWN);
  if (others.length > 0) {
    const sum = new Float32Array(later.length);
    for (const [, line] of others) {
      for (let step = 0; step < sum.length; step += 1) if (line.cores[step]! > 0) sum[step]! += line.cores[step]!;
    }
    threads.push({ rowId: OTHERS_ROW_ID, tid: 0, name: "others", cpuCores: sum });
  }
  if (exited.some((cores) => cores > 0)) {
    threads.push({ rowId: EXITED_ROW_ID, tid: 0, name: "exited", cpuCores: exited });
  }
  return {
    rowId,
    wallMs: Float64Array.from(later, (entry) => entry.sample.wallMs),
    cpuCores,
    demandCores: Float32Array.from(later, (entry) => demandAt(entry, rowId)),
    rssBytes: Float64Array.from(column("rssBytes").slice(1)),
    ...memorySeries(later, rowId),
    threads,
  };
}

/** The two entries around each of `points` equal steps that end with the last entry; null where there are none. */
function stepsOf(
  entries: readonly HistoryEntry[],
  seconds: number,
  points: number,
): readonly ({ readonly before: number; readonly after: number } | null)[] {
  const times = entries.map((entry) => entry.sample.monotonicMs);
  const last = times[times.length - 1];
  if (last === undefined || entries.length < 2) return [];
  const stepMs = (seconds * 1000) / points;
  const lastStep = Math.ceil(last / stepMs);
  return Array.from({ length: points }, (_, index) => {
    const endMs = (lastStep - points + 1 + index) * stepMs;
    const after = Math.min(lowerBound(times, endMs), entries.length - 1);
    const startMs = Math.min(endMs - stepMs, times[after]!);
    const exact = lowerBound(times, startMs);
    const before = times[exact] === startMs && exact < after ? exact : exact - 1;
    return endMs - stepMs >= times[0]! - stepMs && before >= 0 && before < after ? { before, after } : null;
  });
}

/** Rates of the counters of a row over each step; `rowIn` finds it in an entry, -1 where it is not. */
function lineOf(
  entries: readonly HistoryEntry[],
  steps: ReturnType<typeof stepsOf>,
  rowIn: (entry: HistoryEntry) => number,
  counters: (entry: HistoryEntry) => { readonly used: Float64Array; readonly readAtMs: Float64Array },
  out: Float32Array,
): void {
  const rows = entries.map(rowIn);
  steps.forEach((span, step) => {
    if (span === null) return;
    const oldRow = rows[span.before]!;
    const row = rows[span.after]!;
    if (oldRow < 0 || row < 0) return;
    const old = counters(entries[span.before]!);
    const now = counters(entries[span.after]!);
    const ran = now.used[row]! - old.used[oldRow]!;
    const readSeconds = (now.readAtMs[row]! - old.readAtMs[oldRow]!) / 1000;
    out[step] = ran === 0 ? 0 : readSeconds > 0 ? Math.max(0, ran) / readSeconds : Number.NaN;
  });
}

/** CPU of several runtimes over equal steps that end with the last entry; each step takes the two samples around it. */
export function sparklinesOf(
  entries: readonly HistoryEntry[],
  rowIds: readonly number[],
  seconds: number,
  points: number,
): Sparklines {
  const cpuCores = new Float32Array(rowIds.length * points).fill(Number.NaN);
  const steps = stepsOf(entries, seconds, points);
  rowIds.forEach((rowId, line) => {
    lineOf(
      entries,
      steps,
      ({ sample }) => rowOf(sample.processes.rowId, rowId),
      ({ sample: { processes } }) => ({ used: processes.cpuSeconds, readAtMs: processes.readAtMs }),
      cpuCores.subarray(line * points, (line + 1) * points),
    );
  });
  return { rowIds, points, cpuCores };
}

/** The same for threads of one runtime. */
export function threadSparklinesOf(
  entries: readonly HistoryEntry[],
  processRowId: number,
  rowIds: readonly number[],
  seconds: number,
  points: number,
): Sparklines {
  const cpuCores = new Float32Array(rowIds.length * points).fill(Number.NaN);
  const steps = stepsOf(entries, seconds, points);
  const ranges = new Map(
    entries.map((entry) => {
      const owners = entry.sample.threads.processRowId;
      const start = lowerBound(owners, processRowId);
      return [entry, { start, end: lowerBound(owners, processRowId + 1, start) }] as const;
    }),
  );
  rowIds.forEach((rowId, line) => {
    lineOf(
      entries,
      steps,
      (entry) => {
        const { start, end } = ranges.get(entry)!;
        const row = lowerBound(entry.sample.threads.rowId, rowId, start, end);
        return row < end && entry.sample.threads.rowId[row] === rowId ? row : -1;
      },
      ({ sample: { threads } }) => ({ used: threads.runSeconds, readAtMs: threads.readAtMs }),
      cpuCores.subarray(line * points, (line + 1) * points),
    );
  });
  return { rowIds, points, cpuCores };
}

import type { Frame, RuntimeFrame } from "../frame/frame.ts";
import { frameBetween } from "../frame/frame-between.ts";
import { runtimesByLoss } from "../report/list-report.ts";
import { isoTime } from "../report/parts.ts";
import type { KnownDetails } from "../sample/known-details.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { type Reading, valueOrNull } from "../sample/reading.ts";
import { plainJson, plainText } from "../text/plain-text.ts";
import { THREAD_STATE_COUNT, THREAD_STATES } from "../thread/thread-state.ts";
import type { Exporter, ExportInput } from "./exporter.ts";

/** Samples of one trace at most; older ones are left out. An hour at one a second. */
const MOST_SAMPLES = 3600;
/** Shares below this are left out of a slice's arguments. */
const LEAST_SHARE = 0.005;

/** One event of the Trace Event Format (Chrome's JSON traces, which Perfetto reads); times in microseconds. */
interface TraceEvent {
  readonly ph: "M" | "C" | "X";
  readonly name: string;
  readonly pid: number;
  readonly tid?: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly args: Readonly<Record<string, string | number>>;
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/** A counter's series, those that are known; null without any. */
function counter(
  name: string,
  pid: number,
  ts: number,
  series: Readonly<Record<string, Reading>>,
): readonly TraceEvent[] {
  const args: Record<string, number> = {};
  for (const [key, reading] of Object.entries(series)) {
    const value = valueOrNull(reading);
    if (value !== null && Number.isFinite(value)) args[key] = rounded(value);
  }
  return Object.keys(args).length === 0 ? [] : [{ ph: "C", name, pid, ts, args }];
}

/** Where one thread's time went in one interval: a slice named by its largest state, with all shares. */
function slice(frame: Frame, runtime: RuntimeFrame, row: number, ts: number, dur: number): readonly TraceEvent[] {
  const { threads } = frame;
  const args: Record<string, number> = {};
  let largest = 0;
  let name = "unknown";
  THREAD_STATES.forEach((state, index) => {
    const share = threads.states[row * THREAD_STATE_COUNT + index] ?? 0;
    if (share >= LEAST_SHARE) args[state] = rounded(share);
    if (share > largest) {
      largest = share;
      name = state;
    }
  });
  const cores = threads.cpuCores[row] ?? Number.NaN;
  if (Number.isFinite(cores)) args["cpuCores"] = rounded(cores);
  return [{ ph: "X", name, pid: runtime.pid, tid: threads.tid[row] ?? 0, ts, dur, args }];
}

function intervalEvents(frame: Frame, ts: number, dur: number): readonly TraceEvent[] {
  return frame.runtimes.flatMap((runtime) => {
    const { pid } = runtime;
    const rows = Array.from({ length: runtime.threadRows }, (_, index) => runtime.threadStart + index);
    return [
      ...counter("cores", pid, ts, {
        used: runtime.cpuCores,
        wanted: runtime.demandCores,
        lost: runtime.lostCores,
      }),
      ...counter("GIL held ratio", pid, ts, { held: runtime.gilHeldRatio }),
      ...counter("memory bytes", pid, ts, { rss: runtime.rssBytes }),
      ...rows.flatMap((row) => slice(frame, runtime, row, ts, dur)),
    ];
  });
}

/** Names of tracks: each process by runtime and verdict, each thread by its name. A pid used twice keeps its last name. */
function names(input: ExportInput, frames: readonly Frame[]): readonly TraceEvent[] {
  const found = new Map<string, TraceEvent>();
  const note = (event: TraceEvent): void => {
    found.set(`${event.name} ${event.pid} ${event.tid ?? ""}`, event);
  };
  for (const frame of frames) {
    for (const { pid, name, threadStart, threadRows } of frame.runtimes) {
      note({ ph: "M", name: "process_name", pid, args: { name: plainText(name) } });
      for (let row = threadStart; row < threadStart + threadRows; row += 1) {
        const tid = frame.threads.tid[row] ?? 0;
        note({ ph: "M", name: "thread_name", pid, tid, args: { name: plainText(frame.threads.names[row] ?? "") } });
      }
    }
  }
  runtimesByLoss(input.frame).forEach(({ rowId, pid, verdict }, index) => {
    if (input.rowId !== null && rowId !== input.rowId) return;
    note({ ph: "M", name: "process_labels", pid, args: { labels: verdict.id } });
    note({ ph: "M", name: "process_sort_index", pid, args: { sort_index: index } });
  });
  return [...found.values()];
}

function detailsOf(samples: readonly RawSample[]): KnownDetails {
  return {
    processes: new Map(samples.flatMap((sample) => sample.processDetails.map((detail) => [detail.rowId, detail]))),
    threads: new Map(samples.flatMap((sample) => sample.threadDetails.map((detail) => [detail.rowId, detail]))),
  };
}

function writeTrace(input: ExportInput): string {
  const { header } = input;
  const samples = input.samples.slice(-MOST_SAMPLES);
  const details = detailsOf(input.samples);
  const startMs = samples[0]?.monotonicMs ?? 0;
  const events: TraceEvent[] = [];
  const frames: Frame[] = [];
  for (let index = 1; index < samples.length; index += 1) {
    const [older, newer] = [samples[index - 1], samples[index]];
    if (older === undefined || newer === undefined) continue;
    const frame = frameBetween(header, details, older, newer);
    const wanted = frame.runtimes.filter(({ rowId }) => input.rowId === null || rowId === input.rowId);
    const shown = { ...frame, runtimes: wanted };
    // Both ends are rounded, not the length: a slice that reached into the next one would be shown inside it.
    const [from, to] = [older, newer].map(({ monotonicMs }) => Math.round((monotonicMs - startMs) * 1000));
    events.push(...intervalEvents(shown, from ?? 0, (to ?? 0) - (from ?? 0)));
    frames.push(shown);
  }
  const lines = [...names(input, frames), ...events].map((event) => JSON.stringify(event));
  const otherData = JSON.stringify({
    program: `Gilscope ${header.programVersion}`,
    host: plainText(header.host.hostName),
    startTime: isoTime(samples[0]?.wallMs ?? 0),
    slices:
      "Each slice is one sampling interval, named by the largest of the thread's states; its arguments are shares.",
  });
  return plainJson(`{"displayTimeUnit":"ms","otherData":${otherData},"traceEvents":[\n${lines.join(",\n")}\n]}\n`);
}

/** A trace for Perfetto or chrome://tracing: counters of each runtime, and each thread's states on a track of its own. */
export const traceExporter: Exporter = {
  ending: ".trace.json",
  mediaType: "application/json",
  span: "all",
  write: writeTrace,
};

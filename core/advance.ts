import { judgeWindow } from "./frame/compare-window.ts";
import type { Frame } from "./frame/frame.ts";
import type { KnownDetails } from "./sample/known-details.ts";
import type { ProcessDetail, RawSample, SessionHeader, ThreadDetail } from "./sample/raw-sample.ts";
import { NO_MEMORY, type VerdictMemory } from "./verdict/verdict-memory.ts";

/** Seconds a verdict is of. */
export const VERDICT_WINDOW_SECONDS = 5;

/** A sample that comes a little early still closes the window. */
const WINDOW_SLACK_SECONDS = 0.25;

/** What is remembered between samples. Treat it as opaque; it is never changed, only replaced. */
export interface CoreState {
  readonly header: SessionHeader;
  readonly details: KnownDetails;
  /** Samples from the newest one that is at least a window old, oldest first. */
  readonly samples: readonly RawSample[];
  /** The frame of the newest sample; null before the first. */
  readonly frame: Frame | null;
  /** What verdicts remember, at most 60 s back. */
  readonly memory: VerdictMemory;
}

/** The state before the first sample. */
export function initialState(header: SessionHeader): CoreState {
  return { header, details: { processes: new Map(), threads: new Map() }, samples: [], frame: null, memory: NO_MEMORY };
}

/**
 * Takes in one sample and derives the frame from it and the newest one that is at least `VERDICT_WINDOW_SECONDS` older,
 * else the oldest one held. Pure: the same state and sample give the same answer.
 */
export function advance(state: CoreState, sample: RawSample): { readonly state: CoreState; readonly frame: Frame } {
  const details = withDetails(state.details, sample);
  const window = withinWindow(state.samples, sample);
  const { frame, memory } = judgeWindow(state.header, details, window, sample, state.memory);
  return { state: { header: state.header, details, samples: [...window, sample], frame, memory }, frame };
}

/** Drops the samples that are older than the newest one a whole window away. All of them are older than `newer`. */
export function withinWindow(samples: readonly RawSample[], newer: RawSample): readonly RawSample[] {
  const borderMs = newer.monotonicMs - (VERDICT_WINDOW_SECONDS - WINDOW_SLACK_SECONDS) * 1000;
  let first = 0;
  for (let index = 1; index < samples.length; index += 1) {
    if ((samples[index] as RawSample).monotonicMs <= borderMs) first = index;
  }
  return samples.slice(first);
}

/** Adds what the sample tells and, when many rows are gone, forgets theirs. */
function withDetails(details: KnownDetails, sample: RawSample): KnownDetails {
  let { processes, threads } = details;
  if (sample.processDetails.length > 0) {
    const added = new Map(processes);
    for (const detail of sample.processDetails) added.set(detail.rowId, detail);
    processes = pruned(added, sample.processes.rowId);
  }
  if (sample.threadDetails.length > 0) {
    const added = new Map(threads);
    for (const detail of sample.threadDetails) added.set(detail.rowId, detail);
    threads = pruned(added, sample.threads.rowId);
  }
  return processes === details.processes && threads === details.threads ? details : { processes, threads };
}

function pruned<Detail extends ProcessDetail | ThreadDetail>(
  details: Map<number, Detail>,
  live: Uint32Array,
): ReadonlyMap<number, Detail> {
  if (details.size <= 2 * live.length + 64) return details;
  const kept = new Map<number, Detail>();
  for (const rowId of live) {
    const detail = details.get(rowId);
    if (detail !== undefined) kept.set(rowId, detail);
  }
  return kept;
}

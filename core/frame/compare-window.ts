import { familyFrames } from "../family/family-frame.ts";
import { gilHolders } from "../gil/gil-holders.ts";
import { gilVerdicts } from "../gil/gil-verdicts.ts";
import { sharedMemoryFrame } from "../memory/shared-memory.ts";
import type { KnownDetails } from "../sample/known-details.ts";
import type { RawSample, SessionHeader } from "../sample/raw-sample.ts";
import { absent, known, type Reading } from "../sample/reading.ts";
import { poolCounts } from "../thread/native-pool.ts";
import { threadFrameColumns } from "../thread/thread-frame.ts";
import { threadLine } from "../thread/thread-name.ts";
import { type Judgement, judge } from "../verdict/judge.ts";
import { NO_MEMORY, type Trail, type VerdictMemory, withTrails } from "../verdict/verdict-memory.ts";
import type { Frame, HostFrame, RuntimeFrame } from "./frame.ts";
import { ownCostFrame } from "./host-frame.ts";
import { runtimeFrame } from "./runtime-frame.ts";
import { type FiguredRuntime, type WindowFigures, windowFigures } from "./window-figures.ts";

/** A frame, and what verdicts remember after it. */
export interface JudgedWindow {
  readonly frame: Frame;
  readonly memory: VerdictMemory;
}

/**
 * Derives a frame from the newest sample and those before it in the window.
 * @param window see `windowFigures`
 * @param memory what verdicts remember from the sample before
 */
export function judgeWindow(
  header: SessionHeader,
  details: KnownDetails,
  window: readonly RawSample[],
  newer: RawSample,
  memory: VerdictMemory,
): JudgedWindow {
  const older = window[0] ?? null;
  const of = windowFigures(header, details, window, newer);
  const { host, runtimes, threadDeltas, threadCores, shares } = of;
  const { judgements, memory: after } = judgeAll(of, newer, memory);
  const columns = threadFrameColumns(runtimes, newer, details, threadDeltas, threadCores, shares);
  const nameOf = (row: number) => threadLine(details.threads.get(newer.threads.rowId[row] as number));
  const frames = judgements.map(([one, judgement]) => {
    const { runtime, figures, parts } = one;
    const threadStart = columns.startOf.get(runtime.rowId) ?? 0;
    const pools = columns.threads.pools.slice(threadStart, threadStart + runtime.threadEnd - runtime.threadStart);
    return runtimeFrame(one, newer, judgement, {
      gilVerdicts: gilVerdicts(parts, figures, figures.gil, newer, nameOf),
      holders: gilHolders(figures.gil, runtime, newer, details.threads),
      threadStart,
      pools: poolCounts(pools),
    });
  });
  const frame: Frame = {
    sequence: newer.sequence,
    wallMs: newer.wallMs,
    monotonicMs: newer.monotonicMs,
    windowSeconds: older === null ? 0 : (newer.monotonicMs - older.monotonicMs) / 1000,
    host,
    capabilities: newer.capabilities,
    lostCores: lostTogether(frames, host),
    runtimes: frames,
    families: familyFrames(of.families, frames),
    threads: columns.threads,
    sharedMemory: sharedMemoryFrame(newer),
    ownCost: ownCostFrame(older, newer),
  };
  return { frame, memory: after };
}

/** What verdicts remember after the newest sample, without the frame. */
export function rememberWindow(
  header: SessionHeader,
  details: KnownDetails,
  window: readonly RawSample[],
  newer: RawSample,
  memory: VerdictMemory,
): VerdictMemory {
  return judgeAll(windowFigures(header, details, window, newer), newer, memory).memory;
}

/** Judges every runtime by its figures and by what is remembered of it. */
function judgeAll(
  { runtimes, figured }: WindowFigures,
  newer: RawSample,
  memory: VerdictMemory,
): { readonly judgements: readonly (readonly [FiguredRuntime, Judgement])[]; readonly memory: VerdictMemory } {
  const changed = new Map<number, Trail>();
  const judgements = figured.map((one) => {
    const { rowId } = one.runtime;
    const before = memory.trails.get(rowId) ?? [];
    const judgement = judge(one.figures, before, newer.monotonicMs);
    if (judgement.trail !== before) changed.set(rowId, judgement.trail);
    return [one, judgement] as const;
  });
  const live = runtimes.map(({ rowId }) => rowId);
  return { judgements, memory: withTrails(memory, changed, live) };
}

/** The frame of one window alone: its verdicts remember nothing of what was before. */
export function compareWindow(
  header: SessionHeader,
  details: KnownDetails,
  window: readonly RawSample[],
  newer: RawSample,
): Frame {
  return judgeWindow(header, details, window, newer, NO_MEMORY).frame;
}

/** Lost cores of all runtimes, at most what the machine has idle: they could not all have them at once. */
function lostTogether(runtimes: readonly RuntimeFrame[], host: HostFrame): Reading {
  if (!host.idleCores.known) return absent(host.idleCores.reason);
  let sum = 0;
  for (const { lostCores } of runtimes) sum += lostCores.known ? lostCores.value : 0;
  return known(Math.min(sum, host.idleCores.value));
}

import type { GilFrame } from "../frame/frame.ts";
import type { WindowRuntime } from "../frame/window-rows.ts";
import type { RawGil, RawSample } from "../sample/raw-sample.ts";
import { absent, known, type Reading } from "../sample/reading.ts";
import { type Holdings, holdingsOf } from "./gil-holdings.ts";

/** Share of the samples in which one thread held a GIL, and in which it did so on a CPU. */
export interface HeldShare {
  readonly held: number;
  readonly running: number;
  /** Samples behind it: how often it was seen holding on a CPU. */
  readonly runningSamples: number;
}

/** What memory showed of one runtime's GILs over the window. */
export interface GilWindow {
  readonly frames: readonly GilFrame[];
  /** Share of the time the most contended GIL was held. */
  readonly heldRatio: Reading;
  readonly heldByThread: ReadonlyMap<number, HeldShare>;
  /** The same for each GIL alone. */
  readonly byInterpreter: readonly {
    readonly interpreterId: number;
    readonly heldByThread: ReadonlyMap<number, HeldShare>;
  }[];
  readonly samples: number;
  /** Where in Python they were held while others waited. */
  readonly holdings: Holdings;
  /** True when no GIL is in use: a free-threaded build with the GIL off. */
  readonly off: boolean;
}

/** Groups the GILs of a sample by the runtime they belong to. */
export function gilsByRuntime(sample: RawSample): ReadonlyMap<number, readonly RawGil[]> {
  const groups = new Map<number, RawGil[]>();
  for (const gil of sample.gils) {
    const group = groups.get(gil.processRowId);
    if (group === undefined) groups.set(gil.processRowId, [gil]);
    else group.push(gil);
  }
  return groups;
}

/** The GILs of one runtime when they were first read inside the window, and how many seconds before its end that was. */
export interface FirstRead {
  readonly gils: readonly RawGil[];
  readonly secondsBefore: number;
}

/**
 * Compares the GILs of one runtime with those of its baseline; null when none was read.
 * @param firstRead where the baseline has none: hand-overs are then counted from there on
 */
export function gilWindow(
  runtime: WindowRuntime,
  newer: readonly RawGil[] | undefined,
  older: readonly RawGil[] | undefined,
  firstRead: FirstRead | null = null,
): GilWindow | null {
  if (newer === undefined || newer.length === 0) return null;
  const frames: GilFrame[] = [];
  const heldByThread = new Map<number, HeldShare>();
  const byInterpreter: { interpreterId: number; heldByThread: ReadonlyMap<number, HeldShare> }[] = [];
  let heldRatio: Reading = absent("not-yet");
  let samples = 0;
  let off = true;
  const pairs = newer.map((gil) => {
    const before = older?.find((one) => one.interpreterId === gil.interpreterId && one.samples <= gil.samples);
    return { gil, before, count: gil.samples - (before?.samples ?? 0) };
  });
  const anyRead = pairs.some(({ count }) => count > 0);
  for (const { gil, before, count } of pairs) {
    // The interpreter ended: its counts stay as they were.
    if (anyRead && count <= 0) continue;
    samples = Math.max(samples, count);
    if (gil.enabled !== false) off = false;
    const ratio: Reading =
      gil.enabled === false
        ? known(0)
        : count > 0
          ? known(clampRatio((gil.heldSamples - (before?.heldSamples ?? 0)) / count))
          : absent("not-yet");
    if (ratio.known && (!heldRatio.known || ratio.value > heldRatio.value)) heldRatio = ratio;
    frames.push({
      interpreterId: gil.interpreterId,
      enabled: gil.enabled,
      heldRatio: ratio,
      heldStandardError: standardError(gil, before, count),
      switchesPerSecond: switchRate(runtime, gil, before, firstRead),
      intervalMs: gil.intervalMs > 0 ? known(gil.intervalMs) : absent("unsupported"),
    });
    const own = new Map<number, HeldShare>();
    byInterpreter.push({ interpreterId: gil.interpreterId, heldByThread: own });
    if (count > 0) {
      addHolders(own, gil, before, count);
      addHolders(heldByThread, gil, before, count);
    }
  }
  return { frames, heldRatio, heldByThread, byInterpreter, samples, holdings: holdingsOf(newer, older), off };
}

/** Hand-overs per second over the window, or over the part of it in which they were counted. */
function switchRate(
  runtime: WindowRuntime,
  gil: RawGil,
  before: RawGil | undefined,
  firstRead: FirstRead | null,
): Reading {
  if (Number.isNaN(gil.switches)) return absent("unsupported");
  const rate = (from: number, seconds: number): Reading => known(Math.max(0, gil.switches - from) / seconds);
  if (before !== undefined && runtime.windowSeconds > 0) return rate(before.switches, runtime.windowSeconds);
  const first = firstRead?.gils.find((one) => one.interpreterId === gil.interpreterId && one.samples <= gil.samples);
  return first !== undefined && firstRead !== null && firstRead.secondsBefore > 0
    ? rate(first.switches, firstRead.secondsBefore)
    : absent("not-yet");
}

function addHolders(into: Map<number, HeldShare>, gil: RawGil, before: RawGil | undefined, count: number): void {
  for (const holder of gil.heldByThread) {
    if (holder.threadRowId === 0) continue;
    const earlier = before?.heldByThread.find((one) => one.threadRowId === holder.threadRowId);
    const held = Math.max(0, holder.samples - (earlier?.samples ?? 0));
    const running = Math.min(held, Math.max(0, holder.runningSamples - (earlier?.runningSamples ?? 0)));
    const sum = into.get(holder.threadRowId);
    into.set(holder.threadRowId, {
      held: clampRatio(held / count + (sum?.held ?? 0)),
      running: clampRatio(running / count + (sum?.running ?? 0)),
      runningSamples: running + (sum?.runningSamples ?? 0),
    });
  }
}

/**
 * Standard error of the held ratio from the spread of batch means, since samples that follow one another are not independent; at least
 * what so many independent samples would leave open. Without that a few samples that happen to agree would claim to be exact.
 */
function standardError(gil: RawGil, before: RawGil | undefined, count: number): Reading {
  const batches = gil.batches - (before?.batches ?? 0);
  if (batches < 2 || count <= 0) return absent("not-yet");
  const sum = gil.batchSum - (before?.batchSum ?? 0);
  const squares = gil.batchSumOfSquares - (before?.batchSumOfSquares ?? 0);
  const variance = Math.max(0, (squares - (sum * sum) / batches) / (batches - 1));
  const held = gil.heldSamples - (before?.heldSamples ?? 0);
  // One sample of each kind is added, so that neither none nor all of them is taken for never or always.
  const ratio = (held + 1) / (count + 2);
  return known(Math.sqrt(Math.max(variance / batches, (ratio * (1 - ratio)) / count)));
}

function clampRatio(ratio: number): number {
  return Math.min(1, Math.max(0, ratio));
}

import { withinWindow } from "../advance.ts";
import { compareWindow, judgeWindow, rememberWindow } from "../frame/compare-window.ts";
import type { Frame } from "../frame/frame.ts";
import type { RuntimeSeries, Sparklines } from "../frame/view.ts";
import { type ProcessList, processList } from "../process/process-list.ts";
import type { RawSample, SessionHeader } from "../sample/raw-sample.ts";
import { threadName } from "../thread/thread-name.ts";
import { MEMORY_MS } from "../verdict/thresholds.ts";
import { NO_MEMORY, type VerdictMemory } from "../verdict/verdict-memory.ts";
import { DetailBook } from "./detail-book.ts";
import { type Endings, lastSights, MOST_ENDINGS, NO_ENDINGS } from "./endings.ts";
import { columnsOf, createEntry, digestOf, type HistoryEntry, objectBytes } from "./entry.ts";
import { EventLog, type TimeEvent } from "./events.ts";
import { runtimeSeries, sparklinesOf, thin, threadSparklinesOf } from "./series.ts";
import { spread, type TimeLine, timeLineOf } from "./time-line.ts";

/** How much is held, and how finely. */
export interface HistoryLimits {
  /** Every sample is held this long. */
  readonly fineSeconds: number;
  /** Older ones are thinned to one in so many seconds. */
  readonly coarseStepSeconds: number;
  /** Nothing older is held. */
  readonly keepSeconds: number;
  /** Bytes of samples; beyond, older ones are thinned further or dropped. */
  readonly maxBytes: number;
  /** At the byte limit: drop the oldest samples, or keep the whole span and hold fewer of them. */
  readonly whenFull: "drop-oldest" | "thin";
}

/** Of a live session: 1 s for two minutes, then 5 s to fifteen. */
export const LIVE_LIMITS: HistoryLimits = {
  fineSeconds: 120,
  coarseStepSeconds: 5,
  keepSeconds: 900,
  maxBytes: 24 * 2 ** 20,
  whenFull: "drop-oldest",
};

/** Of a file: everything in it, thinned only when it would not fit. */
export const FILE_LIMITS: HistoryLimits = {
  fineSeconds: Number.POSITIVE_INFINITY,
  coarseStepSeconds: 1,
  keepSeconds: Number.POSITIVE_INFINITY,
  maxBytes: 192 * 2 ** 20,
  whenFull: "thin",
};

/** Samples looked at for one frame; more than a window holds at the finest interval. */
const WINDOW_SAMPLES = 64;

/**
 * The samples of one session. Every counter in them is cumulative, so any range is the difference of two samples.
 * Bounded in bytes whatever the machine does.
 */
export class History {
  private readonly header: SessionHeader;
  private limits: HistoryLimits;
  private entries: HistoryEntry[] = [];
  private readonly columnUses = new Map<object, number>();
  private heldBytes = 0;
  private newestFrame: Frame | null = null;
  private readonly details = new DetailBook();
  private readonly frames = new Map<string, Frame>();
  private readonly log = new EventLog();
  /** Monotonic time up to which events were looked for. */
  private loggedMs = Number.NEGATIVE_INFINITY;
  private thinStepMs = 0;
  /** Of the range asked for last. */
  private endings: { readonly key: string; readonly found: Endings } | null = null;
  /** Entries from the oldest on whose memory was worked out. */
  private remembered = 0;

  constructor(header: SessionHeader, limits: HistoryLimits = LIVE_LIMITS) {
    this.header = header;
    this.limits = limits;
  }

  /** Wall time of the oldest sample held, epoch milliseconds; null before the first. */
  get firstWallMs(): number | null {
    return this.entries[0]?.sample.wallMs ?? null;
  }

  /** Wall time of the newest sample, epoch milliseconds; null before the first. */
  get lastWallMs(): number | null {
    return this.entries[this.entries.length - 1]?.sample.wallMs ?? null;
  }

  /** Holds samples so long from now on, seconds; older ones go with the next sample. */
  keepFor(keepSeconds: number): void {
    this.limits = { ...this.limits, keepSeconds };
  }

  /** Bytes of the columns held, with an estimate of the rest. */
  get bytes(): number {
    return this.heldBytes;
  }

  /** Number of samples held. */
  get length(): number {
    return this.entries.length;
  }

  /**
   * Adds a sample with its frame; with null, frames are computed when they are asked for.
   * Samples come in order of their monotonic time.
   * @param memory what verdicts remember after the sample, of one that was judged as it came
   */
  push(sample: RawSample, frame: Frame | null, memory: VerdictMemory | null = null): void {
    const previous = this.entries[this.entries.length - 1];
    const entry = createEntry(previous, sample, frame);
    entry.memory = memory;
    this.details.take(previous?.sample, entry.sample);
    this.entries.push(entry);
    this.hold(entry);
    this.newestFrame = frame;
    if (frame !== null) this.noteEvents(frame);
    this.bound();
    const oldest = this.entries[0]!.sample;
    this.log.forgetBefore(oldest.wallMs);
    this.details.forgetBefore(oldest.monotonicMs);
  }

  /** The newest frame, or null before the first. */
  latest(): Frame | null {
    const newest = this.entries.length - 1;
    if (this.newestFrame === null && newest >= 0) this.newestFrame = this.compute(newest);
    return this.newestFrame;
  }

  /** The frame of the newest sample at or before a time; before all of them, the oldest one's. Null when nothing is held. */
  frameAt(wallMs: number): Frame | null {
    const index = Math.max(0, this.indexAt(wallMs));
    const entry = this.entries[index];
    if (entry === undefined) return null;
    if (entry.sample.sequence === this.newestFrame?.sequence) return this.newestFrame;
    return this.cached(String(entry.sample.sequence), () => this.compute(index));
  }

  /**
   * One frame over a whole range of time: the samples at or before its ends compared, at least one step apart.
   * Null when fewer than two samples are held.
   */
  frameBetween(fromWallMs: number, toWallMs: number): Frame | null {
    if (this.entries.length < 2) return null;
    const samples = this.samplesBetween(fromWallMs, toWallMs);
    return this.cached(`${samples[0]!.sequence} ${samples.at(-1)!.sequence}`, () => this.compareRange(samples));
  }

  /** Runtimes that `frameBetween` of the same range has not, because they ended inside it. */
  endingsBetween(fromWallMs: number, toWallMs: number): Endings {
    if (this.entries.length < 2) return NO_ENDINGS;
    const samples = this.samplesBetween(fromWallMs, toWallMs);
    const key = `${samples[0]!.sequence} ${samples.at(-1)!.sequence}`;
    if (this.endings?.key !== key) this.endings = { key, found: this.findEndings(samples) };
    return this.endings.found;
  }

  private findEndings(samples: readonly RawSample[]): Endings {
    const sights = lastSights(samples, (rowId) => this.details.processes.get(rowId)?.python != null);
    return {
      endings: sights.slice(0, MOST_ENDINGS).map(({ index, rowIds }) => ({
        rowIds,
        frame: this.compareRange(samples.slice(0, index + 1)),
      })),
      leftOut: sights.slice(MOST_ENDINGS).reduce((sum, { rowIds }) => sum + rowIds.size, 0),
    };
  }

  /** The samples at the ends of a range and those between, at least two. */
  private samplesBetween(fromWallMs: number, toWallMs: number): readonly RawSample[] {
    const end = Math.max(1, this.indexAt(toWallMs));
    const start = Math.min(end - 1, Math.max(0, this.indexAt(fromWallMs)));
    return this.entries.slice(start, end + 1).map((entry) => entry.sample);
  }

  private compareRange(samples: readonly RawSample[]): Frame {
    const window = spread(samples.slice(0, -1), WINDOW_SAMPLES);
    return compareWindow(this.header, this.details, window, samples.at(-1)!);
  }

  /** All processes at a time (null: now), with what they used since another (null: over the window of a frame). Null when nothing is held. */
  processes(fromWallMs: number | null, toWallMs: number | null): ProcessList | null {
    const end = toWallMs === null ? this.entries.length - 1 : Math.max(0, this.indexAt(toWallMs));
    const newer = this.entries[end]?.sample;
    if (newer === undefined) return null;
    const before = this.entries.slice(0, end).map((entry) => entry.sample);
    const older = fromWallMs === null ? withinWindow(before, newer)[0] : before[Math.max(0, this.indexAt(fromWallMs))];
    return processList(this.header.host, this.details, older ?? null, newer);
  }

  /** The machine over all the time held, in at most about `points` steps, and events with an id above one. Null when nothing is held. */
  timeLine(points: number, eventsAfter = 0): TimeLine | null {
    return timeLineOf(spread(this.entries, points), this.header.host.onlineCpus, this.log.after(eventsAfter));
  }

  /**
   * Computes what `timeLine` needs of samples that came without a frame, `count` at a time, so that a long file holds nobody up.
   * True when something is left to do.
   */
  digestSome(points: number, count: number): boolean {
    let left = count;
    for (const entry of spread(this.entries, points)) {
      if (entry.sample.monotonicMs <= this.loggedMs) continue;
      if (left === 0) return true;
      left -= 1;
      const frame = compareWindow(...this.windowAt(this.entries.indexOf(entry)));
      entry.digest ??= digestOf(frame);
      this.noteEvents(frame);
    }
    return false;
  }

  /**
   * Works out what verdicts remember after each sample that came without a frame, `count` at a time from the oldest on: a seek then
   * computes one frame instead of replaying a minute. True when something is left to do.
   */
  rememberSome(count: number): boolean {
    const end = Math.min(this.remembered + count, this.entries.length);
    for (let index = this.remembered; index < end; index += 1) {
      const before = this.entries[index - 1]?.memory ?? NO_MEMORY;
      this.entries[index]!.memory ??= rememberWindow(...this.windowAt(index), before);
    }
    this.remembered = end;
    return end < this.entries.length;
  }

  /** Notes that the user marked a time; null when there are too many marks. */
  mark(wallMs: number): TimeEvent | null {
    return this.log.mark(wallMs);
  }

  /** One runtime over the last `seconds` before a time (null: now) in at most `points` steps; null when it did not live then. */
  series(
    rowId: number,
    untilWallMs: number | null,
    seconds: number,
    points: number,
    followedRowId: number | null = null,
  ): RuntimeSeries | null {
    const entries = thin(this.range(untilWallMs, seconds), seconds, points);
    for (const entry of entries)
      entry.digest ??= digestOf(compareWindow(...this.windowAt(this.entries.indexOf(entry))));
    return runtimeSeries(entries, rowId, (id) => threadName(this.details.threads.get(id)), followedRowId);
  }

  /** CPU of threads of one runtime over the last `seconds` before a time (null: now) in exactly `points` steps. */
  threadSparklines(
    processRowId: number,
    rowIds: readonly number[],
    untilWallMs: number | null,
    seconds: number,
    points: number,
  ): Sparklines {
    return threadSparklinesOf(this.range(untilWallMs, seconds), processRowId, rowIds, seconds, points);
  }

  /** CPU of several runtimes over the last `seconds` before a time (null: now) in exactly `points` steps. */
  sparklines(rowIds: readonly number[], untilWallMs: number | null, seconds: number, points: number): Sparklines {
    return sparklinesOf(this.range(untilWallMs, seconds), rowIds, seconds, points);
  }

  /** The samples held of a span of wall time; each detail known goes with the first of them that has its row. */
  samples(fromWallMs: number, toWallMs: number): readonly RawSample[] {
    const end = this.indexAt(toWallMs);
    const inside = this.entries
      .slice(0, end + 1)
      .map((entry) => entry.sample)
      .filter((sample) => sample.wallMs >= fromWallMs);
    return this.details.withDetails(inside);
  }

  /** Index of the newest entry at or before a time, -1 when all are later. Wall time may have jumped, so the newest wins. */
  private indexAt(wallMs: number): number {
    for (let index = this.entries.length - 1; index >= 0; index -= 1) {
      if (this.entries[index]!.sample.wallMs <= wallMs) return index;
    }
    return -1;
  }

  /** The frame of one entry, compared with the same samples and with the same memory as when it was live, where they are still held. */
  private compute(index: number): Frame {
    const entry = this.entries[index]!;
    const { frame, memory } = judgeWindow(...this.windowAt(index), entry.memory ?? this.memoryBefore(index));
    entry.memory ??= memory;
    return frame;
  }

  /** One entry and those that it is compared with, as what judges a window takes them. */
  private windowAt(index: number) {
    const newer = this.entries[index]!.sample;
    const older = this.entries.slice(Math.max(0, index - WINDOW_SAMPLES), index).map((entry) => entry.sample);
    return [this.header, this.details, withinWindow(older, newer), newer] as const;
  }

  /** What verdicts remembered before an entry: replayed from the nearest one that knows, or from a sample as old as memory reaches. */
  private memoryBefore(index: number): VerdictMemory {
    const borderMs = this.entries[index]!.sample.monotonicMs - MEMORY_MS;
    let memory = NO_MEMORY;
    let start = index;
    while (start > 0) {
      const before = this.entries[start - 1]!;
      if (before.memory !== null) {
        memory = before.memory;
        break;
      }
      start -= 1;
      if (before.sample.monotonicMs <= borderMs) break;
    }
    for (let at = start; at < index; at += 1) memory = rememberWindow(...this.windowAt(at), memory);
    return memory;
  }

  /** Keeps the last few frames asked for. */
  private cached(key: string, compute: () => Frame): Frame {
    const held = this.frames.get(key);
    if (held !== undefined) return held;
    const frame = compute();
    this.frames.set(key, frame);
    for (const oldest of this.frames.keys()) {
      if (this.frames.size <= 4) break;
      this.frames.delete(oldest);
    }
    return frame;
  }

  private noteEvents(frame: Frame): void {
    this.log.take(frame);
    this.loggedMs = frame.monotonicMs;
  }

  /** Entries of the last `seconds` before a time, with one more before them to start from. */
  private range(untilWallMs: number | null, seconds: number): readonly HistoryEntry[] {
    const end = untilWallMs === null ? this.entries.length - 1 : this.indexAt(untilWallMs);
    const last = this.entries[end];
    if (last === undefined) return [];
    const fromMs = last.sample.monotonicMs - seconds * 1000;
    let start = end;
    while (start > 0 && this.entries[start]!.sample.monotonicMs > fromMs) start -= 1;
    return this.entries.slice(start, end + 1);
  }

  private hold(entry: HistoryEntry): void {
    this.heldBytes += objectBytes(entry);
    for (const column of columnsOf(entry)) {
      const uses = this.columnUses.get(column) ?? 0;
      if (uses === 0) this.heldBytes += column.byteLength;
      this.columnUses.set(column, uses + 1);
    }
  }

  private release(entry: HistoryEntry): void {
    this.heldBytes -= objectBytes(entry);
    for (const column of columnsOf(entry)) {
      const uses = this.columnUses.get(column) ?? 0;
      if (uses > 1) this.columnUses.set(column, uses - 1);
      else {
        this.columnUses.delete(column);
        this.heldBytes -= column.byteLength;
      }
    }
  }

  private keep(wanted: (entry: HistoryEntry, index: number) => boolean): void {
    const kept: HistoryEntry[] = [];
    this.entries.forEach((entry, index) => {
      if (wanted(entry, index)) kept.push(entry);
      else this.release(entry);
    });
    this.remembered = 0;
    this.entries = kept;
  }

  /** Enforces the tiers, then the byte limit. */
  private bound(): void {
    const { fineSeconds, coarseStepSeconds, keepSeconds, maxBytes, whenFull } = this.limits;
    const newest = this.entries.length - 1;
    const nowMs = this.entries[newest]!.sample.monotonicMs;
    const first = this.entries[0]!.sample.monotonicMs;
    if (nowMs - first > fineSeconds * 1000) {
      this.keep((entry, index) => {
        const ms = entry.sample.monotonicMs;
        if (nowMs - ms > keepSeconds * 1000) return false;
        if (nowMs - ms <= fineSeconds * 1000) return true;
        return firstOfStep(this.entries, index, coarseStepSeconds * 1000);
      });
    }
    while (this.heldBytes > maxBytes && this.entries.length > 2) {
      if (whenFull === "drop-oldest") {
        const excess = Math.max(1, Math.floor(this.entries.length / 16));
        this.keep((_, index) => index >= excess);
        continue;
      }
      this.thinStepMs = Math.max(this.thinStepMs * 2, this.header.intervalMs, 1000);
      const last = this.entries.length - 1;
      this.keep((_, index) => index === last || firstOfStep(this.entries, index, this.thinStepMs));
    }
  }
}

/** Whether an entry is the first of its step on a grid of absolute time. */
function firstOfStep(entries: readonly HistoryEntry[], index: number, stepMs: number): boolean {
  const before = entries[index - 1];
  if (before === undefined) return true;
  return Math.floor(before.sample.monotonicMs / stepMs) !== Math.floor(entries[index]!.sample.monotonicMs / stepMs);
}

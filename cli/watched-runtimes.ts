import type { Frame, RuntimeFrame } from "../core/frame/frame.ts";
import type { WatchedReport } from "../core/report/diagnose-schema.ts";
import type { RawSample } from "../core/sample/raw-sample.ts";
import type { VerdictId } from "../core/verdict/verdict.ts";
import { Descendants } from "./descendants.ts";

/** What was found of a command: the frame that shows its main verdict best. */
export interface Judgement {
  readonly frame: Frame;
  readonly runtime: RuntimeFrame;
  readonly watched: WatchedReport;
}

interface Seen {
  cpuSeconds: number;
  /** Seconds each verdict held, and the frame that shows it with the most confidence. */
  readonly verdicts: Map<VerdictId, { seconds: number; frame: Frame; runtime: RuntimeFrame }>;
}

/** Follows the runtimes that a started command is or has started, frame by frame, in bounded memory. */
export class WatchedRuntimes {
  private readonly failOn: readonly VerdictId[];
  /** The command's process and its descendants. */
  private readonly descendants: Descendants;
  private readonly seen = new Map<number, Seen>();
  private lastMonotonicMs: number | null = null;
  private watchedSeconds = 0;
  private samplesTaken = 0;
  /** Seconds in which any of its runtimes had one of the verdicts to fail on. */
  private failedSeconds = 0;

  constructor(rootPid: number, failOn: readonly VerdictId[]) {
    this.descendants = new Descendants([rootPid]);
    this.failOn = failOn;
  }

  /** Seconds watched since the command was first seen. */
  get seconds(): number {
    return this.watchedSeconds;
  }

  /** Samples taken in, whether the command's runtimes were in them or not. */
  get samples(): number {
    return this.samplesTaken;
  }

  /** Takes in a sample and its frame. */
  take(sample: RawSample, frame: Frame): void {
    this.samplesTaken += 1;
    this.descendants.follow(sample);
    const seconds = this.lastMonotonicMs === null ? 0 : (frame.monotonicMs - this.lastMonotonicMs) / 1000;
    this.lastMonotonicMs = frame.monotonicMs;
    const runtimes = frame.runtimes.filter((runtime) => this.descendants.rowIds.has(runtime.rowId));
    if (runtimes.length === 0) return;
    this.watchedSeconds += seconds;
    if (runtimes.some((runtime) => this.failOn.includes(runtime.verdict.id))) this.failedSeconds += seconds;
    for (const runtime of runtimes) this.note(runtime, frame, seconds);
  }

  /** Whether a verdict to fail on held for at least half of the time watched. */
  get failed(): boolean {
    return this.failedSeconds > 0 && this.failedSeconds >= this.watchedSeconds / 2;
  }

  /** Row id of the runtime that used the most CPU; null before the first. */
  busiestRowId(): number | null {
    let best: number | null = null;
    let most = -1;
    for (const [rowId, { cpuSeconds }] of this.seen) {
      if (cpuSeconds > most) {
        most = cpuSeconds;
        best = rowId;
      }
    }
    return best;
  }

  /** The busiest runtime with the verdict that held longest; null when no runtime was seen. */
  judgement(): Judgement | null {
    const rowId = this.busiestRowId();
    const seen = rowId === null ? undefined : this.seen.get(rowId);
    if (seen === undefined) return null;
    const ranked = [...seen.verdicts].sort(
      ([idA, a], [idB, b]) => Number(idA === "undetermined") - Number(idB === "undetermined") || b.seconds - a.seconds,
    );
    const best = ranked[0]?.[1];
    if (best === undefined) return null;
    const verdictSeconds = Object.fromEntries(ranked.map(([id, { seconds }]) => [id, rounded(seconds)]));
    return {
      frame: best.frame,
      runtime: best.runtime,
      watched: { seconds: rounded(this.watchedSeconds), verdictSeconds },
    };
  }

  private note(runtime: RuntimeFrame, frame: Frame, seconds: number): void {
    let seen = this.seen.get(runtime.rowId);
    if (seen === undefined) {
      if (this.seen.size >= MOST_RUNTIMES) this.dropLeast();
      seen = { cpuSeconds: 0, verdicts: new Map() };
      this.seen.set(runtime.rowId, seen);
    }
    seen.cpuSeconds += seconds * (runtime.cpuCores.known ? runtime.cpuCores.value : 0);
    const { id, confidence } = runtime.verdict;
    const held = seen.verdicts.get(id);
    const better = held === undefined || confidence >= held.runtime.verdict.confidence;
    seen.verdicts.set(id, {
      seconds: (held?.seconds ?? 0) + seconds,
      frame: better ? frame : held.frame,
      runtime: better ? runtime : held.runtime,
    });
  }

  private dropLeast(): void {
    let least = Number.POSITIVE_INFINITY;
    let rowId: number | null = null;
    for (const [id, { cpuSeconds }] of this.seen) {
      if (cpuSeconds < least) {
        least = cpuSeconds;
        rowId = id;
      }
    }
    if (rowId !== null) this.seen.delete(rowId);
  }
}

/** Runtimes remembered; a test run may start thousands. */
const MOST_RUNTIMES = 64;

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

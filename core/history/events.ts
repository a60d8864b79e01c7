import type { Frame, RuntimeFrame } from "../frame/frame.ts";
import { THROTTLED } from "../verdict/thresholds.ts";
import type { VerdictId } from "../verdict/verdict.ts";

/** Which program an event is about. */
interface EventOwner {
  readonly rowId: number;
  readonly pid: number;
  readonly name: string;
}

/** Something that happened, for the time line. Times are epoch milliseconds; ids ascend and are used once in a session. */
export type TimeEvent = { readonly id: number; readonly wallMs: number } & (
  | ({ readonly kind: "started" | "ended" } & EventOwner)
  | ({ readonly kind: "verdict"; readonly from: VerdictId; readonly to: VerdictId } & EventOwner)
  /** A CPU quota began to hold its group back. Named after the first runtime in it. */
  | ({ readonly kind: "throttled" } & EventOwner)
  /** Set by the user; numbered from 1. */
  | { readonly kind: "mark"; readonly number: number }
);

type NewEvent = TimeEvent extends infer One ? (One extends TimeEvent ? Omit<One, "id"> : never) : never;

/** A verdict counts once it has held so long: shorter than the window it is of, it says nothing new. */
const HOLD_MS = 5000;
/** Throttling after so long without is told again. */
const THROTTLE_REST_MS = 10_000;
/** Events held at most; the oldest go first. */
const MOST_EVENTS = 1000;
const MOST_MARKS = 200;

interface Known {
  readonly owner: EventOwner;
  /** The last verdict that held; null before the first. */
  held: VerdictId | null;
  candidate: VerdictId;
  candidateSinceMs: number;
}

/** `idle` and `io-bound` lie a hair apart for a program that does little: going to and fro between them is no event. */
const classOf = (verdict: VerdictId): VerdictId => (verdict === "idle" ? "io-bound" : verdict);

/** Finds events in frames as they come, in order of time. Bounded. */
export class EventLog {
  private events: TimeEvent[] = [];
  private readonly known = new Map<number, Known>();
  private readonly throttledAtMs = new Map<string, number>();
  private lastWallMs: number | null = null;
  private nextId = 1;
  private marks = 0;

  /** Compares a frame with those before it. */
  take(frame: Frame): void {
    const live = new Set<number>();
    for (const runtime of frame.runtimes) {
      live.add(runtime.rowId);
      this.takeRuntime(runtime, frame.wallMs);
    }
    for (const [rowId, { owner }] of this.known) {
      if (live.has(rowId)) continue;
      this.known.delete(rowId);
      this.add({ kind: "ended", wallMs: frame.wallMs, ...owner });
    }
    this.lastWallMs = frame.wallMs;
  }

  /** Notes that the user marked a time. Null when there are too many marks. */
  mark(wallMs: number): TimeEvent | null {
    if (this.marks >= MOST_MARKS) return null;
    this.marks += 1;
    return this.add({ kind: "mark", wallMs, number: this.marks });
  }

  /** Events with an id above one, oldest first. */
  after(id: number): readonly TimeEvent[] {
    return this.events.filter((event) => event.id > id).sort((a, b) => a.wallMs - b.wallMs || a.id - b.id);
  }

  /** Drops what is older. */
  forgetBefore(wallMs: number): void {
    if (this.events.some((event) => event.wallMs < wallMs)) {
      this.events = this.events.filter((event) => event.wallMs >= wallMs);
    }
  }

  private takeRuntime(runtime: RuntimeFrame, wallMs: number): void {
    const { rowId, pid, name, startedWallMs, limit, verdict } = runtime;
    const owner = { rowId, pid, name };
    const throttled = limit?.throttledRatio ?? 0;
    if (limit !== null && limit.cgroupPath !== null && throttled > THROTTLED) {
      const before = this.throttledAtMs.get(limit.cgroupPath);
      this.throttledAtMs.set(limit.cgroupPath, wallMs);
      if (before === undefined || wallMs - before > THROTTLE_REST_MS) this.add({ kind: "throttled", wallMs, ...owner });
    }
    const known = this.known.get(rowId);
    if (known === undefined) {
      this.known.set(rowId, { owner, held: null, candidate: verdict.id, candidateSinceMs: wallMs });
      // What ran before somebody looked did not start now, nor did a runtime that was recognised late.
      if (this.lastWallMs !== null && startedWallMs > this.lastWallMs - HOLD_MS) {
        this.add({ kind: "started", wallMs: Math.min(startedWallMs, wallMs), ...owner });
      }
      return;
    }
    if (verdict.id === "undetermined") return;
    if (classOf(verdict.id) !== classOf(known.candidate)) {
      known.candidate = verdict.id;
      known.candidateSinceMs = wallMs;
    }
    if (known.held !== null && classOf(known.candidate) === classOf(known.held)) return;
    if (wallMs - known.candidateSinceMs < HOLD_MS) return;
    const from = known.held;
    known.held = known.candidate;
    if (from === null) return;
    this.add({ kind: "verdict", wallMs: known.candidateSinceMs, from, to: known.candidate, ...owner });
  }

  private add(event: NewEvent): TimeEvent {
    const added = { id: this.nextId, ...event } as TimeEvent;
    this.nextId += 1;
    this.events.push(added);
    if (this.events.length > MOST_EVENTS) this.events.splice(0, this.events.length - MOST_EVENTS);
    return added;
  }
}

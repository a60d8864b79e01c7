import type { TimeEvent } from "../../core/history/events.ts";
import type { TimeLine } from "../../core/history/time-line.ts";
import type { SourceId, TimeRange, Transport } from "../../core/page/protocol.ts";
import type { DiffReport } from "../../core/report/diff-report.ts";
import type { Beat } from "../page/beat.ts";
import type { PageState } from "../page/page-state.ts";
import { createStore, type Store } from "../page/store.ts";
import type { Surroundings } from "../page/surroundings.ts";
import { type Span, spanOnScreen, wholeSpan, within, zoomed } from "./time-scale.ts";

/** How long a live time line stays, milliseconds, where it is long; a short one moves with every beat. */
const LONG_LINE_MS = 5000;
const SHORT_SPAN_MS = 120_000;
/** Steps of the line asked for; more than a screen has pixels would be lost. */
const POINTS = 720;

/** A range of one source. */
export interface Place extends TimeRange {
  readonly source: SourceId;
  /** Null for this machine. */
  readonly fileName: string | null;
}

/** Two ranges side by side. */
export interface Comparison {
  /** The range held fast; the other one can still be changed. */
  readonly pinned: Place;
  readonly before: Place;
  /** Null: the user is asked to choose it. */
  readonly after: Place | null;
  /** Null while it is worked out, and `nothing` where one of the ranges holds too little. */
  readonly report: DiffReport | "nothing" | null;
}

/** What the time line shows. */
export interface TimeState {
  readonly line: TimeLine | null;
  readonly events: readonly TimeEvent[];
  /** Stretch on screen; null: all of it. */
  readonly zoom: Span | null;
  readonly comparison: Comparison | null;
}

/** The time line and what can be done with it. */
export interface TimeControl {
  readonly store: Store<TimeState>;
  /** The stretch of time on screen; null before the first sample. */
  span(): Span | null;
  /** Everything that can be shown. */
  whole(): Span | null;
  zoom(factor: number, aroundMs: number): void;
  /** Moves the stretch on screen; positive is later. */
  pan(milliseconds: number): void;
  zoomTo(range: TimeRange | null): void;
  /** Puts a mark at the time shown. */
  mark(): Promise<void>;
  /** Holds the range on screen fast and asks for another to compare it with. */
  beginComparison(): void;
  /** Compares what was held fast, or the range on screen, with as much time before it. */
  compareWithBefore(): void;
  /** Compares what was held fast with everything of the source on screen. */
  compareWithAll(): void;
  endComparison(): void;
  /** Tells of a new range on screen. */
  ranged(range: TimeRange | null): void;
  /** Asks at once: another source, or its first sample. */
  refresh(): void;
  clear(): void;
  start(): () => void;
}

/** What the control needs of the page. */
interface TimeHost {
  readonly transport: Transport;
  readonly store: Store<PageState>;
  readonly around: Surroundings;
  readonly beat: Beat;
  readonly say: (kind: "done" | "failed", text: string) => void;
}

/** Makes the control; it asks for the line while somebody looks at a live source. */
export function createTimeControl({ transport, store: page, around, beat, say }: TimeHost): TimeControl {
  const store = createStore<TimeState>({ line: null, events: [], zoom: null, comparison: null });
  /** Counts sources, so that a late answer about the last one is not taken for this one. */
  let era = 0;
  let out = false;
  let askedMs = Number.NEGATIVE_INFINITY;
  let comparisons = 0;

  const ask = async () => {
    if (out) return;
    out = true;
    const asked = era;
    askedMs = around.now();
    const { source } = page.get();
    const { events } = store.get();
    const eventsAfter = events.reduce((newest, { id }) => Math.max(newest, id), 0);
    try {
      const line = await transport.request("timeLine", { source, points: POINTS, eventsAfter });
      beat.show(() => {
        if (asked !== era || line === null) return;
        const { events: held } = store.get();
        const kept = held.filter(({ wallMs }) => wallMs >= line.firstWallMs);
        const same = kept.length === held.length && line.events.length === 0;
        store.set({ line, events: same ? held : [...kept, ...line.events].sort((a, b) => a.wallMs - b.wallMs) });
      });
    } catch {
      // The pull loop notices a lost connection and says so; the line comes back with it.
    } finally {
      out = false;
      if (asked !== era) void ask();
    }
  };

  const whole = () => {
    const { line } = store.get();
    return line && wholeSpan(line.firstWallMs, line.lastWallMs, page.get().file === null);
  };

  const span = () => {
    const { line, zoom } = store.get();
    return line && spanOnScreen(line, zoom, page.get().file === null);
  };

  const show = (wanted: Span | null) => {
    const all = whole();
    if (all === null) return;
    const zoom = wanted && within(wanted, all);
    const everything = zoom === null || zoom.toMs - zoom.fromMs >= (all.toMs - all.fromMs) * 0.999;
    store.set({ zoom: everything ? null : zoom });
  };

  const here = (): Place | null => {
    const { range, source, file } = page.get();
    return range && { ...range, source, fileName: file?.fileName ?? null };
  };

  const everything = (): Place | null => {
    const { line } = store.get();
    const { source, file } = page.get();
    if (line === null) return null;
    return { source, fileName: file?.fileName ?? null, fromWallMs: line.firstWallMs, toWallMs: line.lastWallMs };
  };

  /** Compares the range held fast with another. */
  const compare = async (pinned: Place, other: Place) => {
    // The earlier one comes first; of two sources the one chosen first.
    const swap = pinned.source === other.source && other.fromWallMs < pinned.fromWallMs;
    const [before, after] = swap ? [other, pinned] : [pinned, other];
    comparisons += 1;
    const asked = comparisons;
    store.set({ comparison: { pinned, before, after, report: null } });
    const plain = ({ source, fromWallMs, toWallMs }: Place) => ({ source, fromWallMs, toWallMs });
    try {
      const report = await transport.request("compareRanges", { before: plain(before), after: plain(after) });
      if (asked === comparisons && store.get().comparison) {
        store.set({ comparison: { pinned, before, after, report: report ?? "nothing" } });
      }
    } catch (error) {
      if (asked !== comparisons) return;
      store.set({ comparison: null });
      say("failed", `These could not be compared: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  return {
    store,
    span,
    whole,
    zoom(factor, aroundMs) {
      const now = span();
      if (now) show(zoomed(now, factor, aroundMs));
    },
    pan(milliseconds) {
      const now = span();
      if (now) show({ fromMs: now.fromMs + milliseconds, toMs: now.toMs + milliseconds });
    },
    zoomTo(range) {
      const room = range ? (range.toWallMs - range.fromWallMs) * 0.08 : 0;
      show(range && { fromMs: range.fromWallMs - room, toMs: range.toWallMs + room });
    },
    async mark() {
      const { source, view, range } = page.get();
      if (!view) return;
      try {
        const event = await transport.request("mark", { source, wallMs: range?.fromWallMs ?? view.wallMs });
        if (event?.kind === "mark") say("done", `Mark ${event.number} set.`);
        else say("failed", "There are too many marks already.");
        await ask();
      } catch (error) {
        say("failed", `The mark could not be set: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
    beginComparison() {
      const pinned = here() ?? everything();
      if (pinned) store.set({ comparison: { pinned, before: pinned, after: null, report: null } });
    },
    compareWithAll() {
      const { comparison } = store.get();
      const after = everything();
      if (comparison && after) void compare(comparison.pinned, after);
    },
    compareWithBefore() {
      const pinned = store.get().comparison?.pinned ?? here();
      if (!pinned) return;
      const { fromWallMs, toWallMs } = pinned;
      void compare(pinned, { ...pinned, fromWallMs: 2 * fromWallMs - toWallMs, toWallMs: fromWallMs });
    },
    endComparison() {
      comparisons += 1;
      store.set({ comparison: null });
    },
    ranged(range) {
      const { comparison } = store.get();
      const place = here();
      if (!comparison || !range || !place) return;
      const { pinned } = comparison;
      const same = place.source === pinned.source && place.fromWallMs === pinned.fromWallMs;
      if (!(same && place.toWallMs === pinned.toWallMs)) void compare(pinned, place);
    },
    refresh: () => void ask(),
    clear() {
      era += 1;
      store.set({ line: null, events: [], zoom: null });
    },
    start: () =>
      beat.onBeat(async () => {
        const now = span();
        const short = now === null || now.toMs - now.fromMs <= SHORT_SPAN_MS;
        if (short || around.now() - askedMs >= LONG_LINE_MS) await ask();
      }),
  };
}

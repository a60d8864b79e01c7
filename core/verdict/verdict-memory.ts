import { KEEP_RATIO, MEMORY_MS, MEMORY_STEP_MS } from "./thresholds.ts";
import type { VerdictId } from "./verdict.ts";

/** What the border lines said of one runtime from one moment on. */
export interface Leaning {
  /** Monotonic milliseconds of the first sample that said so. */
  readonly atMs: number;
  /** Length of the window it is of, milliseconds. */
  readonly windowMs: number;
  /** The verdict of the plain border lines. */
  readonly id: VerdictId;
  /** Verdicts that, if they held then, would have gone on: their lines are moved a little in their favour. */
  readonly kept: readonly VerdictId[];
}

/** What was said of one runtime, oldest first; an entry only where something changed. */
export type Trail = readonly Leaning[];

/**
 * What verdicts remember, by row id of the runtime. It is never changed, only replaced, and the same object while nothing changes.
 * Which verdict holds depends on what was said in the last 60 s and on nothing before: replayed from any sample at least that old,
 * it is the same.
 */
export interface VerdictMemory {
  readonly trails: ReadonlyMap<number, Trail>;
}

/** Nothing is remembered. */
export const NO_MEMORY: VerdictMemory = { trails: new Map() };

/** The verdict that holds, and since when. */
export interface Holding {
  readonly id: VerdictId;
  /** Monotonic milliseconds; null while it is undetermined. */
  readonly onsetMs: number | null;
  /** True: it may have held before, because nothing earlier was seen or is remembered. */
  readonly earlier: boolean;
  /** What held before it; null where nothing else did, as far as is remembered. */
  readonly before: VerdictId | null;
}

/** The verdicts that may hold by now, other than the one said now. */
export function othersRemembered(trail: Trail, id: VerdictId): readonly VerdictId[] {
  const others: VerdictId[] = [];
  for (const leaning of trail) {
    if (leaning.id !== id && leaning.id !== "undetermined" && !others.includes(leaning.id)) others.push(leaning.id);
  }
  return others;
}

/** Adds what is said now; the same trail where nothing changed. What is said of a window that grew stands on more. */
export function remember(trail: Trail, leaning: Leaning): Trail {
  const last = trail[trail.length - 1];
  const same = last !== undefined && last.id === leaning.id && sameIds(last.kept, leaning.kept);
  if (same && isLongEnough(last.windowMs, leaning.windowMs)) return trail;
  return [...trail.slice(firstWithin(trail, leaning.atMs - MEMORY_MS)), leaning];
}

/** Which verdict holds, by what was said up to now. */
export function holdingNow(trail: Trail, nowMs: number): Holding {
  const borderMs = nowMs - MEMORY_MS;
  const anchorMs = (Math.floor(nowMs / MEMORY_STEP_MS) - 1) * MEMORY_STEP_MS;
  const start = firstWithin(trail, anchorMs);
  let id = trail[start]?.id ?? "undetermined";
  let since = start;
  let before: VerdictId | null = null;
  let saidOfMs = trail[start]?.windowMs ?? 0;
  for (let index = start + 1; index < trail.length; index += 1) {
    const leaning = trail[index] as Leaning;
    const keeps = leaning.kept.includes(id) && isLongEnough(saidOfMs, leaning.windowMs);
    if (leaning.id !== id && keeps) continue;
    saidOfMs = leaning.windowMs;
    if (leaning.id === id) continue;
    before = id;
    id = leaning.id;
    since = index;
  }
  if (id === "undetermined") return { id, onsetMs: null, earlier: false, before };
  const oldest = firstWithin(trail, borderMs);
  if (since === start) while (since > oldest && trail[since - 1]?.id === id) since -= 1;
  const { atMs, windowMs } = trail[since] as Leaning;
  if (atMs <= borderMs) return { id, onsetMs: borderMs, earlier: true, before: null };
  for (let index = oldest; index < since; index += 1) {
    if (trail[index]?.id !== "undetermined") return { id, onsetMs: atMs, earlier: false, before };
  }
  // Nothing else was seen before: it holds for all of its first window.
  return { id, onsetMs: Math.max(borderMs, atMs - windowMs), earlier: true, before };
}

/** The memory with the trails that changed; rows that are gone are forgotten when there are many. */
export function withTrails(
  memory: VerdictMemory,
  changed: ReadonlyMap<number, Trail>,
  live: readonly number[],
): VerdictMemory {
  const crowded = memory.trails.size > 2 * live.length + 64;
  if (changed.size === 0 && !crowded) return memory;
  const trails = new Map<number, Trail>();
  if (crowded) {
    for (const rowId of live) {
      const trail = memory.trails.get(rowId);
      if (trail !== undefined) trails.set(rowId, trail);
    }
  } else {
    for (const [rowId, trail] of memory.trails) trails.set(rowId, trail);
  }
  for (const [rowId, trail] of changed) trails.set(rowId, trail);
  return { trails };
}

/** Whether what was said of one window holds against another: not when that one shows much more, as while a program begins. */
function isLongEnough(saidOfMs: number, windowMs: number): boolean {
  return saidOfMs >= KEEP_RATIO * windowMs;
}

/** Index of the entry that was in force at a time; the first one where all began later. */
function firstWithin(trail: Trail, atMs: number): number {
  let first = 0;
  for (let index = 1; index < trail.length; index += 1) {
    if ((trail[index] as Leaning).atMs <= atMs) first = index;
  }
  return first;
}

function sameIds(a: readonly VerdictId[], b: readonly VerdictId[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}

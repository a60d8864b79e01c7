import type { Frame, RuntimeFrame } from "../frame/frame.ts";
import type { VerdictId } from "../verdict/verdict.ts";

/** What somebody wants to be told. */
export interface NoticeWish {
  readonly on: boolean;
  /** How long a verdict must have held, seconds. */
  readonly seconds: number;
  readonly verdicts: readonly VerdictId[];
}

/** Row ids and verdicts that were told already, as long as they hold. */
export type Told = ReadonlyMap<number, VerdictId>;

/** What to tell now, and what will have been told then. */
export interface Notices {
  readonly due: readonly RuntimeFrame[];
  readonly told: Told;
}

/** Finds the runtimes whose verdict has held for as long as is wished and was not told yet. A verdict that ends and comes back is told again. */
export function noticesOf(frame: Frame, wish: NoticeWish, told: Told): Notices {
  if (!wish.on) return { due: [], told: new Map() };
  const due: RuntimeFrame[] = [];
  const next = new Map<number, VerdictId>();
  for (const runtime of frame.runtimes) {
    const { id } = runtime.verdict;
    if (!wish.verdicts.includes(id) || runtime.onsetWallMs === null) continue;
    const known = told.get(runtime.rowId) === id;
    if (!known && frame.wallMs - runtime.onsetWallMs < wish.seconds * 1000) continue;
    if (!known) due.push(runtime);
    next.set(runtime.rowId, id);
  }
  return { due, told: next };
}

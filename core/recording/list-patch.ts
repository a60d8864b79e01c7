import type { z } from "zod";

/** A list of small things against the one before: its length, and the items that differ, with their places. */
export interface ListPatch {
  readonly n: number;
  readonly c: readonly (readonly [number, unknown])[];
}

/** Keeps what was written of one list, to write only what changed. */
export class ListWriter {
  private written: readonly string[] | null = null;

  /** What changed, or undefined when nothing did. `whole` writes all of it. */
  write(items: readonly unknown[], whole: boolean): ListPatch | undefined {
    const before = whole ? null : this.written;
    const texts = items.map((item) => JSON.stringify(item));
    this.written = texts;
    const changed = items.flatMap((item, index): [number, unknown][] =>
      texts[index] === before?.[index] ? [] : [[index, item]],
    );
    if (before !== null && changed.length === 0 && before.length === items.length) return undefined;
    return { n: items.length, c: changed };
  }
}

/** A patch as a line holds it, its items not checked yet. */
export interface ListPatchLine {
  readonly n: number;
  readonly c: readonly (readonly [number, unknown])[];
}

/** The list that a patch leads to; null when it does not fit or an item is not what it should be. Items that did not change stay the same. */
export function applyList<Item>(
  schema: z.ZodType<Item>,
  before: readonly Item[] | null,
  patch: ListPatchLine | undefined,
): readonly Item[] | null {
  if (patch === undefined) return before;
  const items: (Item | undefined)[] = (before ?? []).slice(0, patch.n);
  // A file may not claim more items than it holds.
  if (patch.n > items.length + patch.c.length) return null;
  for (const [index, value] of patch.c) {
    const item = schema.safeParse(value);
    if (index >= patch.n || !item.success) return null;
    items[index] = item.data;
  }
  const full = Array.from({ length: patch.n }, (_, index) => items[index]);
  return full.every((item): item is Item => item !== undefined) ? full : null;
}

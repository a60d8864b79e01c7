import type { ThreadDetail } from "../core/sample/raw-sample.ts";
import type { ThreadNameReport } from "./linux/futex-probe.ts";

/** Puts the names that the probe reads from memory to the details that the tables hand over, whichever comes first. */
export class ThreadNameBook {
  readonly #details = new Map<number, ThreadDetail>();
  readonly #names = new Map<number, string>();
  readonly #changed = new Set<number>();

  /** Notes names that are new or changed. */
  learn(names: readonly ThreadNameReport[]): void {
    for (const { threadRowId, name } of names) {
      this.#names.set(threadRowId, name);
      this.#changed.add(threadRowId);
    }
  }

  /**
   * The details of one sample with names, and those whose name alone is new. Threads that are not among `liveRowIds` are forgotten.
   */
  complete(details: readonly ThreadDetail[], liveRowIds: Uint32Array): readonly ThreadDetail[] {
    for (const detail of details) {
      this.#details.set(detail.rowId, detail);
      this.#changed.add(detail.rowId);
    }
    if (this.#details.size > liveRowIds.length) this.#forget(liveRowIds);
    const completed: ThreadDetail[] = [];
    for (const rowId of this.#changed) {
      const detail = this.#details.get(rowId);
      const name = this.#names.get(rowId);
      if (detail !== undefined) completed.push(name === undefined ? detail : { ...detail, pythonName: name });
    }
    this.#changed.clear();
    return completed;
  }

  #forget(liveRowIds: Uint32Array): void {
    const live = new Set(liveRowIds);
    for (const rowId of this.#details.keys()) if (!live.has(rowId)) this.#details.delete(rowId);
    for (const rowId of this.#names.keys()) if (!live.has(rowId)) this.#names.delete(rowId);
  }
}

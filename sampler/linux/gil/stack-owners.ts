import { readFileSync } from "node:fs";
import { type Mapping, mappingAt, parseMaps } from "../maps.ts";
import { readWord, type TargetMemory } from "./memory.ts";
import type { ThreadLayout } from "./offsets.ts";

interface StackRange {
  readonly start: number;
  readonly end: number;
  readonly tid: number;
}

/**
 * Whose stack an address lies on. Before 3.13 a thread state of a sub-interpreter keeps the ids of the thread that created it, also
 * while another thread runs it (PyThreadState_Swap does not bind anew); in 3.11 and 3.12 `tstate->cframe` points into the stack of
 * the thread that really runs it.
 */
export class StackOwners {
  readonly #owners: readonly StackRange[];

  private constructor(owners: readonly StackRange[]) {
    this.#owners = owners;
  }

  /**
   * From the thread states whose ids are right: glibc puts `struct pthread`, which is what `thread_id` points to, at the upper end of
   * the thread's own stack. The first thread's stack is `[stack]`. Empty when maps can't be read.
   */
  static read(
    procRoot: string,
    pid: number,
    memory: TargetMemory,
    layout: Pick<ThreadLayout, "threadId">,
    threads: readonly { readonly threadState: number; readonly tid: number }[],
  ): StackOwners {
    let mappings: readonly Mapping[];
    try {
      mappings = parseMaps(readFileSync(`${procRoot}/${pid}/maps`, "latin1"));
    } catch {
      return new StackOwners([]);
    }
    const owners: StackRange[] = [];
    for (const mapping of mappings)
      if (mapping.path === "[stack]") owners.push({ start: mapping.start, end: mapping.end, tid: pid });
    for (const { threadState, tid } of threads) {
      const pthread = tid === pid ? null : readWord(memory, threadState + layout.threadId);
      const mapping = pthread === null ? null : mappingAt(mappings, pthread);
      if (mapping !== null && mapping.inode === 0 && mapping.writable)
        owners.push({ start: mapping.start, end: mapping.end, tid });
    }
    return new StackOwners(owners);
  }

  /** Thread whose stack holds the address; null when that is not known. */
  of(address: number): number | null {
    return this.#owners.find(({ start, end }) => address >= start && address < end)?.tid ?? null;
  }
}

import type { RawSample } from "../core/sample/raw-sample.ts";

/** Follows processes and what they start, sample by sample; one whose parent has ended since still counts. */
export class Descendants {
  private readonly rootPids: readonly number[];
  private readonly live = new Set<number>();

  constructor(rootPids: readonly number[]) {
    this.rootPids = rootPids;
  }

  /** Row ids of those in the newest sample. */
  get rowIds(): ReadonlySet<number> {
    return this.live;
  }

  /** Takes in a sample. A root's pid is believed until its process has ended. */
  follow({ processes }: RawSample): void {
    const rowOfPid = new Map<number, number>();
    for (let row = 0; row < processes.length; row += 1) rowOfPid.set(processes.pid[row]!, row);
    for (const pid of this.rootPids) {
      const row = rowOfPid.get(pid);
      if (row !== undefined) this.live.add(processes.rowId[row]!);
    }
    // Children come after their parents in time but not always in the table: repeat until nothing is added.
    for (let added = true; added; ) {
      added = false;
      for (let row = 0; row < processes.length; row += 1) {
        const rowId = processes.rowId[row]!;
        if (this.live.has(rowId)) continue;
        const parentRow = rowOfPid.get(processes.parentPid[row]!);
        if (parentRow !== undefined && this.live.has(processes.rowId[parentRow]!)) {
          this.live.add(rowId);
          added = true;
        }
      }
    }
    const present = new Set(processes.rowId);
    for (const rowId of this.live) if (!present.has(rowId)) this.live.delete(rowId);
  }
}

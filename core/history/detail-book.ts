import type { KnownDetails } from "../sample/known-details.ts";
import type { ProcessDetail, RawSample, ThreadDetail } from "../sample/raw-sample.ts";

/** Details of ended rows kept at most, however many end. */
const MAX_GONE = 20_000;

/** A row that is gone, and the time of the last sample that held it. */
interface GoneRow {
  readonly kind: "process" | "thread";
  readonly rowId: number;
  readonly monotonicMs: number;
}

/** Details of all rows that samples held speak of, those of ended ones included. */
export class DetailBook implements KnownDetails {
  readonly processes = new Map<number, ProcessDetail>();
  readonly threads = new Map<number, ThreadDetail>();
  private gone: GoneRow[] = [];

  /** Takes over what a sample tells; `before` is the one held before it. */
  take(before: RawSample | undefined, after: RawSample): void {
    if (before !== undefined) {
      this.noteGone("process", before.processes.rowId, after.processes.rowId, before.monotonicMs);
      this.noteGone("thread", before.threads.rowId, after.threads.rowId, before.monotonicMs);
    }
    for (const detail of after.processDetails) this.processes.set(detail.rowId, detail);
    for (const detail of after.threadDetails) this.threads.set(detail.rowId, detail);
  }

  /** Drops details of rows that no sample since a monotonic time speaks of. */
  forgetBefore(firstMs: number): void {
    let count = 0;
    for (const row of this.gone) {
      if (row.monotonicMs >= firstMs && this.gone.length - count <= MAX_GONE) break;
      (row.kind === "process" ? this.processes : this.threads).delete(row.rowId);
      count += 1;
    }
    if (count > 0) this.gone = this.gone.slice(count);
  }

  /** The samples with each detail known at the first of them that has its row: it may have come with a sample that is held no more. */
  withDetails(samples: readonly RawSample[]): readonly RawSample[] {
    const processesLeft = new Map(this.processes);
    const threadsLeft = new Map(this.threads);
    return samples.map((sample) => ({
      ...sample,
      processDetails: takeRows(processesLeft, sample.processes.rowId),
      threadDetails: takeRows(threadsLeft, sample.threads.rowId),
    }));
  }

  private noteGone(kind: GoneRow["kind"], old: Uint32Array, now: Uint32Array, monotonicMs: number): void {
    // Equal columns are shared.
    if (old === now) return;
    const live = new Set(now);
    const details = kind === "process" ? this.processes : this.threads;
    for (const rowId of old) {
      if (details.has(rowId) && !live.has(rowId)) this.gone.push({ kind, rowId, monotonicMs });
    }
  }
}

/** Takes what is held of some rows out of a map. */
function takeRows<Detail>(left: Map<number, Detail>, rowIds: Uint32Array): readonly Detail[] {
  const taken: Detail[] = [];
  for (const rowId of rowIds) {
    const detail = left.get(rowId);
    if (detail === undefined) continue;
    left.delete(rowId);
    taken.push(detail);
  }
  return taken;
}

import type { OwnCost } from "../core/sample/raw-sample.ts";

/** CPU time and memory of one process since it began. */
export interface ProcessUsage {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** Asks for the usage of several processes; those that ended are missing. */
export type UsageReader = (pids: readonly number[]) => Promise<ReadonlyMap<number, ProcessUsage>>;

const RHYTHM_MS = 5000;
/** The program's own start is not what it costs to run, so it is left out. */
const FIRST_DELAY_MS = 1400;

/**
 * What this program itself uses, over all of its processes. Asked every five seconds, because asking costs too; in between the
 * last stretch is told again evenly and late, so that a difference over any window is right on average and never jumps.
 */
export class OwnCostMeter {
  readonly #processIds: () => readonly number[];
  readonly #read: UsageReader;
  /** Last CPU seconds of each process; those that ended keep theirs, so the sum never falls. */
  readonly #seconds = new Map<number, number>();
  #from: { atMs: number; cpuSeconds: number } | null = null;
  #to: { atMs: number; cpuSeconds: number } | null = null;
  #rssBytes = 0;
  #endedSeconds = 0;
  #nextMs = Number.NaN;

  constructor(processIds: () => readonly number[], read: UsageReader = readWithPidusage) {
    this.#processIds = processIds;
    this.#read = read;
  }

  /** Asks again when it is time; never rejects. */
  async refresh(nowMs: number): Promise<void> {
    if (Number.isNaN(this.#nextMs)) this.#nextMs = nowMs + FIRST_DELAY_MS;
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + RHYTHM_MS - 100;
    const pids = this.#processIds();
    const usage = await this.#read(pids).catch(() => new Map<number, ProcessUsage>());
    if (usage.size === 0) return;
    let sum = 0;
    let rss = 0;
    for (const [pid, last] of this.#seconds) {
      if (usage.has(pid)) continue;
      this.#endedSeconds += last;
      this.#seconds.delete(pid);
    }
    for (const [pid, { cpuSeconds, rssBytes }] of usage) {
      this.#seconds.set(pid, cpuSeconds);
      sum += cpuSeconds;
      rss += rssBytes;
    }
    this.#rssBytes = rss;
    this.#from = this.#to;
    this.#to = { atMs: nowMs, cpuSeconds: sum + this.#endedSeconds };
  }

  /** Null before there are two answers to compare. */
  at(nowMs: number, samplerCpuSeconds: number): OwnCost | null {
    const to = this.#to;
    const from = this.#from;
    if (to === null || from === null) return null;
    const share = Math.min(1, Math.max(0, (nowMs - to.atMs) / (to.atMs - from.atMs)));
    return {
      cpuSeconds: from.cpuSeconds + (to.cpuSeconds - from.cpuSeconds) * share,
      samplerCpuSeconds,
      rssBytes: this.#rssBytes,
    };
  }
}

async function readWithPidusage(pids: readonly number[]): Promise<ReadonlyMap<number, ProcessUsage>> {
  const pidusage = (await import("pidusage")).default;
  const found = new Map<number, ProcessUsage>();
  await Promise.all(
    pids.map(async (pid) => {
      try {
        const usage = await pidusage(pid);
        found.set(pid, { cpuSeconds: usage.ctime / 1000, rssBytes: usage.memory });
      } catch {
        // A helper process that ended meanwhile is no longer counted.
      }
    }),
  );
  return found;
}

import type { ProcessUsage } from "../own-cost.ts";
import { parseStat, StatRecord } from "./byte-parser.ts";
import { kernelUnits } from "./host-reader.ts";
import { KeptFiles } from "./kept-files.ts";

/** Reads the CPU time and memory of processes from `/proc/PID/stat`; those that ended are missing from an answer. */
export function usageReader(root: string): (pids: readonly number[]) => Promise<ReadonlyMap<number, ProcessUsage>> {
  const { pageBytes, clockTicksPerSecond } = kernelUnits(root);
  const files = new KeptFiles(0);
  const record = new StatRecord();
  return async (pids) => {
    const found = new Map<number, ProcessUsage>();
    for (const pid of pids) {
      const stat = files.readOnce(`${root}/${pid}/stat`, 4096);
      if (typeof stat === "number" || !parseStat(stat, stat.length, record)) continue;
      found.set(pid, { cpuSeconds: record.ticks / clockTicksPerSecond, rssBytes: record.rssPages * pageBytes });
    }
    return found;
  };
}

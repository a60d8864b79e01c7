import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Kernel counters of one process and its machine, read apart from the sampler so that labels do not rest on what they judge.
 * All are cumulative seconds, except the monotonic time at which they were read.
 */
export interface Counters {
  readonly atMs: number;
  /** When the process began, on the same clock, to a hundredth of a second. */
  readonly beganMs: number;
  /** User and system time of the process, ended threads included. */
  readonly cpuSeconds: number;
  /** By tid, `/proc/PID/task/TID/schedstat`. */
  readonly threads: ReadonlyMap<number, { readonly run: number; readonly cpuWait: number }>;
  readonly hostBusySeconds: number;
}

/** A cgroup's quota as the kernel counts it; ended periods and those that were throttled. */
export interface QuotaCounters {
  readonly periods: number;
  readonly throttledPeriods: number;
}

const TICKS_PER_SECOND = 100;

/** Reads the counters of one process; null when it is gone. */
export function readCounters(pid: number): Counters | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const threads = new Map<number, { run: number; cpuWait: number }>();
    for (const tid of readdirSync(`/proc/${pid}/task`)) {
      try {
        const [run, wait] = readFileSync(`/proc/${pid}/task/${tid}/schedstat`, "latin1").split(" ");
        threads.set(Number(tid), { run: Number(run) / 1e9, cpuWait: Number(wait) / 1e9 });
      } catch {
        // The thread ended between the listing and the reading.
      }
    }
    const uptimeSeconds = Number.parseFloat(readFileSync("/proc/uptime", "latin1"));
    const atMs = performance.now();
    return {
      atMs,
      beganMs: atMs - (uptimeSeconds - Number(fields[19]) / TICKS_PER_SECOND) * 1000,
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
      threads,
      hostBusySeconds: hostBusySeconds(),
    };
  } catch {
    return null;
  }
}

/** Seconds all CPUs together spent on anything but idling and waiting for a disk. */
function hostBusySeconds(): number {
  const [, ...fields] = readFileSync("/proc/stat", "latin1").split("\n", 1)[0]?.split(/\s+/) ?? [];
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = fields.map(Number);
  return (user + nice + system + irq + softIrq + steal) / TICKS_PER_SECOND;
}

/** Number of CPUs that are switched on. */
export function onlineCpus(): number {
  return readFileSync("/proc/stat", "latin1").match(/^cpu\d+ /gm)?.length ?? 1;
}

/** Reads `cpu.stat` of a cgroup (both versions name these counters alike). */
export function readQuotaCounters(folder: string): QuotaCounters {
  const text = readFileSync(join(folder, "cpu.stat"), "latin1");
  const field = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
  return { periods: field("nr_periods"), throttledPeriods: field("nr_throttled") };
}

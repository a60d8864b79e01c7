import { readdirSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = 100;

/** CPU and memory of one process of a tree. */
export interface TreeMember {
  readonly pid: number;
  /** Last part of `--type=` for Chromium's processes, else `main`. */
  readonly kind: string;
  readonly cpuSeconds: number;
  readonly pssBytes: number;
}

/** A process and everything below it, read from /proc. Members that vanish meanwhile are left out. */
export function processTree(rootPid: number): readonly TreeMember[] {
  const parents = new Map<number, number>();
  const ticks = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "latin1");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      parents.set(Number(name), Number(fields[1]));
      ticks.set(Number(name), Number(fields[11]) + Number(fields[12]));
    } catch {
      // Vanished between the listing and the reading.
    }
  }
  const belongs = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at))
      if (at === rootPid) return true;
    return false;
  };
  return [...parents.keys()].filter(belongs).map((pid) => ({
    pid,
    kind: kindOf(pid),
    cpuSeconds: (ticks.get(pid) ?? 0) / TICKS_PER_SECOND,
    pssBytes: pssOf(pid),
  }));
}

function kindOf(pid: number): string {
  try {
    return /--type=([a-z-]+)/.exec(readFileSync(`/proc/${pid}/cmdline`, "utf8"))?.[1] ?? "main";
  } catch {
    return "gone";
  }
}

function pssOf(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A cgroup made for one test. */
export interface QuotaGroup {
  /** Where the kernel shows its counters. */
  readonly folder: string;
  /** Puts a process, and so its later children, into the group. */
  add(pid: number): void;
  /** Removes the group once it is empty; waits up to 2 s for that. */
  remove(): Promise<void>;
}

const PERIOD_MICROSECONDS = 100_000;
let groupsMade = 0;

/** Whether this machine and these rights let a test make a cgroup with a CPU quota. */
export function quotaGroupsPossible(): boolean {
  return process.getuid?.() === 0 && findController() !== null;
}

/** Makes a cgroup whose quota is the given number of cores. Throws where `quotaGroupsPossible` says no. */
export function enterQuotaGroup(cores: number): QuotaGroup {
  const controller = findController();
  if (controller === null) throw new Error("no CPU controller of cgroups is mounted here");
  groupsMade += 1;
  const folder = join(controller.root, `gilscope-test-${process.pid}-${groupsMade}`);
  mkdirSync(folder);
  const quota = Math.round(cores * PERIOD_MICROSECONDS);
  if (controller.version === 1) {
    writeFileSync(join(folder, "cpu.cfs_period_us"), String(PERIOD_MICROSECONDS));
    writeFileSync(join(folder, "cpu.cfs_quota_us"), String(quota));
  } else {
    writeFileSync(join(folder, "cpu.max"), `${quota} ${PERIOD_MICROSECONDS}`);
  }
  return {
    folder,
    add: (pid) => writeFileSync(join(folder, "cgroup.procs"), String(pid)),
    remove: async () => {
      for (let attempt = 0; attempt < 40 && readFileSync(join(folder, "cgroup.procs"), "utf8") !== ""; attempt += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      rmdirSync(folder);
    },
  };
}

function findController(): { readonly root: string; readonly version: 1 | 2 } | null {
  for (const line of readFileSync("/proc/self/mounts", "utf8").split("\n")) {
    const [, root, type, options] = line.split(" ");
    if (root === undefined) continue;
    if (type === "cgroup" && options?.split(",").includes("cpu")) return { root, version: 1 };
    if (type === "cgroup2" && existsSync(join(root, "cgroup.subtree_control"))) {
      if (readFileSync(join(root, "cgroup.subtree_control"), "utf8").split(/\s/).includes("cpu"))
        return { root, version: 2 };
    }
  }
  return null;
}

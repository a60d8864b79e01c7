import type { CgroupSample } from "../../core/sample/raw-sample.ts";
import type { KeptFiles } from "./kept-files.ts";

/** Where a cgroup hierarchy that can limit CPU is mounted. */
export interface CgroupMount {
  readonly version: 1 | 2;
  readonly mountPoint: string;
  /** Path inside the hierarchy that the mount point shows: not `/` inside a container. */
  readonly rootPath: string;
}

/** How deep a path is followed upwards. */
const MOST_ANCESTORS = 32;
/** A group without a quota is looked at again after so many samples. */
const UNLIMITED_RHYTHM = 5;

/**
 * The hierarchies that limit CPU, from the text of `/proc/self/mountinfo` (proc_pid_mountinfo(5)).
 * Version 1 counts where the `cpu` controller is mounted, version 2 otherwise.
 */
export function parseCgroupMounts(mountinfo: string): {
  readonly cpu: CgroupMount | null;
  readonly cpuacct: CgroupMount | null;
} {
  let cpu: CgroupMount | null = null;
  let cpuacct: CgroupMount | null = null;
  let unified: CgroupMount | null = null;
  for (const line of mountinfo.split("\n")) {
    const [before, after] = line.split(" - ");
    if (before === undefined || after === undefined) continue;
    const fields = before.split(" ");
    const [type, , options] = after.split(" ");
    const rootPath = unescaped(fields[3] ?? "/");
    const mountPoint = unescaped(fields[4] ?? "");
    if (mountPoint === "") continue;
    if (type === "cgroup2") unified ??= { version: 2, mountPoint, rootPath };
    else if (type === "cgroup") {
      const controllers = (options ?? "").split(",");
      if (controllers.includes("cpu")) cpu ??= { version: 1, mountPoint, rootPath };
      if (controllers.includes("cpuacct")) cpuacct ??= { version: 1, mountPoint, rootPath };
    }
  }
  return { cpu: cpu ?? unified, cpuacct };
}

/** Spaces and the like stand as `\040` in mountinfo. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
}

/** The path that limits a process's CPU, out of `/proc/PID/cgroup` (cgroups(7)); null when there is none. */
export function cpuPath(text: string, version: 1 | 2): string | null {
  for (const line of text.split("\n")) {
    const first = line.indexOf(":");
    const second = line.indexOf(":", first + 1);
    if (first < 0 || second < 0) continue;
    const controllers = line.slice(first + 1, second);
    const path = line.slice(second + 1);
    if (version === 2 ? line.startsWith("0::") : controllers.split(",").includes("cpu"))
      return path === "" ? "/" : path;
  }
  return null;
}

/** A number after a name at the start of a line of `cpu.stat`; 0 when it is missing. */
function statValue(text: string, name: string): number {
  const match = new RegExp(`^${name} (\\d+)$`, "m").exec(text);
  return match === null ? 0 : Number(match[1]);
}

/** Reads quotas and throttling of cgroups, and finds which limit a process. */
export class CgroupReader {
  readonly #files: KeptFiles;
  readonly #cpu: CgroupMount | null;
  readonly #cpuacct: CgroupMount | null;
  /** Groups without a quota, and the round in which to look again. */
  readonly #unlimited = new Map<string, number>();
  #round = 0;

  constructor(root: string, files: KeptFiles) {
    this.#files = files;
    const mountinfo = files.readOnce(`${root}/self/mountinfo`, 1 << 20);
    const mounts = parseCgroupMounts(typeof mountinfo === "number" ? "" : mountinfo.toString("utf8"));
    this.#cpu = mounts.cpu;
    this.#cpuacct = mounts.cpuacct;
  }

  /** Whether CPU limits can be read here. */
  get available(): boolean {
    return this.#cpu !== null;
  }

  /** Path of the group that limits the process, from the text of its `cgroup` file. */
  pathOf(text: string): string | null {
    return this.#cpu === null ? null : cpuPath(text, this.#cpu.version);
  }

  /** Every group with a quota among the paths and their ancestors. */
  read(paths: Iterable<string>): readonly CgroupSample[] {
    const mount = this.#cpu;
    if (mount === null) return [];
    this.#round += 1;
    if (this.#unlimited.size > 4096) this.#unlimited.clear();
    const samples: CgroupSample[] = [];
    const seen = new Set<string>();
    for (const path of paths) {
      let at = path;
      for (let steps = 0; steps < MOST_ANCESTORS && !seen.has(at); steps += 1) {
        seen.add(at);
        if ((this.#unlimited.get(at) ?? 0) <= this.#round) {
          const sample = this.#readOne(mount, at);
          if (sample !== null) samples.push(sample);
          else this.#unlimited.set(at, this.#round + UNLIMITED_RHYTHM);
        }
        if (at === "/" || at === "") break;
        at = at.slice(0, at.lastIndexOf("/")) || "/";
      }
    }
    return samples;
  }

  #readOne(mount: CgroupMount, path: string): CgroupSample | null {
    const folder = folderOf(mount, path);
    if (folder === null) return null;
    const quotaCores = mount.version === 2 ? this.#quotaUnified(folder) : this.#quotaLegacy(folder);
    if (quotaCores === null) return null;
    const stat = this.#text(`${folder}/cpu.stat`) ?? "";
    if (mount.version === 2) {
      return {
        path,
        quotaCores,
        periods: statValue(stat, "nr_periods"),
        throttledPeriods: statValue(stat, "nr_throttled"),
        throttledSeconds: statValue(stat, "throttled_usec") / 1e6,
        usageSeconds: statValue(stat, "usage_usec") / 1e6,
      };
    }
    const accounting = this.#cpuacct === null ? null : folderOf(this.#cpuacct, path);
    const usage = accounting === null ? null : this.#text(`${accounting}/cpuacct.usage`);
    return {
      path,
      quotaCores,
      periods: statValue(stat, "nr_periods"),
      throttledPeriods: statValue(stat, "nr_throttled"),
      throttledSeconds: statValue(stat, "throttled_time") / 1e9,
      usageSeconds: usage === null ? Number.NaN : Number.parseInt(usage, 10) / 1e9,
    };
  }

  /** `cpu.max` of version 2: `max 100000` or `50000 100000`. */
  #quotaUnified(folder: string): number | null {
    const match = /^(\d+) (\d+)/.exec(this.#text(`${folder}/cpu.max`) ?? "");
    return match === null || Number(match[2]) === 0 ? null : Number(match[1]) / Number(match[2]);
  }

  /** `cpu.cfs_quota_us` of version 1: -1 for none. */
  #quotaLegacy(folder: string): number | null {
    const quota = Number.parseInt(this.#text(`${folder}/cpu.cfs_quota_us`) ?? "-1", 10);
    if (!(quota > 0)) return null;
    const period = Number.parseInt(this.#text(`${folder}/cpu.cfs_period_us`) ?? "0", 10);
    return period > 0 ? quota / period : null;
  }

  #text(path: string): string | null {
    const bytes = this.#files.readOnce(path, 4096);
    return typeof bytes === "number" ? null : bytes.toString("latin1");
  }
}

/** Folder that shows a path of the hierarchy; null when it lies outside of what is mounted here. */
function folderOf(mount: CgroupMount, path: string): string | null {
  const inside =
    mount.rootPath === "/"
      ? path
      : path === mount.rootPath
        ? "/"
        : path.startsWith(`${mount.rootPath}/`)
          ? path.slice(mount.rootPath.length)
          : null;
  if (inside === null || inside.split("/").includes("..")) return null;
  return inside === "/" ? mount.mountPoint : mount.mountPoint + inside;
}

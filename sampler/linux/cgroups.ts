import type { MemoryGroup } from "../../core/sample/memory-sample.ts";
import type { CgroupSample } from "../../core/sample/raw-sample.ts";
import { type CgroupMount, folderOf, limitPath, parseCgroupMounts } from "./cgroup-mount.ts";
import type { KeptFiles } from "./kept-files.ts";
import { MemoryGroups } from "./memory-groups.ts";

/** How deep a path is followed upwards. */
const MOST_ANCESTORS = 32;
/** A group without a quota is looked at again after so many samples. */
const UNLIMITED_RHYTHM = 5;

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
  readonly #memoryMount: CgroupMount | null;
  readonly #memoryGroups: MemoryGroups;
  /** Groups without a quota, and the round in which to look again. */
  readonly #unlimited = new Map<string, number>();
  #round = 0;

  constructor(root: string, files: KeptFiles) {
    this.#files = files;
    const mountinfo = files.readOnce(`${root}/self/mountinfo`, 1 << 20);
    const mounts = parseCgroupMounts(typeof mountinfo === "number" ? "" : mountinfo.toString("utf8"));
    this.#cpu = mounts.cpu;
    this.#cpuacct = mounts.cpuacct;
    this.#memoryMount = mounts.memory;
    this.#memoryGroups = new MemoryGroups(files, mounts.memory);
  }

  /** Whether CPU limits can be read here. */
  get available(): boolean {
    return this.#cpu !== null;
  }

  /** Path of the group that limits the process, from the text of its `cgroup` file. */
  pathOf(text: string): string | null {
    return this.#cpu === null ? null : limitPath(text, this.#cpu.version, "cpu");
  }

  /** Path of the group that limits the process's memory, from the text of its `cgroup` file. */
  memoryPathOf(text: string): string | null {
    return this.#memoryMount === null ? null : limitPath(text, this.#memoryMount.version, "memory");
  }

  /** Every group with a memory limit among the paths and their ancestors. */
  readMemory(paths: Iterable<string>): readonly MemoryGroup[] {
    return this.#memoryGroups.read(paths);
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

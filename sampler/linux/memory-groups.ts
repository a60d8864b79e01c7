import type { MemoryGroup } from "../../core/sample/memory-sample.ts";
import { type CgroupMount, folderOf } from "./cgroup-mount.ts";
import type { KeptFiles } from "./kept-files.ts";

/** Version 1 writes the largest page-aligned number where there is no limit. */
const NO_LIMIT_BYTES = 2 ** 60;
/** A group without a limit is looked at again after so many samples; one with a limit is read every few. */
const UNLIMITED_RHYTHM = 30;
const LIMITED_RHYTHM = 2;
const MOST_ANCESTORS = 32;

interface Known {
  readonly group: MemoryGroup | null;
  /** Round in which to look again. */
  readonly nextRound: number;
}

function value(text: string, name: string): number {
  const match = new RegExp(`^${name} (\\d+)$`, "m").exec(text);
  return match === null ? Number.NaN : Number(match[1]);
}

/** Reads memory limits, use and pressure of cgroups, version 1 (`memory` controller) and 2. */
export class MemoryGroups {
  readonly #files: KeptFiles;
  readonly #mount: CgroupMount | null;
  readonly #known = new Map<string, Known>();
  #round = 0;

  constructor(files: KeptFiles, mount: CgroupMount | null) {
    this.#files = files;
    this.#mount = mount;
  }

  /** Every group with a limit among the paths and their ancestors. */
  read(paths: Iterable<string>): readonly MemoryGroup[] {
    const mount = this.#mount;
    if (mount === null) return [];
    this.#round += 1;
    if (this.#known.size > 4096) this.#known.clear();
    const groups: MemoryGroup[] = [];
    const seen = new Set<string>();
    for (const path of paths) {
      let at = path;
      for (let steps = 0; steps < MOST_ANCESTORS && !seen.has(at); steps += 1) {
        seen.add(at);
        const group = this.#groupAt(mount, at);
        if (group !== null) groups.push(group);
        if (at === "/" || at === "") break;
        at = at.slice(0, at.lastIndexOf("/")) || "/";
      }
    }
    return groups;
  }

  #groupAt(mount: CgroupMount, path: string): MemoryGroup | null {
    const known = this.#known.get(path);
    if (known !== undefined && known.nextRound > this.#round) return known.group;
    const folder = folderOf(mount, path);
    const group =
      folder === null ? null : mount.version === 2 ? this.#unified(folder, path) : this.#legacy(folder, path);
    this.#known.set(path, { group, nextRound: this.#round + (group === null ? UNLIMITED_RHYTHM : LIMITED_RHYTHM) });
    return group;
  }

  #unified(folder: string, path: string): MemoryGroup | null {
    const limitBytes = Number.parseInt(this.#text(`${folder}/memory.max`), 10);
    if (!(limitBytes >= 0)) return null;
    const usedBytes = Number.parseInt(this.#text(`${folder}/memory.current`), 10);
    const events = this.#text(`${folder}/memory.events`);
    const stalled = /^some .*total=(\d+)/m.exec(this.#text(`${folder}/memory.pressure`));
    return {
      path,
      limitBytes,
      usedBytes,
      workingSetBytes: Math.max(0, usedBytes - value(this.#text(`${folder}/memory.stat`), "inactive_file")),
      stalledSeconds: stalled === null ? Number.NaN : Number(stalled[1]) / 1e6,
      limitHits: value(events, "max") || 0,
      outOfMemoryKills: value(events, "oom_kill") || 0,
    };
  }

  #legacy(folder: string, path: string): MemoryGroup | null {
    const limitBytes = Number.parseInt(this.#text(`${folder}/memory.limit_in_bytes`), 10);
    if (!(limitBytes >= 0) || limitBytes >= NO_LIMIT_BYTES) return null;
    const usedBytes = Number.parseInt(this.#text(`${folder}/memory.usage_in_bytes`), 10);
    return {
      path,
      limitBytes,
      usedBytes,
      workingSetBytes: Math.max(0, usedBytes - value(this.#text(`${folder}/memory.stat`), "total_inactive_file")),
      stalledSeconds: Number.NaN,
      limitHits: Number.parseInt(this.#text(`${folder}/memory.failcnt`), 10) || 0,
      outOfMemoryKills: value(this.#text(`${folder}/memory.oom_control`), "oom_kill") || 0,
    };
  }

  #text(path: string): string {
    const bytes = this.#files.readOnce(path, 16_384);
    return typeof bytes === "number" ? "" : bytes.toString("latin1");
  }
}

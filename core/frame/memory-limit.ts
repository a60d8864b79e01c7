import type { MemoryGroup } from "../sample/memory-sample.ts";
import type { ProcessDetail, RawSample } from "../sample/raw-sample.ts";

/** A memory limit of a control group that a runtime is under. */
export interface MemoryLimit {
  readonly cgroupPath: string;
  readonly limitBytes: number;
  readonly usedBytes: number;
  /** Used less what can be dropped at once, over the limit; null when not known. */
  readonly usedRatio: number | null;
  /** Share of the window in which tasks stalled for memory; null when not known. */
  readonly stalledRatio: number | null;
  /** Times the limit was hit inside the window. */
  readonly limitHits: number;
}

/** Whether a limit set on one path of a hierarchy holds for another. */
export function holdsFor(limitPath: string, path: string): boolean {
  return path === limitPath || limitPath === "/" || path.startsWith(`${limitPath}/`);
}

/** The narrowest memory limit over a process; null when there is none. */
export function memoryLimitOf(detail: ProcessDetail, older: RawSample | null, newer: RawSample): MemoryLimit | null {
  const path = detail.memoryCgroupPath ?? detail.cgroupPath;
  if (path === null || newer.memoryGroups === undefined) return null;
  let narrowest: MemoryGroup | null = null;
  for (const group of newer.memoryGroups) {
    if (!holdsFor(group.path, path)) continue;
    if (narrowest === null || group.limitBytes < narrowest.limitBytes) narrowest = group;
  }
  if (narrowest === null) return null;
  const group = narrowest;
  const before = older?.memoryGroups?.find((one) => one.path === group.path);
  const seconds = older === null ? 0 : (newer.monotonicMs - older.monotonicMs) / 1000;
  const used = Number.isNaN(group.workingSetBytes) ? group.usedBytes : group.workingSetBytes;
  const stalled = before === undefined || seconds <= 0 ? Number.NaN : group.stalledSeconds - before.stalledSeconds;
  return {
    cgroupPath: group.path,
    limitBytes: group.limitBytes,
    usedBytes: group.usedBytes,
    usedRatio: group.limitBytes > 0 && Number.isFinite(used) ? used / group.limitBytes : null,
    stalledRatio: Number.isFinite(stalled) ? Math.min(1, Math.max(0, stalled / seconds)) : null,
    limitHits: before === undefined ? 0 : Math.max(0, group.limitHits - before.limitHits),
  };
}

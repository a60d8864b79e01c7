import type { CgroupSample, RawSample } from "../sample/raw-sample.ts";
import type { CpuLimit } from "./frame.ts";
import { holdsFor } from "./memory-limit.ts";
import type { WindowRuntime } from "./window-rows.ts";

/** How much CPU one runtime may use, and what sets it. */
export interface Allowance {
  readonly allowedCores: number;
  readonly limit: CpuLimit | null;
  /** Cores that everything under the quota used; NaN where the limit is not a quota. */
  readonly quotaUsedCores: number;
}

/**
 * The narrowest of online CPUs, affinity and the quotas of the runtime's cgroups.
 * @param window samples of the window from the oldest on, without the newest
 */
export function allowanceOf(
  runtime: WindowRuntime,
  window: readonly RawSample[],
  newer: RawSample,
  onlineCpus: number,
): Allowance {
  const { allowedCpus, cgroupPath } = runtime.detail;
  const affinity = allowedCpus !== null && allowedCpus > 0 ? Math.min(allowedCpus, onlineCpus) : onlineCpus;
  let narrowest: CgroupSample | null = null;
  if (cgroupPath !== null) {
    for (const cgroup of newer.cgroups) {
      if (!holdsFor(cgroup.path, cgroupPath) || !(cgroup.quotaCores > 0)) continue;
      if (narrowest === null || cgroup.quotaCores < narrowest.quotaCores) narrowest = cgroup;
    }
  }
  if (narrowest !== null && narrowest.quotaCores < affinity) {
    const { path, quotaCores } = narrowest;
    // The runtime may have begun inside the window, and entered its group only after it was first seen.
    const since = runtime.base?.monotonicMs ?? 0;
    const base = window.find(
      ({ monotonicMs, cgroups }) => monotonicMs >= since && cgroups.some((cgroup) => cgroup.path === path),
    );
    const before = base?.cgroups.find((cgroup) => cgroup.path === path);
    const seconds = base === undefined ? 0 : (newer.monotonicMs - base.monotonicMs) / 1000;
    const periods = before === undefined ? 0 : narrowest.periods - before.periods;
    const throttled = before === undefined ? 0 : Math.max(0, narrowest.throttledPeriods - before.throttledPeriods);
    return {
      allowedCores: quotaCores,
      limit: {
        kind: "quota",
        cores: quotaCores,
        cgroupPath: path,
        throttledRatio: periods > 0 ? Math.min(1, throttled / periods) : 0,
      },
      quotaUsedCores:
        before === undefined || seconds <= 0
          ? Number.NaN
          : Math.max(0, narrowest.usageSeconds - before.usageSeconds) / seconds,
    };
  }
  const limit: CpuLimit | null =
    affinity < onlineCpus ? { kind: "affinity", cores: affinity, cgroupPath: null, throttledRatio: null } : null;
  return { allowedCores: affinity, limit, quotaUsedCores: Number.NaN };
}

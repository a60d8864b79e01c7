import type { FamilyFrame, RuntimeFrame } from "../frame/frame.ts";
import type { Message } from "../verdict/message.ts";
import { message } from "../verdict/message-code.ts";

/** Cores used or wanted from which a worker counts as busy. */
const BUSY_CORES = 0.25;
/** Share of one worker that is worth a sentence where several are there. */
const UNEVEN_RATIO = 0.7;
/** Native threads per worker from which their pool is named. */
const LEAST_POOL = 2;

/** Whether a member does noticeable work or would, if nothing held it up. */
export function isBusy(runtime: RuntimeFrame): boolean {
  const used = runtime.cpuCores.known ? runtime.cpuCores.value : 0;
  const wanted = runtime.demandCores.known ? runtime.demandCores.value : 0;
  return Math.max(used, wanted) >= BUSY_CORES;
}

/** GILs that a runtime's Python code can hold at the same time; null for a build that runs without one. */
function gilsOf(runtime: RuntimeFrame): number | null {
  if (runtime.gils.length === 0) return runtime.python.build === "free-threaded" ? null : 1;
  const inUse = runtime.gils.filter((gil) => gil.enabled !== false).length;
  return inUse === 0 ? null : inUse;
}

/** Native threads of the pool that matters most, per worker that has one. */
function widestPool(workers: readonly RuntimeFrame[]): { readonly kind: string; readonly threads: number } | null {
  let widest: { kind: string; threads: number } | null = null;
  for (const { pools } of workers) {
    for (const { kind, threads } of pools) {
      if (threads + 1 >= LEAST_POOL && (widest === null || threads + 1 > widest.threads)) {
        // The thread that hands out the work takes part in it.
        widest = { kind, threads: threads + 1 };
      }
    }
  }
  return widest;
}

/** Members that a limit or other programs keep from running: their GILs say nothing then. */
function heldBack(busy: readonly RuntimeFrame[], { cpuCores, demandCores }: FamilyTotals): Message | null {
  const figures = {
    runtimes: busy.length,
    cpuCores: cpuCores.known ? cpuCores.value : null,
    demandCores: demandCores.known ? demandCores.value : null,
  };
  const limited = busy.find(({ verdict, limit }) => verdict.id === "quota-limited" && limit !== null)?.limit;
  if (limited !== undefined && limited !== null) {
    return message("family.limited", { ...figures, limitCores: limited.cores, cgroupPath: limited.cgroupPath });
  }
  return busy.some(({ verdict }) => verdict.id === "cpu-starved") ? message("family.starved", figures) : null;
}

/** What the family's totals are decided on. */
export type FamilyTotals = Pick<
  FamilyFrame,
  "cpuCores" | "demandCores" | "allowedCores" | "workers" | "workersBusy" | "topWorkerRatio"
>;

/**
 * The one sentence on a family: too many threads for its CPUs, an uneven pool, or how far its GILs let it scale. Null for one
 * runtime alone and where nothing is known yet.
 */
export function familySummary(members: readonly RuntimeFrame[], totals: FamilyTotals): Message | null {
  const { cpuCores, allowedCores, workers, workersBusy } = totals;
  if (members.length < 2 || !cpuCores.known) return null;
  const busy = members.filter(isBusy);
  const ofWork = members.filter(({ role }) => role === "worker");
  const pool = widestPool(busy);
  const crowded = busy.some(
    ({ verdict }) => verdict.id === "oversubscribed" || verdict.furtherCauses.some(({ id }) => id === "oversubscribed"),
  );
  if (crowded && pool !== null && busy.length * pool.threads > allowedCores) {
    return message("family.oversubscribed-pools", {
      workers: busy.length,
      poolThreads: pool.threads,
      pool: pool.kind,
      allowedCores,
    });
  }
  if (crowded && busy.length > allowedCores) {
    return message("family.oversubscribed", { workers: busy.length, allowedCores, cpuCores: cpuCores.value });
  }
  if (workers >= 2 && workersBusy === 0 && busy.length === 0) return message("family.idle", { workers });
  if (workers >= 2 && workersBusy === 1 && ofWork.length >= 2) {
    const top = totals.topWorkerRatio;
    return message("family.one-busy", { workers, topRatio: top.known ? top.value : null, cpuCores: cpuCores.value });
  }
  if (workersBusy >= 2 && totals.topWorkerRatio.known && totals.topWorkerRatio.value >= UNEVEN_RATIO) {
    return message("family.uneven", { workers, topRatio: totals.topWorkerRatio.value, cpuCores: cpuCores.value });
  }
  const held = heldBack(busy, totals);
  if (held !== null) return held;
  if (busy.length < 2) return message("family.rest", { runtimes: members.length, cpuCores: cpuCores.value });
  let gils = 0;
  for (const runtime of busy) {
    const own = gilsOf(runtime);
    if (own === null)
      return message("family.no-gil", { runtimes: busy.length, cpuCores: cpuCores.value, allowedCores });
    gils += own;
  }
  const native = cpuCores.value > gils * 1.05;
  return message(native ? "family.beyond-gils" : "family.scales", {
    runtimes: busy.length,
    gils,
    cpuCores: cpuCores.value,
    ceilingCores: Math.min(gils, allowedCores),
    allowedCores,
  });
}

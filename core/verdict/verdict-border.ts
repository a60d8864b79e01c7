import type { RuntimeFigures } from "../frame/runtime-figures.ts";
import { hasOldGil, mayHaveHeapGil } from "../gil/python-version.ts";
import type { Basis, VerdictId } from "./verdict.ts";

/** Thread-seconds per second from which a wait counts. */
export const WAIT_COUNTS = 0.25;
/** Share of runs and waits together from which a wait counts. */
export const WAIT_RATIO = 0.1;
/** Above this share of the machine in use, runnable threads wait for others and not for a wake-up. */
export const BUSY_MACHINE = 0.9;
/** Share of a limit that must be in use for it to be reached. */
export const LIMIT_REACHED = 0.95;
/** Share of the limit's periods that were throttled from which it is reached. */
export const THROTTLED = 0.05;
/** How far demand must exceed a limit. */
export const DEMAND_EXCEEDS = 1.1;
export const PARALLEL_CORES = 1.2;
export const ONE_THREAD_SHARE = 0.8;
export const ONE_THREAD_CORES = 0.5;
export const IDLE_CORES = 0.02;

/** Observations below which waits say nothing yet. */
const LEAST_OBSERVATIONS = 6;
/** Wake-ups a second of a thread that waits for a GIL of 5 ms: measured 229–246, with room for other machines. */
const GIL_WAKE_UPS = { least: 150, most: 330 };
/** Wake-ups a second under the GIL of CPython 2, whose waiters are signalled at each check: measured 14,600–19,400. */
const OLD_GIL_WAKE_UPS = 3000;

/** The waits that count by the first border line. */
export interface CountedWaits {
  readonly gil: boolean;
  readonly lock: boolean;
  readonly cpu: boolean;
  readonly lockWait: number;
  readonly total: number;
}

/** Share of the machine in use, 0 when not known. */
export function hostBusyRatio(figures: RuntimeFigures): number {
  const { host } = figures;
  return host.idleCores.known && host.onlineCpus > 0 ? 1 - host.idleCores.value / host.onlineCpus : 0;
}

function counts(wait: number, total: number): boolean {
  return wait >= WAIT_COUNTS && wait >= WAIT_RATIO * total;
}

/** First border line: which waits count. */
export function countedWaits(figures: RuntimeFigures): CountedWaits {
  const { threads } = figures;
  // Whoever alone moves has nobody to hand anything over to.
  const lockWait = threads.fed || threads.moved < 2 ? 0 : threads.lockWait;
  const total = threads.run + threads.gilWait + threads.cpuWait + lockWait;
  const narrow = figures.limit?.kind === "affinity" && figures.limit.cores < figures.host.onlineCpus;
  const starved = hostBusyRatio(figures) > BUSY_MACHINE || (narrow && threads.cpuWait >= 2 * WAIT_COUNTS);
  return {
    gil: counts(threads.gilWait, total) && figures.gil?.off !== true,
    lock: counts(lockWait, total),
    cpu: counts(threads.cpuWait, total) && starved,
    lockWait,
    total,
  };
}

/** True when a limit narrower than the machine is used up. */
export function limitReached(figures: RuntimeFigures): boolean {
  const { limit } = figures;
  if (limit === null || limit.cores >= figures.host.onlineCpus) return false;
  if (figures.limitUsedRatio >= LIMIT_REACHED || (limit.throttledRatio ?? 0) > THROTTLED) return true;
  // Others may have part of the CPUs it is tied to: what it runs and would run there fills them.
  const { run, cpuWait } = figures.threads;
  return limit.kind === "affinity" && run + cpuWait >= LIMIT_REACHED * limit.cores;
}

/** Second border line: the limit is reached and the threads want more. */
export function limitCounts(figures: RuntimeFigures): boolean {
  const { limit } = figures;
  if (limit === null || !limitReached(figures)) return false;
  if (figures.threads.working <= 1 && limit.cores >= 1) return false;
  return figures.demandCores >= DEMAND_EXCEEDS * limit.cores;
}

/** True when the runtime, or its family, has more runnable threads than CPUs, rather than others having them. */
export function ownThreadsCrowd(figures: RuntimeFigures): "own" | "family" | null {
  const { host, allowedCores } = figures;
  const busy = host.busyCores.known ? host.busyCores.value : 0;
  const runnable = figures.threads.run + figures.threads.cpuWait;
  const others = Math.max(0, busy - figures.cpuCores);
  if (runnable > allowedCores * DEMAND_EXCEEDS && runnable - allowedCores >= others) return "own";
  const strangers = Math.max(0, busy - figures.family.cores);
  const { runtimes, runnable: together } = figures.family;
  if (runtimes > 1 && together > allowedCores * DEMAND_EXCEEDS && together - allowedCores >= strangers) return "family";
  return null;
}

/** Why nothing could be said. */
export type UndeterminedReason =
  | "not-yet"
  | "few-observations"
  | "denied"
  | "unsupported"
  | "old-gil"
  | "sub-interpreters"
  | "short-lived"
  | "mixed";

/** What the border lines say. */
export interface Decision {
  readonly id: VerdictId;
  readonly basis: Basis;
  readonly reason: UndeterminedReason | null;
  readonly waits: CountedWaits;
  /** How far the deciding figure is from its border: 1 on the line, 2 at twice the distance from nothing. */
  readonly margin: number;
}

/** Applies the border lines in their order. */
export function decide(figures: RuntimeFigures): Decision {
  const waits = countedWaits(figures);
  const { threads, cpuCores } = figures;
  const seen: Basis = figures.rung === "memory" ? "measured" : figures.rung === "futex" ? "inferred" : "suspected";
  const certain: Basis =
    threads.moved > 1 && figures.rung !== "memory" && figures.rung !== "futex" ? "suspected" : seen;
  // With one thread there is nobody to wait for, and CPU time is exact.
  const plain: Basis = figures.threadCount === 1 && certain === "suspected" ? "inferred" : certain;
  const say = (id: VerdictId, basis: Basis, margin: number): Decision => ({ id, basis, margin, reason: null, waits });
  const cannotSay = (reason: UndeterminedReason): Decision => ({
    id: "undetermined",
    basis: "none",
    reason,
    waits,
    margin: 1,
  });

  if (figures.windowSeconds < 0.2 || Number.isNaN(cpuCores)) return cannotSay("not-yet");
  if (!figures.threadsKnown && figures.threadCount > 1) {
    return cpuCores < IDLE_CORES
      ? say("idle", "suspected", 1.5)
      : cannotSay(figures.threadsReason === "not-yet" ? "not-yet" : absence(figures, "unsupported"));
  }
  if (limitCounts(figures)) {
    return say("quota-limited", plain, figures.demandCores / (DEMAND_EXCEEDS * (figures.limit?.cores ?? 1)));
  }
  if (figures.exitedCores >= WAIT_COUNTS && figures.exitedCores >= 0.5 * cpuCores) {
    return cpuCores > PARALLEL_CORES
      ? say("parallel", "suspected", cpuCores / PARALLEL_CORES)
      : cannotSay("short-lived");
  }
  if (hasOldGil(figures.python) && threads.busy >= 2) {
    const oldGil = threads.busyWakeUpsLeast >= OLD_GIL_WAKE_UPS && !limitReached(figures);
    return oldGil ? say("gil-bound", "suspected", 1.2) : cannotSay("old-gil");
  }
  return largestWait(figures, waits, seen, say, cannotSay) ?? noWait(figures, waits, plain, say, cannotSay);
}

type Say = (id: VerdictId, basis: Basis, margin: number) => Decision;
type CannotSay = (reason: UndeterminedReason) => Decision;

/** Third border line: the largest wait that counts, or what could hide one. */
function largestWait(
  figures: RuntimeFigures,
  waits: CountedWaits,
  seen: Basis,
  say: Say,
  cannotSay: CannotSay,
): Decision | null {
  const { threads } = figures;
  const gilWait = waits.gil && !limitReached(figures) ? threads.gilWait : 0;
  const lockWait = waits.lock ? waits.lockWait : 0;
  const cpuWait = waits.cpu ? threads.cpuWait : 0;
  const largest = Math.max(gilWait, lockWait, cpuWait);
  const needsProof = figures.rung === "futex" || figures.rung === "memory";
  const hiddenGil = counts(threads.gilWait + threads.hiddenGilWait, waits.total + threads.hiddenGilWait) && !waits.gil;
  const hiddenLock =
    counts(waits.lockWait + threads.hiddenLockWait, waits.total + threads.hiddenLockWait) &&
    !waits.lock &&
    !threads.fed;
  const hidden = Math.max(hiddenGil ? threads.hiddenGilWait : 0, hiddenLock ? threads.hiddenLockWait : 0);
  if (hidden > largest && !(cpuWait > 0 && cpuWait >= hidden)) {
    if (looksLikeGil(figures)) return say("gil-bound", "suspected", 1.1);
    if (!needsProof || figures.probePasses === 0) return cannotSay(absence(figures, "not-yet"));
    return cannotSay(threads.observations < LEAST_OBSERVATIONS ? "few-observations" : "mixed");
  }
  if (largest === 0) return null;
  const margin = largest / Math.max(WAIT_COUNTS, WAIT_RATIO * waits.total);
  if (largest === cpuWait)
    return say(ownThreadsCrowd(figures) === null ? "cpu-starved" : "oversubscribed", seen, margin);
  if (threads.observations < LEAST_OBSERVATIONS) return cannotSay("few-observations");
  if (largest === gilWait) return say("gil-bound", seen, margin);
  if (threads.timedLockWait >= 0.5 * lockWait && mayHaveHeapGil(figures.python) && figures.rung !== "memory") {
    return cannotSay("sub-interpreters");
  }
  return say("lock-bound", seen, margin);
}

/** Fourth border line: no wait counts. */
function noWait(figures: RuntimeFigures, waits: CountedWaits, basis: Basis, say: Say, cannotSay: CannotSay): Decision {
  const { cpuCores, threads } = figures;
  const nearest = Math.max(threads.gilWait, waits.lockWait) / Math.max(WAIT_COUNTS, WAIT_RATIO * waits.total);
  const clear = Math.max(1, 2 - nearest);
  if (cpuCores > PARALLEL_CORES) return say("parallel", basis, Math.min(clear, cpuCores / PARALLEL_CORES));
  // Where threads are not counted, one alone has done it all.
  const topCores = figures.threadsKnown ? threads.topCores : cpuCores;
  if (cpuCores >= ONE_THREAD_CORES && topCores >= ONE_THREAD_SHARE * cpuCores) {
    return say("single-threaded", basis, Math.min(clear, topCores / (ONE_THREAD_SHARE * cpuCores) + 0.5));
  }
  // Nearly a core on several threads that don't wait for one another can only come from running at the same time.
  if (cpuCores >= 0.9 && threads.busy >= 2) return say("parallel", basis, 1);
  const waitsOutside = threads.ioWait + threads.sleep >= WAIT_COUNTS || cpuCores < ONE_THREAD_CORES;
  if (cpuCores >= IDLE_CORES) return waitsOutside ? say("io-bound", basis, clear) : cannotSay("mixed");
  return say("idle", basis, 2);
}

/** Scheduler counters alone: several threads share exactly one core on a machine with idle ones, and each wakes at the switch interval. */
function looksLikeGil(figures: RuntimeFigures): boolean {
  const { threads, cpuCores, host } = figures;
  return (
    figures.python.build !== "free-threaded" &&
    threads.busy >= 2 &&
    cpuCores >= 0.8 &&
    cpuCores <= 1.05 &&
    threads.topCores < ONE_THREAD_SHARE * cpuCores &&
    threads.busyWakeUpsLeast >= GIL_WAKE_UPS.least &&
    threads.busyWakeUpsMost <= GIL_WAKE_UPS.most &&
    host.idleCores.known &&
    host.idleCores.value >= 0.3 &&
    figures.allowedCores >= 1.5 &&
    !limitReached(figures)
  );
}

function absence(figures: RuntimeFigures, otherwise: UndeterminedReason): UndeterminedReason {
  const { probeReason } = figures;
  if (probeReason === null) return otherwise;
  return probeReason === "gone" ? "not-yet" : probeReason;
}

import type { RuntimeFigures } from "../frame/runtime-figures.ts";
import { hasOldGil, mayHaveHeapGil } from "../gil/python-version.ts";
import { type BorderLines, borderLines } from "./border-lines.ts";
import { hasSwitchRhythm } from "./gil-kept.ts";
import * as T from "./thresholds.ts";
import type { Basis, VerdictId } from "./verdict.ts";

/** The waits that count by the first border line. */
export interface CountedWaits {
  readonly gil: boolean;
  readonly lock: boolean;
  readonly cpu: boolean;
  /** Thread-seconds per second, 0 where the waiting costs nothing. */
  readonly gilWait: number;
  readonly lockWait: number;
  readonly total: number;
}

/** Share of the machine in use, 0 when not known. */
export function hostBusyRatio(figures: RuntimeFigures): number {
  const { host } = figures;
  return host.idleCores.known && host.onlineCpus > 0 ? 1 - host.idleCores.value / host.onlineCpus : 0;
}

function counts(wait: number, total: number, factor: number): boolean {
  return wait >= factor * T.WAIT_COUNTS && wait >= factor * T.WAIT_RATIO * total;
}

/** Cores of the busiest thread; where threads are not counted, one alone has done it all. */
function topCores(figures: RuntimeFigures): number {
  return figures.threadsKnown ? figures.threads.topCores : figures.cpuCores;
}

/** Whether one thread has nearly all of the CPU time, and that is some. */
function oneThreadDoesIt(figures: RuntimeFigures, lines: BorderLines): boolean {
  const { cpuCores } = figures;
  return cpuCores >= lines.oneThreadCores && topCores(figures) >= lines.oneThreadShare * cpuCores;
}

/** First border line: which waits count. */
function countedWaits(figures: RuntimeFigures, lines: BorderLines): CountedWaits {
  const { threads } = figures;
  // Whoever alone moves has nobody to hand anything over to, and one thread that waits for what a busy one makes is not held up.
  // Nor is one that does no work, or one that collects what others do: they run all the time that it waits.
  const covered = figures.cpuCores - threads.lockCores >= threads.lockWait;
  const lone = threads.lockThreads === 1 && (threads.lockWorkers === 0 || covered || oneThreadDoesIt(figures, lines));
  const lockWait = threads.fed || threads.moved < 2 || lone ? 0 : threads.lockWait;
  const costs =
    threads.demandCores - threads.run >= T.GIL_COSTS.cores ||
    threads.longestGilWait >= T.GIL_COSTS.threadWait ||
    threads.run >= T.GIL_COSTS.usedCores;
  const gilWait = costs ? threads.gilWait : 0;
  const total = threads.run + gilWait + threads.cpuWait + lockWait;
  const narrow = figures.limit?.kind === "affinity" && figures.limit.cores < figures.host.onlineCpus;
  const tied = narrow && threads.cpuWait >= lines.cpuWait * T.TIED_CPU_WAIT;
  const starved = hostBusyRatio(figures) > lines.busyMachine || tied;
  return {
    gil: counts(gilWait, total, lines.gilWait) && figures.gil?.off !== true,
    lock: counts(lockWait, total, lines.lockWait),
    cpu: counts(threads.cpuWait, total, lines.cpuWait) && starved,
    gilWait,
    lockWait,
    total,
  };
}

/** True when a limit narrower than the machine is used up. */
export function limitReached(figures: RuntimeFigures, lines: BorderLines = borderLines(null)): boolean {
  const { limit } = figures;
  if (limit === null || limit.cores >= figures.host.onlineCpus) return false;
  if (figures.limitUsedRatio >= lines.limitReached || (limit.throttledRatio ?? 0) > lines.throttled) return true;
  // Others may have part of the CPUs it is tied to: what it runs and would run there fills them.
  const { run, cpuWait } = figures.threads;
  return limit.kind === "affinity" && run + cpuWait >= lines.limitReached * limit.cores;
}

/** Second border line: the limit is reached and the threads want more. */
export function limitCounts(figures: RuntimeFigures, lines: BorderLines = borderLines(null)): boolean {
  const { limit } = figures;
  if (limit === null || !limitReached(figures, lines)) return false;
  if (figures.threads.working <= 1 && limit.cores >= 1) return false;
  return figures.demandCores >= lines.demandExceeds * limit.cores;
}

/** True when the runtime, or its family, has more runnable threads than CPUs, rather than others having them. */
export function ownThreadsCrowd(
  figures: RuntimeFigures,
  lines: BorderLines = borderLines(null),
): "own" | "family" | null {
  if (crowds(figures, figures.threads.run + figures.threads.cpuWait, figures.cpuCores, lines)) return "own";
  const { runtimes, runnable, cores } = figures.family;
  return runtimes > 1 && crowds(figures, runnable, cores, lines) ? "family" : null;
}

/** Whether so many runnable threads, which use so many cores, are more than the CPUs, and take more from one another than others do. */
function crowds({ host, allowedCores }: RuntimeFigures, runnable: number, cores: number, lines: BorderLines): boolean {
  const others = host.busyCores.known ? Math.max(0, host.busyCores.value - cores) : 0;
  return runnable > allowedCores * lines.demandExceeds && runnable - allowedCores >= lines.others * others;
}

/** Why nothing could be said. */
export type UndeterminedReason =
  | "not-yet"
  | "few-observations"
  | "denied"
  | "rhythm"
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
  /** What it would be if it did not hold already: then the figures waver on a border line. */
  readonly nearly: VerdictId | null;
  /** The verdict that this one took the place of inside the window, and how long ago, seconds. */
  readonly changed: { readonly from: VerdictId; readonly secondsAgo: number } | null;
}

/**
 * Applies the border lines in their order.
 * @param held the verdict that holds: its lines are moved a little in its favour
 */
export function decide(figures: RuntimeFigures, held: VerdictId | null = null): Decision {
  const lines = borderLines(held);
  const waits = countedWaits(figures, lines);
  const { threads, cpuCores } = figures;
  const seen = basisOf(figures);
  const plain = plainBasis(figures, seen);
  const say = (id: VerdictId, basis: Basis, margin: number): Decision => ({
    id,
    basis,
    margin,
    reason: null,
    waits,
    nearly: null,
    changed: null,
  });
  const cannotSay = (reason: UndeterminedReason): Decision => ({
    id: "undetermined",
    basis: "none",
    reason,
    waits,
    margin: 1,
    nearly: null,
    changed: null,
  });

  if (figures.windowSeconds < T.LEAST_WINDOW_SECONDS || Number.isNaN(cpuCores)) return cannotSay("not-yet");
  if (!figures.threadsKnown && figures.threadCount > 1) {
    return cpuCores < lines.idleCores
      ? say("idle", "suspected", T.GIVEN_MARGIN.uncounted)
      : cannotSay(figures.threadsReason === "not-yet" ? "not-yet" : absence(figures, "unsupported"));
  }
  if (limitCounts(figures, lines)) {
    const basis = threads.hiddenGilWait < T.WAIT_COUNTS ? plain : seen;
    return say("quota-limited", basis, figures.demandCores / (T.DEMAND_EXCEEDS * (figures.limit?.cores ?? 1)));
  }
  if (mostlyShortLived(figures)) {
    return ofShortLived(figures, waits, lines, plain, say) ?? cannotSay("short-lived");
  }
  if (hasOldGil(figures.python) && threads.busy >= 2) {
    const oldGil = threads.busyWakeUpsLeast >= T.OLD_GIL_WAKE_UPS && !limitReached(figures);
    return oldGil ? say("gil-bound", "suspected", T.GIVEN_MARGIN.oldGil) : cannotSay("old-gil");
  }
  return (
    largestWait(figures, waits, lines, seen, say, cannotSay) ?? noWait(figures, waits, lines, plain, say, cannotSay)
  );
}

/** What was really seen in this window, whatever the probe stands on: a GIL that was read, waits that were looked at, or neither. */
function basisOf(figures: RuntimeFigures): Basis {
  if (figures.rung === "memory" && (figures.gil?.samples ?? 0) > 0) return "measured";
  const looks = figures.rung === "memory" || figures.rung === "futex";
  return looks && figures.probePasses > 0 ? "inferred" : "suspected";
}

/**
 * The basis of what CPU time alone decides. It is exact, and the threads move too little to hide a wait that counts (else this is not
 * asked): that is more than a suspicion, unless nobody may look whether it is so.
 */
function plainBasis(figures: RuntimeFigures, seen: Basis): Basis {
  const exact = figures.threadsKnown && figures.probeReason === null && figures.rung !== "wchan";
  return seen === "suspected" && exact ? "inferred" : seen;
}

type Say = (id: VerdictId, basis: Basis, margin: number) => Decision;
type CannotSay = (reason: UndeterminedReason) => Decision;

/** Whether most of the work was done by threads that ended inside the window. */
export function mostlyShortLived({ exitedCores, cpuCores }: RuntimeFigures): boolean {
  return exitedCores >= T.WAIT_COUNTS && exitedCores >= T.SHORT_LIVED_SHARE * cpuCores;
}

/** What can be said where most of the work was done by threads that came and went; null where nothing can. */
function ofShortLived(
  figures: RuntimeFigures,
  waits: CountedWaits,
  lines: BorderLines,
  plain: Basis,
  say: Say,
): Decision | null {
  const { shortLived, cpuCores, exitedCores, threads, windowSeconds, allowedCores } = figures;
  if (shortLived === null || limitReached(figures)) return null;
  const { moments, meanAlive, mostAlive, runSeconds, cpuWaitSeconds, aliveRunSeconds } = shortLived;
  const own = exitedCores + aliveRunSeconds / windowSeconds;
  if (cpuCores > lines.parallelCores) {
    // Those that a sample met tell how long such threads wait for a CPU for each second on one.
    if (runSeconds < T.SHORT_LIVED_MET_SECONDS) return null;
    const cpuWait = (own * cpuWaitSeconds) / runSeconds;
    if (hostBusyRatio(figures) > lines.busyMachine && counts(cpuWait, own + cpuWait, lines.cpuWait)) {
      const crowded = crowds(figures, own + cpuWait, cpuCores, lines);
      return say(crowded ? "oversubscribed" : "cpu-starved", "suspected", cpuWait / T.WAIT_COUNTS);
    }
    // Who is alive and neither runs nor wants a CPU may wait for the GIL or a lock.
    const asleep = meanAlive - own - cpuWait;
    return counts(asleep, meanAlive, 1) ? null : say("parallel", "suspected", cpuCores / T.PARALLEL_CORES);
  }
  if (hostBusyRatio(figures) > lines.busyMachine || moments < T.SHORT_LIVED_MOMENTS) return null;
  const held = figures.gil?.heldRatio;
  const inTurns =
    meanAlive >= 2 &&
    allowedCores > 1 &&
    figures.gilCount === 1 &&
    cpuCores <= T.GIL_TURNS_CORES.most &&
    held?.known === true &&
    held.value >= T.TURNS_HELD;
  // Those that were met waited for it, and whatever ran had it.
  if (inTurns && waits.gil && waits.gilWait >= waits.lockWait) {
    return say("gil-bound", "inferred", waits.gilWait / T.WAIT_COUNTS);
  }
  if (waits.gil || waits.lock) return null;
  const oneAfterAnother = mostAlive <= 1 && cpuCores >= lines.oneThreadCores && own >= lines.oneThreadShare * cpuCores;
  if (oneAfterAnother && threads.hiddenGilWait < T.WAIT_COUNTS && threads.hiddenLockWait < T.WAIT_COUNTS) {
    return say("single-threaded", plain, Math.min(2, own / (T.ONE_THREAD_SHARE * cpuCores) + 0.5));
  }
  // It is handed over because somebody waited an interval for it.
  return inTurns && hasSwitchRhythm(figures)
    ? say("gil-bound", "inferred", Math.min(meanAlive - 1, held.value) / T.WAIT_COUNTS)
    : null;
}

/** Third border line: the largest wait that counts, or what could hide one. */
function largestWait(
  figures: RuntimeFigures,
  waits: CountedWaits,
  lines: BorderLines,
  seen: Basis,
  say: Say,
  cannotSay: CannotSay,
): Decision | null {
  const { threads } = figures;
  const gilWait = waits.gil && !limitReached(figures) ? waits.gilWait : 0;
  const lockWait = waits.lock ? waits.lockWait : 0;
  const cpuWait = waits.cpu ? threads.cpuWait : 0;
  // The wait of the verdict that holds need not be the largest by a hair.
  const largest = Math.max(gilWait / lines.gilWait, lockWait / lines.lockWait, cpuWait / lines.cpuWait);
  const needsProof = figures.rung === "futex" || figures.rung === "memory";
  const hiding = needsProof && figures.probePasses === 0 ? lines.hiddenOutOfTurn : lines.hidden;
  const hiddenGilWait = threads.hiddenGilWait * hiding;
  // Whoever alone moves waits for nobody.
  const hiddenLockWait = threads.moving < 2 ? 0 : threads.hiddenLockWait * hiding;
  const hiddenGil = counts(waits.gilWait + hiddenGilWait, waits.total + hiddenGilWait, 1) && !waits.gil;
  const hiddenLock = counts(waits.lockWait + hiddenLockWait, waits.total + hiddenLockWait, 1) && !waits.lock;
  const hidden = Math.max(hiddenGil ? hiddenGilWait : 0, hiddenLock && !threads.fed ? hiddenLockWait : 0);
  // Threads that take turns wait for a CPU as well where all are in use: of them only who may look can tell which wait is longer.
  const mayTakeTurns = !needsProof && hiddenGil && figures.cpuCores <= T.GIL_TURNS_CORES.most;
  if (mayTakeTurns || (hidden > largest && !(cpuWait > 0 && cpuWait >= hidden))) {
    if (!needsProof || figures.probePasses === 0) {
      const why = absence(figures, "not-yet");
      return cannotSay(why === "denied" && looksLikeGil(figures) ? "rhythm" : why);
    }
    return cannotSay(threads.observations < lines.leastObservations ? "few-observations" : "mixed");
  }
  if (largest === 0) return null;
  const least = Math.max(T.WAIT_COUNTS, T.WAIT_RATIO * waits.total);
  if (largest === cpuWait / lines.cpuWait) {
    return say(ownThreadsCrowd(figures, lines) === null ? "cpu-starved" : "oversubscribed", seen, cpuWait / least);
  }
  if (threads.observations < lines.leastObservations) return cannotSay("few-observations");
  if (largest === gilWait / lines.gilWait) return say("gil-bound", seen, gilWait / least);
  const mayBeGil = threads.timedLockWait >= T.TIMED_LOCK_SHARE * lockWait && mayHaveHeapGil(figures.python);
  if (mayBeGil && figures.rung !== "memory") return cannotSay("sub-interpreters");
  return say("lock-bound", seen, lockWait / least);
}

/** Fourth border line: no wait counts. */
function noWait(
  figures: RuntimeFigures,
  waits: CountedWaits,
  lines: BorderLines,
  basis: Basis,
  say: Say,
  cannotSay: CannotSay,
): Decision {
  const { cpuCores, threads } = figures;
  const nearest = Math.max(waits.gilWait, waits.lockWait) / Math.max(T.WAIT_COUNTS, T.WAIT_RATIO * waits.total);
  const clear = Math.max(1, 2 - nearest);
  if (cpuCores > lines.parallelCores) return say("parallel", basis, Math.min(clear, cpuCores / T.PARALLEL_CORES));
  if (oneThreadDoesIt(figures, lines)) {
    const share = topCores(figures) / (T.ONE_THREAD_SHARE * cpuCores);
    return say("single-threaded", basis, Math.min(clear, share + 0.5));
  }
  if (cpuCores >= lines.togetherCores && threads.busy >= 2) return say("parallel", basis, 1);
  const waitsOutside = threads.ioWait + threads.sleep >= T.WAIT_COUNTS || cpuCores < T.ONE_THREAD_CORES;
  // What a program used to begin says nothing of what it does.
  if (Math.min(cpuCores, figures.coresSinceSeen ?? cpuCores) >= lines.idleCores) {
    // Of one thread alone it is plain that nobody here keeps it waiting; of several only who looks can tell.
    const unlooked = threads.moving > 1 && basisOf(figures) === "suspected";
    if (unlooked && threads.ioWait + threads.sleep < T.WAIT_COUNTS) return cannotSay(absence(figures, "not-yet"));
    return waitsOutside ? say("io-bound", basis, clear) : cannotSay("mixed");
  }
  return say("idle", basis, T.GIVEN_MARGIN.idle);
}

/**
 * Scheduler counters alone: several threads share exactly one core on a machine with idle ones, and each wakes at the switch interval.
 * Threads that hash in strict turns of two milliseconds look the same.
 */
function looksLikeGil(figures: RuntimeFigures): boolean {
  const { threads, cpuCores, host } = figures;
  return (
    figures.python.build !== "free-threaded" &&
    threads.busy >= 2 &&
    cpuCores >= T.GIL_TURNS_CORES.least &&
    cpuCores <= T.GIL_TURNS_CORES.most &&
    threads.topCores < T.ONE_THREAD_SHARE * cpuCores &&
    threads.busyWakeUpsLeast >= T.GIL_WAKE_UPS.least &&
    threads.busyWakeUpsMost <= T.GIL_WAKE_UPS.most &&
    host.idleCores.known &&
    host.idleCores.value >= T.GIL_TURNS_IDLE_CORES &&
    figures.allowedCores >= T.GIL_TURNS_ALLOWED_CORES &&
    !limitReached(figures)
  );
}

function absence(figures: RuntimeFigures, otherwise: UndeterminedReason): UndeterminedReason {
  const { probeReason } = figures;
  if (probeReason === null) return otherwise;
  return probeReason === "gone" ? "not-yet" : probeReason;
}

import type { WindowRuntime } from "../frame/window-rows.ts";
import {
  BUSY_THREAD_CORES,
  FED_RATIO,
  FEEDER,
  FLAG_RATIO,
  FLAG_WAIT,
  GIL_WAKE_SECONDS,
  HAND_OVERS_PER_SECOND,
  LOCK_THREAD_WAIT,
  WORKER_HAND_OVERS_PER_SECOND,
  WORKS,
} from "../verdict/thresholds.ts";
import { THREAD_STATE_COUNT } from "./thread-state.ts";
import { STATE, type ThreadShares } from "./thread-states.ts";
import type { ThreadWindow } from "./thread-window.ts";

/** Sums over one runtime's threads; runs and waits are thread-seconds per second, those of `gilWait`, `cpuWait` and `run` of threads that work. */
export interface ThreadSums {
  /** Threads that moved at all. */
  readonly moved: number;
  /** Threads that move so much that the probe looks at them: who waits for a GIL or a lock that changes hands is among them. */
  readonly moving: number;
  readonly working: number;
  readonly run: number;
  readonly gilWait: number;
  /** The same of threads that do next to no work. */
  readonly restingGilWait: number;
  /** Largest share of its time that one thread waits for the GIL, as cautiously as demand is computed. */
  readonly longestGilWait: number;
  readonly cpuWait: number;
  /** Waits for other threads that end: hand-overs, not sleepers on a queue. */
  readonly lockWait: number;
  readonly lockThreads: number;
  /** Those of them that work. */
  readonly lockWorkers: number;
  /** Cores they use. */
  readonly lockCores: number;
  readonly handOversPerSecond: number;
  /** True when the threads that wait are fed by one that waits for I/O or a timer: workers of a pool, not a lock. */
  readonly fed: boolean;
  /** Part of `lockWait` in timed futexes off the runtime's data, which may be a sub-interpreter's GIL. */
  readonly timedLockWait: number;
  readonly gilHeldBlocked: number;
  readonly ioWait: number;
  readonly sleep: number;
  /** At most this much waiting for the GIL, or for locks, can hide in time nobody saw. */
  readonly hiddenGilWait: number;
  readonly hiddenLockWait: number;
  readonly topCores: number;
  /** Row of the busiest thread in the newer sample, -1 without threads. */
  readonly topRow: number;
  /** Threads that wait for the GIL at least a quarter of the time they want to run, and what they use. */
  readonly gilBound: number;
  readonly gilBoundCores: number;
  readonly gilBoundWait: number;
  /** Wake-ups per second of those threads together. */
  readonly gilBoundWakeUps: number;
  /** Threads with at least `BUSY_THREAD_CORES`, and the least, mean and most wake-ups per second among them. */
  readonly busy: number;
  readonly busyWakeUpsLeast: number;
  readonly busyWakeUpsMost: number;
  readonly observations: number;
  /** Cores the threads would use if they never waited for the GIL or a CPU. */
  readonly demandCores: number;
}

/** A thread that wakes more seldom is as good as resting. */
const MOVING_PER_SECOND = 0.5;
const MOVING_CORES = 0.005;

/** Whether one thread moves so much that what it waits for matters. */
export function isMoving(switchesPerSecond: number, cores: number): boolean {
  return switchesPerSecond >= MOVING_PER_SECOND || cores > MOVING_CORES;
}

/** Whether one thread waits for the GIL at least a quarter of the time it wants to run. */
export function isGilBound(run: number, cpuWait: number, gilWait: number): boolean {
  return gilWait >= FLAG_WAIT && gilWait >= FLAG_RATIO * (run + cpuWait + gilWait);
}

/**
 * Whether one thread works, so that its waits count: it does a good part of the work, or the GIL keeps it from doing so.
 * A thread that wakes up now and then only to find that it has nothing to do does not.
 */
function works(run: number, cpuWait: number, gilWait: number, fairShare: number): boolean {
  if (run + cpuWait >= WORKS.runnable || run >= WORKS.run) return true;
  if (run >= WORKS.fairRun && run >= WORKS.fair * fairShare) return true;
  if (gilWait >= WORKS.alwaysWaits) return true;
  return run >= WORKS.kept && gilWait >= WORKS.waits;
}

/**
 * Sums up what one runtime's threads did.
 * @param counts which rows count; all unless told otherwise
 */
export function sumThreads(
  runtime: WindowRuntime,
  window: ThreadWindow,
  shares: ThreadShares,
  counts: (row: number) => boolean = () => true,
): ThreadSums {
  const { states } = shares;
  const seconds = runtime.windowSeconds;
  let totalRun = 0;
  let movedThreads = 0;
  for (let row = runtime.threadStart; row < runtime.threadEnd; row += 1) {
    if (!counts(row)) continue;
    const run = window.runSeconds[row] as number;
    if (run > 0 || (window.timeslices[row] as number) > 0) {
      movedThreads += 1;
      totalRun += run || 0;
    }
  }
  const fairShare = movedThreads === 0 || seconds === 0 ? 0 : totalRun / seconds / movedThreads;
  const sums = nothing();
  let feederRate = 0;
  const alone = runtime.threadEnd - runtime.threadStart === 1;
  for (let row = runtime.threadStart; row < runtime.threadEnd; row += 1) {
    if (!counts(row)) continue;
    const lived = window.livedSeconds[row] as number;
    const runSeconds = window.runSeconds[row] as number;
    if (!(lived > 0) || Number.isNaN(runSeconds)) continue;
    const at = row * THREAD_STATE_COUNT;
    const part = seconds > 0 ? Math.min(1, lived / seconds) : 1;
    const run = Math.min(1, runSeconds / lived);
    const cpuWait = states[at + STATE.cpuWait] as number;
    const gilWait = states[at + STATE.gilWait] as number;
    const threadWait = states[at + STATE.threadWait] as number;
    const rate = (window.timeslices[row] as number) / lived;
    // What woke a thread while the program began says nothing of the one long wait it has been in since.
    const late = window.lateSlicesPerSecond[row] as number;
    const began = window.old[row] === 0;
    const handOvers = Number.isNaN(late) ? (began ? 0 : rate) : Math.min(rate, late);
    // Whoever works between its waits is handed things however seldom; a sleeper on a queue does not work.
    const handed =
      handOvers >= HAND_OVERS_PER_SECOND || (handOvers >= WORKER_HAND_OVERS_PER_SECOND && run >= WORKS.runnable);
    sums.observations += shares.observations[row] as number;
    const cores = run * part;
    if (cores > sums.topCores || sums.topRow < 0) {
      sums.topCores = cores;
      sums.topRow = row;
    }
    const wanted = 1 - Math.min(1, (shares.cautiousGilWait[row] as number) + cpuWait);
    sums.demandCores += part * (run === 0 ? 0 : wanted <= run ? 1 : Math.min(1, run / wanted));
    if (!(rate > 0) && run === 0) continue;
    sums.moved += 1;
    sums.longestGilWait = Math.max(sums.longestGilWait, shares.cautiousGilWait[row] as number);
    if (isMoving(rate, cores)) sums.moving += 1;
    const outside = (states[at + STATE.ioWait] as number) + (states[at + STATE.sleep] as number);
    sums.ioWait += part * (states[at + STATE.ioWait] as number);
    sums.sleep += part * (states[at + STATE.sleep] as number);
    sums.gilHeldBlocked += part * (states[at + STATE.gilHeldBlocked] as number);
    if (run >= BUSY_THREAD_CORES) {
      sums.busy += 1;
      sums.busyWakeUpsLeast = Math.min(sums.busyWakeUpsLeast, rate);
      sums.busyWakeUpsMost = Math.max(sums.busyWakeUpsMost, rate);
    }
    const worker = works(run, cpuWait, gilWait, fairShare);
    if (threadWait >= LOCK_THREAD_WAIT && handed) {
      if (worker) sums.lockWorkers += 1;
      sums.lockWait += part * threadWait;
      sums.lockThreads += 1;
      sums.lockCores += cores;
      // The other times it woke up, a sleep, I/O or a wait for the GIL had ended.
      sums.handOversPerSecond += (part * rate * threadWait) / (threadWait + outside + gilWait);
      sums.timedLockWait += part * (shares.timedLockShare[row] as number);
    } else if (threadWait < FEEDER.threadWait && outside > FEEDER.outside) {
      feederRate += part * rate;
    }
    if (!alone) {
      const unseen = states[at + STATE.unknown] as number;
      sums.hiddenGilWait += part * Math.min(unseen, rate * GIL_WAKE_SECONDS);
      if (handed) sums.hiddenLockWait += part * unseen;
    }
    if (isGilBound(run, cpuWait, gilWait)) {
      sums.gilBound += 1;
      sums.gilBoundCores += cores;
      sums.gilBoundWait += part * gilWait;
      sums.gilBoundWakeUps += part * rate;
    }
    if (worker) {
      sums.working += 1;
      sums.run += cores;
      sums.gilWait += part * gilWait;
      sums.cpuWait += part * cpuWait;
    } else {
      sums.restingGilWait += part * gilWait;
    }
  }
  if (sums.busy === 0) sums.busyWakeUpsLeast = 0;
  sums.fed = sums.lockThreads > 0 && feederRate >= FED_RATIO * sums.handOversPerSecond;
  return sums;
}

/** Written anew each time: a copy of one that was kept costs several times as much, for hundreds of runtimes in every frame. */
const nothing = (): { -readonly [Sum in keyof ThreadSums]: ThreadSums[Sum] } => ({
  moved: 0,
  moving: 0,
  working: 0,
  run: 0,
  gilWait: 0,
  longestGilWait: 0,
  cpuWait: 0,
  lockWait: 0,
  lockThreads: 0,
  lockWorkers: 0,
  lockCores: 0,
  restingGilWait: 0,
  handOversPerSecond: 0,
  fed: false,
  timedLockWait: 0,
  gilHeldBlocked: 0,
  ioWait: 0,
  sleep: 0,
  hiddenGilWait: 0,
  hiddenLockWait: 0,
  topCores: 0,
  topRow: -1,
  gilBound: 0,
  gilBoundCores: 0,
  gilBoundWait: 0,
  gilBoundWakeUps: 0,
  busy: 0,
  busyWakeUpsLeast: Number.POSITIVE_INFINITY,
  busyWakeUpsMost: 0,
  observations: 0,
  demandCores: 0,
});

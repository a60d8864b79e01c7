import * as T from "./thresholds.ts";
import type { VerdictId } from "./verdict.ts";

/** The border lines as they stand for one runtime now. */
export interface BorderLines {
  /** Factors on the two amounts from which each wait counts. */
  readonly gilWait: number;
  readonly lockWait: number;
  readonly cpuWait: number;
  readonly busyMachine: number;
  readonly limitReached: number;
  readonly throttled: number;
  readonly demandExceeds: number;
  /** Factor on what others use before own threads are said to crowd one another. */
  readonly others: number;
  readonly parallelCores: number;
  readonly togetherCores: number;
  readonly oneThreadShare: number;
  readonly oneThreadCores: number;
  readonly idleCores: number;
  readonly leastObservations: number;
  /** Factor on waits that may hide in what nobody saw. */
  readonly hidden: number;
  /** The same for a window in which it was the turn of other runtimes to be looked at. */
  readonly hiddenOutOfTurn: number;
}

/** The lines before any verdict holds. */
const PLAIN: BorderLines = {
  gilWait: 1,
  lockWait: 1,
  cpuWait: 1,
  busyMachine: T.BUSY_MACHINE,
  limitReached: T.LIMIT_REACHED,
  throttled: T.THROTTLED,
  demandExceeds: T.DEMAND_EXCEEDS,
  others: 1,
  parallelCores: T.PARALLEL_CORES,
  togetherCores: T.TOGETHER_CORES,
  oneThreadShare: T.ONE_THREAD_SHARE,
  oneThreadCores: T.ONE_THREAD_CORES,
  idleCores: T.IDLE_CORES,
  leastObservations: T.LEAST_OBSERVATIONS,
  hidden: 1,
  hiddenOutOfTurn: 1,
};

/** What stands in for a wavering figure of any verdict that holds: a little less seen is enough to go on. */
const HELD: BorderLines = {
  ...PLAIN,
  leastObservations: Math.floor(T.LEAST_OBSERVATIONS * T.KEEP_RATIO),
  hidden: T.KEEP_RATIO,
  hiddenOutOfTurn: T.KEEP_RATIO,
};

/** Moves a share or a ratio a fifth of the way to where its line would mean nothing: 1 for both. */
function towardsOne(line: number): number {
  return 1 + (line - 1) * T.KEEP_RATIO;
}

const BY_HELD: Readonly<Record<VerdictId, BorderLines>> = {
  "gil-bound": { ...HELD, gilWait: T.KEEP_RATIO },
  "lock-bound": { ...HELD, lockWait: T.KEEP_RATIO },
  "cpu-starved": {
    ...HELD,
    cpuWait: T.KEEP_RATIO,
    busyMachine: T.BUSY_MACHINE - (1 - T.BUSY_MACHINE) * (1 - T.KEEP_RATIO),
    others: 1 / T.KEEP_RATIO,
  },
  oversubscribed: {
    ...HELD,
    cpuWait: T.KEEP_RATIO,
    busyMachine: T.BUSY_MACHINE - (1 - T.BUSY_MACHINE) * (1 - T.KEEP_RATIO),
    demandExceeds: towardsOne(T.DEMAND_EXCEEDS),
    others: T.KEEP_RATIO,
  },
  "quota-limited": {
    ...HELD,
    limitReached: T.LIMIT_REACHED - (1 - T.LIMIT_REACHED) * (1 - T.KEEP_RATIO),
    throttled: T.THROTTLED * T.KEEP_RATIO,
    demandExceeds: towardsOne(T.DEMAND_EXCEEDS),
  },
  parallel: {
    ...HELD,
    parallelCores: towardsOne(T.PARALLEL_CORES),
    togetherCores: T.TOGETHER_CORES - (1 - T.TOGETHER_CORES) * (1 - T.KEEP_RATIO),
  },
  "single-threaded": {
    ...HELD,
    oneThreadShare: T.ONE_THREAD_SHARE - (1 - T.ONE_THREAD_SHARE) * (1 - T.KEEP_RATIO),
    oneThreadCores: T.ONE_THREAD_CORES * T.KEEP_RATIO,
  },
  "io-bound": { ...HELD, idleCores: T.IDLE_CORES * T.KEEP_RATIO },
  // What does next to nothing is looked at now and then; what was seen then holds until the next look.
  idle: { ...HELD, hiddenOutOfTurn: 0 },
  undetermined: PLAIN,
};

/**
 * The border lines in favour of the verdict that holds, so that a figure which wavers on a line changes nothing.
 * A figure that is clearly beyond its line changes the verdict at once.
 * @param held null: none holds
 */
export function borderLines(held: VerdictId | null): BorderLines {
  return held === null ? PLAIN : BY_HELD[held];
}

import type { VerdictId } from "../../core/verdict/verdict.ts";
import type { Asleep } from "../harness/target-label.ts";

/** What independent counters say of one process over the time it was watched; cores, and thread-seconds per second. */
export interface Figures {
  readonly cpuCores: number;
  /** Threads that lived all the time and did anything. */
  readonly threads: readonly { readonly run: number; readonly cpuWait: number }[];
  /** Part of `cpuCores` of threads that ended or began meanwhile. */
  readonly unseenCores: number;
  readonly hostBusyCores: number;
  readonly onlineCpus: number;
  /** CPU limit it was run under; null for none. */
  readonly limit: {
    readonly kind: "quota" | "affinity";
    readonly cores: number;
    readonly throttledRatio: number;
  } | null;
  readonly asleep: Asleep;
  /** Thread-seconds per second that the program's ledger says its threads wanted to run and did not; null without a ledger. */
  readonly ledgerWait: number | null;
  /** The program and all its children. */
  readonly family: { readonly cores: number; readonly cpuWait: number };
}

/** The label under the conditions that were met. */
export interface Truth {
  /** By the border lines, at the figures as they were read. */
  readonly verdict: VerdictId;
  /** What the border lines say anywhere within the uncertainty of the figures, `verdict` included: near a line both sides are right. */
  readonly accepted: readonly VerdictId[];
}

/** A thread that does less than this neither works nor waits for anything that counts. */
const WORKS_CORES = 0.002;
/** A thread that works this much is one of several that share the work. */
const SHARES_WORK_CORES = 0.05;

/** Share of the machine in use above which waiting for a CPU is starvation. */
const BUSY_MACHINE = 0.9;

/** How far the figures of two readers who do not start and stop at the same moment may differ. */
const CPU_UNCERTAINTY = 0.05;
/** Cores: the kernel counts a process's time in hundredths of a second, and the end of a program's start may fall into the window of one reader. */
const CPU_UNCERTAINTY_CORES = 0.01;
/** Of periods that were throttled, of which a window holds about fifty. */
const THROTTLED_UNCERTAINTY = 0.04;
const WAIT_UNCERTAINTY = 0.15;
const BUSY_UNCERTAINTY = 0.03;
const OTHERS_UNCERTAINTY = 0.15;

/** One point within the uncertainty. */
interface Point {
  readonly cpu: number;
  readonly cpuCores: number;
  readonly throttled: number;
  readonly wait: number;
  readonly busy: number;
  readonly others: number;
  /** 0 … 1: from the least to the most of the range of `Asleep`. */
  readonly share: number;
}

const CENTRE: Point = { cpu: 1, cpuCores: 0, throttled: 0, wait: 1, busy: 0, others: 1, share: 0.5 };

/**
 * Labels a program by the border lines of the product, from counters that are not the sampler's. `declared` is its author's label,
 * which stands alone where most of the work was done by threads that nobody could count.
 */
export function truthOf(figures: Figures, declared: VerdictId): Truth {
  if (figures.unseenCores > 0.25 && figures.unseenCores > 0.5 * figures.cpuCores) {
    const crowded = figures.hostBusyCores / figures.onlineCpus > BUSY_MACHINE - BUSY_UNCERTAINTY;
    return { verdict: declared, accepted: crowded ? [declared, "cpu-starved"] : [declared] };
  }
  const accepted = new Set<VerdictId>();
  const verdict = labelAt(figures, CENTRE);
  accepted.add(verdict);
  for (const sign of [-1, 1]) {
    const cpu = 1 + sign * CPU_UNCERTAINTY;
    const cpuCores = sign * CPU_UNCERTAINTY_CORES;
    const throttled = sign * THROTTLED_UNCERTAINTY;
    for (const wait of [1 - WAIT_UNCERTAINTY, 1 + WAIT_UNCERTAINTY]) {
      for (const busy of [-BUSY_UNCERTAINTY, BUSY_UNCERTAINTY]) {
        for (const others of [1 - OTHERS_UNCERTAINTY, 1 + OTHERS_UNCERTAINTY]) {
          for (const share of [0, 1])
            accepted.add(labelAt(figures, { cpu, cpuCores, throttled, wait, busy, others, share }));
        }
      }
    }
  }
  return { verdict, accepted: [...accepted] };
}

/** The border lines of the product page, in their order. */
function labelAt(figures: Figures, point: Point): VerdictId {
  const { asleep, limit, onlineCpus } = figures;
  const working = figures.threads
    .map(({ run, cpuWait }) => ({ run, cpuWait: Math.min(1 - run, cpuWait * point.wait) }))
    .filter(({ run, cpuWait }) => run + cpuWait >= WORKS_CORES);
  const sleepOf = (thread: { readonly run: number; readonly cpuWait: number }): number =>
    Math.max(0, 1 - thread.run - thread.cpuWait);
  const run = sum(working.map((thread) => thread.run));
  const cpuWait = sum(working.map((thread) => thread.cpuWait));
  const slept = sum(working.map(sleepOf));
  const share =
    asleep.for === "gil" || asleep.for === "lock" ? asleep.least + (asleep.most - asleep.least) * point.share : 0;
  const wanted = Math.max(0, (figures.ledgerWait ?? 0) * point.wait - cpuWait);
  const gilWait = asleep.for === "ledger" ? wanted : asleep.for === "gil" ? slept * share : 0;
  const lockWait = asleep.for === "lock" ? slept * share : 0;
  const gilShare = asleep.for === "ledger" ? wanted / Math.max(1e-9, slept) : asleep.for === "gil" ? share : 0;
  const total = run + gilWait + cpuWait + lockWait;
  const counts = (wait: number): boolean => wait >= 0.25 && wait >= 0.1 * total;
  const busy = figures.hostBusyCores / onlineCpus + point.busy;

  const demand = sum(
    working.map((thread) => Math.min(1, thread.run / Math.max(1e-3, 1 - gilShare * sleepOf(thread) - thread.cpuWait))),
  );
  const cpu = figures.cpuCores * point.cpu + point.cpuCores;
  const narrow = limit !== null && limit.cores < onlineCpus ? limit : null;
  const reached =
    narrow !== null &&
    (cpu >= 0.95 * narrow.cores ||
      narrow.throttledRatio + point.throttled > 0.05 ||
      (narrow.kind === "affinity" && run + cpuWait >= 0.95 * narrow.cores));
  const several = working.filter((thread) => thread.run + thread.cpuWait >= SHARES_WORK_CORES).length > 1;
  if (narrow !== null && reached && demand >= 1.1 * narrow.cores && (several || narrow.cores < 1))
    return "quota-limited";

  const gil = !reached && counts(gilWait) ? gilWait : 0;
  const lock = counts(lockWait) ? lockWait : 0;
  const starved = counts(cpuWait) && busy > BUSY_MACHINE ? cpuWait : 0;
  const largest = Math.max(gil, lock, starved);
  if (largest > 0) {
    if (largest === gil) return "gil-bound";
    if (largest === lock) return "lock-bound";
    const { family, hostBusyCores } = figures;
    const allowed = Math.min(onlineCpus, narrow?.cores ?? onlineCpus);
    const strangers = Math.max(0, hostBusyCores - family.cores) * point.others;
    const runnable = family.cores + family.cpuWait * point.wait;
    return runnable > 1.1 * allowed && runnable - allowed >= strangers ? "oversubscribed" : "cpu-starved";
  }
  if (cpu > 1.2) return "parallel";
  const most = Math.max(0, ...working.map((thread) => thread.run)) * point.cpu + point.cpuCores;
  if (cpu >= 0.5 && most >= 0.8 * cpu) return "single-threaded";
  if (cpu >= 0.9) return "parallel";
  return cpu >= 0.02 ? "io-bound" : "idle";
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

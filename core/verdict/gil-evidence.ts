import { oneLine } from "../family/runtime-name.ts";
import type { RuntimeFigures } from "../frame/runtime-figures.ts";
import type { Holding } from "../gil/gil-holdings.ts";
import { ordinarySwitchIntervalMs } from "../gil/python-version.ts";
import { busiestGil, hasSwitchRhythm, keptFor } from "./gil-kept.ts";
import type { Message } from "./message.ts";
import { message } from "./message-code.ts";
import * as T from "./thresholds.ts";
import { hostBusyRatio } from "./verdict-border.ts";

/** The sentences on a GIL that is waited for, what is special about it first. */
export function gilEvidence(figures: RuntimeFigures): Message[] {
  const { threads, gil } = figures;
  const list: Message[] = [];
  const most = busiestGil(figures);
  const held = figures.interpreterId === null ? gil?.heldRatio : most?.heldRatio;
  if (held?.known === true) {
    const error = most?.heldStandardError;
    list.push(
      message("evidence.gil-held", {
        heldRatio: held.value,
        standardError: error?.known === true ? error.value : null,
        interpreterId: figures.interpreterId,
      }),
    );
  }
  list.push(...gilPattern(figures));
  if (threads.gilBound > 0) {
    list.push(
      message("evidence.gil-wait", {
        threads: threads.gilBound,
        gilWaitRatio: threads.gilBoundWait / threads.gilBound,
        gilWait: threads.gilWait,
      }),
    );
  }
  const wanting = threads.run + threads.gilWait;
  // Most of the threads that come and go were never met.
  if (wanting > figures.cpuCores) list.push(message("evidence.turns", { cpuCores: figures.cpuCores, wanting }));
  const switches = most?.switchesPerSecond;
  const interval = most?.intervalMs;
  if (switches?.known === true) {
    list.push(
      message("evidence.gil-switches", {
        switchesPerSecond: switches.value,
        intervalMs: interval?.known === true ? interval.value : null,
      }),
    );
  } else if (threads.gilBound > 0) {
    list.push(wakeUps(figures, threads.gilBoundWakeUps / threads.gilBound));
  }
  list.push(...rhythm(figures), ...heldWhere(figures));
  if (figures.gilCount > 1 && figures.interpreterId === null) {
    list.push(message("evidence.gils-apart", { gils: figures.gilCount }));
  }
  return list;
}

/** Threads at any time that wait for the GIL though they do next to no work; null where that is not worth a word. */
export function restingWait({ threads }: RuntimeFigures): number | null {
  return threads.restingGilWait >= T.RESTING_WAIT_TOLD ? threads.restingGilWait : null;
}

/** How often threads wake up, beside how often a wait for their GIL is renewed. */
export function wakeUps({ python }: RuntimeFigures, perSecond: number): Message {
  return message("evidence.wake-ups", { perSecond, intervalMs: ordinarySwitchIntervalMs(python) });
}

/** What is special about the way the GIL is held: it is the reason, so it stands before the rest. */
function gilPattern(figures: RuntimeFigures): Message[] {
  const { threads } = figures;
  const list: Message[] = [];
  if (threads.gilHeldBlocked >= T.HELD_BLOCKED_TOLD) {
    list.push(message("evidence.held-blocked", { ratio: threads.gilHeldBlocked }));
  }
  const kept = keptFor(figures);
  if (kept !== null && isHeldLong(figures)) {
    list.push(message("evidence.held-long", { heldSeconds: kept.seconds, intervalSeconds: kept.interval }));
  }
  if (isConvoy(figures) && threads.gilBound > 0) {
    list.push(
      message("evidence.convoy-delay", {
        threads: threads.gilBound,
        delaySeconds: convoyDelaySeconds(figures),
        lostSeconds: threads.gilBoundWait,
      }),
    );
  }
  return list;
}

/**
 * Mean time a thread of a convoy has waited when it gets the GIL, at least: it cannot get it from another more often than it changes
 * hands, nor more often than it wakes up. Null when neither is known.
 */
function convoyDelaySeconds(figures: RuntimeFigures): number | null {
  const { gilBoundWait, gilBoundWakeUps } = figures.threads;
  const switches = busiestGil(figures)?.switchesPerSecond;
  const handOvers = switches?.known === true && switches.value > 0 ? switches.value : Number.POSITIVE_INFINITY;
  const times = Math.min(handOvers, gilBoundWakeUps > 0 ? gilBoundWakeUps : Number.POSITIVE_INFINITY);
  return Number.isFinite(times) ? gilBoundWait / times : null;
}

/** Whether code that never offers the GIL keeps it: for much longer than the switch interval, while the CPUs have room. */
export function isHeldLong(figures: RuntimeFigures): boolean {
  const kept = keptFor(figures);
  return (
    kept !== null && kept.seconds >= T.HELD_LONG_INTERVALS * kept.interval && hostBusyRatio(figures) <= T.BUSY_MACHINE
  );
}

/** Whether the GIL is handed over at the switch interval: then nobody lets go by itself. */
function rhythm(figures: RuntimeFigures): Message[] {
  const kept = keptFor(figures);
  if (kept === null || !hasSwitchRhythm(figures)) return [];
  return [message("evidence.switch-rhythm", { heldSeconds: kept.seconds, intervalSeconds: kept.interval })];
}

/** Whether a build that can run without a GIL runs with it. */
export function gilReenabled({ gil }: RuntimeFigures): boolean {
  return gil?.frames.some(({ enabled }) => enabled === true) ?? false;
}

/** Who had the GIL, and in which function, while others waited: one thread when it stands out, else the function that most were in. */
function heldWhere({ gil, holderName }: RuntimeFigures): Message[] {
  if (gil === null || gil.holdings.samples < T.LEAST_HOLDINGS) return [];
  const { top, topFunction, samples } = gil.holdings;
  const place = (one: Holding) => ({
    ratio: one.ratio,
    functionName: oneLine(one.functionName),
    file: oneLine(one.file),
    line: one.line,
    samples,
  });
  if (top !== null && top.ratio >= T.HOG_SHARE) {
    return [message("evidence.gil-held-by", { ...place(top), name: holderName })];
  }
  return topFunction !== null && topFunction.ratio >= T.HOG_SHARE
    ? [message("evidence.gil-held-in", place(topFunction))]
    : [];
}

/** One thread has most of the CPU and those that wait do little: the loss is latency. */
export function isConvoy(figures: RuntimeFigures): boolean {
  const { threads, cpuCores } = figures;
  return (
    cpuCores >= T.CONVOY.leastCores &&
    threads.topCores >= T.CONVOY.topShare * cpuCores &&
    threads.gilBoundCores < T.CONVOY.waitersShare * cpuCores
  );
}

/** Threads wait for the GIL while hardly anything runs: its holder is off the CPU. */
export function isBlockedHolder(figures: RuntimeFigures): boolean {
  const { threads, cpuCores } = figures;
  if (threads.gilHeldBlocked >= T.HELD_BLOCKED) return true;
  return (
    cpuCores < T.BLOCKED_HOLDER.mostCores &&
    threads.gilWait >= T.BLOCKED_HOLDER.waitsPerCore * cpuCores &&
    hostBusyRatio(figures) < T.BUSY_MACHINE &&
    threads.cpuWait < T.BLOCKED_HOLDER.mostCpuWait
  );
}

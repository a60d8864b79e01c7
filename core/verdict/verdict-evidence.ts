import { oneLine } from "../family/runtime-name.ts";
import type { GilFrame } from "../frame/frame.ts";
import type { RuntimeFigures } from "../frame/runtime-figures.ts";
import type { Holding } from "../gil/gil-holdings.ts";
import type { Message } from "./message.ts";
import { message } from "./message-code.ts";
import * as T from "./thresholds.ts";
import { type CountedWaits, type Decision, hostBusyRatio } from "./verdict-border.ts";
import { halvesDiffer } from "./verdict-confidence.ts";

/** The sentences with the numbers behind a verdict, strongest first. */
export function evidenceOf(figures: RuntimeFigures, decision: Decision): readonly Message[] {
  const { waits } = decision;
  const list: Message[] = [];
  switch (decision.id) {
    case "gil-bound":
      list.push(...gilEvidence(figures), ...notTheCpu(figures));
      break;
    case "lock-bound":
      list.push(...lockEvidence(figures, waits), ...noGilWait(figures), ...cpuBeside(figures));
      break;
    case "cpu-starved":
    case "oversubscribed":
      list.push(...starvation(figures), ...poolLibraries(figures), ...cpuBeside(figures));
      break;
    case "quota-limited":
      list.push(...limitEvidence(figures), ...starvedByLimit(figures), ...cpuBeside(figures));
      break;
    case "parallel":
      list.push(...cpuBeside(figures), ...noGilWait(figures), ...poolLibraries(figures));
      break;
    case "single-threaded":
      list.push(...oneThread(figures), ...noGilWait(figures), ...idleCores(figures));
      break;
    case "io-bound":
      list.push(...outsideWaits(figures), ...cpuBeside(figures), ...noGilWait(figures));
      break;
    case "idle":
      list.push(...cpuBeside(figures), ...sleepers(figures));
      break;
    case "undetermined":
      if (!Number.isNaN(figures.cpuCores)) list.push(...cpuBeside(figures), ...wakeUps(figures));
      break;
  }
  if (figures.gil?.off === true) list.push(message("evidence.gil-off"));
  if (gilReenabled(figures)) list.push(message("evidence.gil-reenabled"));
  if (decision.changed !== null) {
    const { from, secondsAgo } = decision.changed;
    list.push(message("evidence.changed", { verdict: from, secondsAgo }));
  }
  if (decision.nearly !== null) list.push(message("evidence.near-line", { verdict: decision.nearly }));
  if (figures.exitedCores >= T.EXITED_CORES) {
    list.push(message("evidence.exited-threads", { cores: figures.exitedCores }));
  }
  if (figures.halves !== null && halvesDiffer(figures.halves)) {
    list.push(message("evidence.phases", { firstCores: figures.halves[0], secondCores: figures.halves[1] }));
  }
  list.push(...howSeen(figures));
  return list;
}

function gilEvidence(figures: RuntimeFigures): Message[] {
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
  list.push(message("evidence.turns", { cpuCores: figures.cpuCores, wanting: threads.run + threads.gilWait }));
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
    list.push(message("evidence.wake-ups", { perSecond: threads.gilBoundWakeUps / threads.gilBound }));
  }
  list.push(...rhythm(figures), ...heldWhere(figures));
  if (figures.gilCount > 1 && figures.interpreterId === null) {
    list.push(message("evidence.gils-apart", { gils: figures.gilCount }));
  }
  return list;
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

/** How long the GIL is kept from one hand-over to the next, and its switch interval, seconds; null when either is not known. */
function keptFor(figures: RuntimeFigures): { readonly seconds: number; readonly interval: number } | null {
  const gil = busiestGil(figures);
  if (gil === null || !gil.heldRatio.known || !gil.switchesPerSecond.known || !gil.intervalMs.known) return null;
  // Fewer than one hand-over in the window: it was kept at least so long.
  const handOvers = Math.max(gil.switchesPerSecond.value, 1 / Math.max(figures.windowSeconds, 1));
  return { seconds: gil.heldRatio.value / handOvers, interval: gil.intervalMs.value / 1000 };
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
  if (kept === null || Math.abs(kept.seconds - kept.interval) > T.RHYTHM_TOLERANCE * kept.interval) return [];
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

/** The GIL that is held most: the one a verdict speaks of. */
function busiestGil({ gil, interpreterId }: RuntimeFigures): GilFrame | null {
  let most: GilFrame | null = null;
  for (const frame of gil?.frames ?? []) {
    if (frame.interpreterId === interpreterId) return frame;
    const ratio = frame.heldRatio.known ? frame.heldRatio.value : -1;
    if (most === null || ratio > (most.heldRatio.known ? most.heldRatio.value : -1)) most = frame;
  }
  return most;
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

function cpuBeside({ cpuCores, allowedCores, threadCount, threads }: RuntimeFigures): Message[] {
  return [message("evidence.cpu", { cpuCores, allowedCores, threadCount, working: threads.working })];
}

function idleCores({ host, limit, allowedCores }: RuntimeFigures): Message[] {
  if (!host.idleCores.known) return [];
  const idle = host.idleCores.value;
  const code = idle >= T.IDLE_CORES_TOLD ? "evidence.idle-cores" : "evidence.no-idle-cores";
  return [
    message(code, { idleCores: idle, onlineCpus: host.onlineCpus, limitCores: limit === null ? null : allowedCores }),
  ];
}

function notTheCpu(figures: RuntimeFigures): Message[] {
  const { threads } = figures;
  const ratio = threads.working === 0 ? 0 : threads.cpuWait / threads.working;
  const short = ratio < T.SHORT_RUN_QUEUE && hostBusyRatio(figures) <= T.BUSY_MACHINE;
  return [
    ...idleCores(figures),
    message(short ? "evidence.run-queue-short" : "evidence.run-queue", { ratio, cpuWait: threads.cpuWait }),
  ];
}

function lockEvidence({ threads }: RuntimeFigures, waits: CountedWaits): Message[] {
  return [
    message("evidence.lock-waits", { threads: threads.lockThreads, lockWait: waits.lockWait }),
    message("evidence.hand-overs", { perSecond: threads.handOversPerSecond }),
  ];
}

function noGilWait({ threads, rung }: RuntimeFigures): Message[] {
  if (rung !== "futex" && rung !== "memory") return [];
  return [message("evidence.gil-wait-none", { gilWait: threads.gilWait })];
}

function starvation(figures: RuntimeFigures): Message[] {
  const { threads, host, cpuCores, allowedCores } = figures;
  const busy = host.busyCores.known ? host.busyCores.value : null;
  return [
    message("evidence.runnable", { runnable: threads.run + threads.cpuWait, allowedCores, cpuWait: threads.cpuWait }),
    message("evidence.host-busy", {
      busyRatio: hostBusyRatio(figures),
      ownCores: cpuCores,
      otherCores: busy === null ? null : Math.max(0, busy - cpuCores),
    }),
  ];
}

function starvedByLimit({ threads, demandCores }: RuntimeFigures): Message[] {
  return [message("evidence.runnable", { runnable: demandCores, allowedCores: null, cpuWait: threads.cpuWait })];
}

function limitEvidence({ limit, host, limitUsedRatio }: RuntimeFigures): Message[] {
  if (limit === null) return [];
  if (limit.kind === "affinity") {
    return [
      message("evidence.affinity", { cores: limit.cores, onlineCpus: host.onlineCpus, usedRatio: limitUsedRatio }),
    ];
  }
  const list = [
    message("evidence.quota", { cores: limit.cores, cgroupPath: limit.cgroupPath, usedRatio: limitUsedRatio }),
  ];
  if (limit.throttledRatio !== null) {
    list.push(message("evidence.quota-throttled", { ratio: limit.throttledRatio }));
  }
  return list;
}

function poolLibraries({ python }: RuntimeFigures): Message[] {
  if (python.nativeLibraries.length === 0) return [];
  return [message("evidence.native-libraries", { libraries: python.nativeLibraries.slice(0, 4).join(", ") })];
}

function oneThread(figures: RuntimeFigures): Message[] {
  if (!figures.threadsKnown) return cpuBeside(figures);
  const { threads, cpuCores, threadCount } = figures;
  const list = [
    message("evidence.top-thread", {
      name: figures.topThreadName,
      tid: figures.topThreadTid,
      cores: threads.topCores,
      ratio: cpuCores > 0 ? Math.min(1, threads.topCores / cpuCores) : 0,
    }),
  ];
  if (threadCount > 1) {
    list.push(
      message("evidence.others-rest", { threads: threadCount - 1, cores: Math.max(0, cpuCores - threads.topCores) }),
    );
  }
  return list;
}

function outsideWaits({ threads }: RuntimeFigures): Message[] {
  if (threads.ioWait + threads.sleep < T.OUTSIDE_TOLD) return [];
  return [message("evidence.io-waits", { ioWait: threads.ioWait, sleep: threads.sleep, threads: threads.moved })];
}

function sleepers({ threadCount, threads }: RuntimeFigures): Message[] {
  return [message("evidence.sleepers", { threads: threadCount, moved: threads.moved })];
}

function wakeUps({ threads }: RuntimeFigures): Message[] {
  if (threads.busy === 0) return [];
  return [message("evidence.wake-ups", { perSecond: (threads.busyWakeUpsLeast + threads.busyWakeUpsMost) / 2 })];
}

function howSeen(figures: RuntimeFigures): Message[] {
  const { rung, threads, probePasses, windowSeconds } = figures;
  if (rung === "futex" || rung === "memory") {
    return [
      message("evidence.observations", {
        observations: threads.observations,
        passes: probePasses,
        windowSeconds,
        rung,
      }),
    ];
  }
  return [message("evidence.scheduler-only", { windowSeconds, obstacle: figures.probeObstacle })];
}

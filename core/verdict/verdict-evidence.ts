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
  const held = gil?.heldRatio;
  if (held?.known === true) {
    const most = busiestGil(figures);
    const error = most?.heldStandardError;
    list.push(
      message("evidence.gil-held", {
        heldRatio: held.value,
        standardError: error?.known === true ? error.value : null,
      }),
    );
  }
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
  const busiest = busiestGil(figures);
  const switches = busiest?.switchesPerSecond;
  const interval = busiest?.intervalMs;
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
  list.push(...heldWhere(figures));
  if (threads.gilHeldBlocked >= T.HELD_BLOCKED_TOLD) {
    list.push(message("evidence.held-blocked", { ratio: threads.gilHeldBlocked }));
  }
  if (isConvoy(figures) && threads.gilBoundWakeUps > 0) {
    list.push(
      message("evidence.convoy-delay", {
        threads: threads.gilBound,
        delaySeconds: threads.gilBoundWait / threads.gilBoundWakeUps,
      }),
    );
  }
  return list;
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
function busiestGil({ gil }: RuntimeFigures): GilFrame | null {
  let most: GilFrame | null = null;
  for (const frame of gil?.frames ?? []) {
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
  if (threads.ioWait + threads.sleep < 0.01) return [];
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

import type { RuntimeFigures } from "../frame/runtime-figures.ts";
import { gilEvidence, gilReenabled, restingWait, wakeUps } from "./gil-evidence.ts";
import type { Message } from "./message.ts";
import { message } from "./message-code.ts";
import * as T from "./thresholds.ts";
import { type CountedWaits, type Decision, hostBusyRatio, mostlyShortLived } from "./verdict-border.ts";
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
      list.push(...(mostlyShortLived(figures) ? cpuBeside(figures) : oneThread(figures)));
      list.push(...noGilWait(figures), ...idleCores(figures));
      break;
    case "io-bound":
      list.push(...outsideWaits(figures), ...cpuBeside(figures), ...noGilWait(figures));
      break;
    case "idle":
      list.push(...cpuBeside(figures), ...sleepers(figures));
      break;
    case "undetermined":
      if (!Number.isNaN(figures.cpuCores)) list.push(...cpuBeside(figures), ...busyWakeUps(figures));
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
  list.push(...howSeen(figures, decision));
  return list;
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

function noGilWait(figures: RuntimeFigures): Message[] {
  const { threads, rung } = figures;
  if (rung !== "futex" && rung !== "memory") return [];
  return [message("evidence.gil-wait-none", { gilWait: threads.gilWait, resting: restingWait(figures) })];
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

function busyWakeUps(figures: RuntimeFigures): Message[] {
  const { busy, busyWakeUpsLeast, busyWakeUpsMost } = figures.threads;
  return busy === 0 ? [] : [wakeUps(figures, (busyWakeUpsLeast + busyWakeUpsMost) / 2)];
}

/** Why the GIL was not read where what threads wait for was seen. */
function gilObstacle({ python, probeObstacle }: RuntimeFigures): string | null {
  return python.implementation === "PyPy" ? "pypy" : probeObstacle;
}

function howSeen(figures: RuntimeFigures, { reason }: Decision): Message[] {
  const { rung, threads, probePasses, windowSeconds } = figures;
  if (rung === "futex" || rung === "memory") {
    return [
      message("evidence.observations", {
        observations: threads.observations,
        passes: probePasses,
        windowSeconds,
        rung,
        obstacle: rung === "memory" ? null : gilObstacle(figures),
      }),
    ];
  }
  // Where the headline names the obstacle it need not be said again.
  const obstacle = reason === "denied" || reason === "rhythm" ? null : figures.probeObstacle;
  return [message("evidence.scheduler-only", { windowSeconds, obstacle })];
}

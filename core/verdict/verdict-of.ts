import type { RuntimeFigures } from "../frame/runtime-figures.ts";
import { isBlockedHolder, isConvoy, restingWait } from "./gil-evidence.ts";
import type { Message } from "./message.ts";
import { message } from "./message-code.ts";
import type { Verdict, VerdictId } from "./verdict.ts";
import { adviceOf } from "./verdict-advice.ts";
import { type Decision, decide, limitCounts, mostlyShortLived, ownThreadsCrowd } from "./verdict-border.ts";
import { confidenceOf } from "./verdict-confidence.ts";
import { evidenceOf } from "./verdict-evidence.ts";

/**
 * Judges one runtime over one window.
 * @param decision what the border lines say, where it is known already
 */
export function verdictOf(figures: RuntimeFigures, decision: Decision = decide(figures)): Verdict {
  return {
    id: decision.id,
    basis: decision.basis,
    confidence: confidenceOf(figures, decision),
    headline: headlineOf(figures, decision),
    evidence: evidenceOf(figures, decision),
    furtherCauses: furtherCauses(figures, decision),
    advice: adviceOf(figures, decision),
  };
}

function headlineOf(figures: RuntimeFigures, decision: Decision): Message {
  const { threads, cpuCores, demandCores, allowedCores, limit, windowSeconds } = figures;
  const { gilCount, interpreterId } = figures;
  const common = { cpuCores, demandCores: number(demandCores), allowedCores, windowSeconds };
  switch (decision.id) {
    case "gil-bound": {
      const parameters = {
        ...common,
        ...figures.ofGil,
        threads: Math.max(threads.gilBound, 1),
        working: threads.working,
        gils: gilCount,
        interpreterId,
      };
      if (decision.basis === "suspected") return message("gil-bound.old-gil", { ...parameters, threads: threads.busy });
      if (mostlyShortLived(figures)) {
        return message("gil-bound.short-lived", {
          ...parameters,
          threads: Math.round(figures.shortLived?.meanAlive ?? 0),
        });
      }
      if (isBlockedHolder(figures)) return message("gil-bound.blocked-holder", parameters);
      if (isConvoy(figures)) {
        return message("gil-bound.convoy", {
          ...parameters,
          name: figures.topThreadName,
          gilWaitRatio: threads.gilBoundWait / Math.max(1, threads.gilBound),
        });
      }
      return message("gil-bound.turns", parameters);
    }
    case "lock-bound":
      return message("lock-bound", { ...common, threads: threads.lockThreads, lockWait: decision.waits.lockWait });
    case "cpu-starved":
      return message("cpu-starved", { ...common, cpuWait: threads.cpuWait, working: threads.working });
    case "oversubscribed":
      // A verdict that holds already may stand on less than its own threads filling the CPUs.
      return ownThreadsCrowd(figures) === "family" || threads.run + threads.cpuWait <= allowedCores
        ? message("oversubscribed.family", {
            ...common,
            runnable: figures.family.runnable,
            runtimes: figures.family.runtimes,
          })
        : message("oversubscribed", { ...common, runnable: threads.run + threads.cpuWait });
    case "quota-limited":
      return message(limit?.kind === "affinity" ? "quota-limited.affinity" : "quota-limited.quota", {
        ...common,
        cores: limit?.cores ?? allowedCores,
        cgroupPath: limit?.cgroupPath ?? null,
        throttledRatio: limit?.throttledRatio ?? null,
      });
    case "parallel":
      return message("parallel", { ...common, working: threads.working });
    case "single-threaded":
      if (mostlyShortLived(figures)) return message("single-threaded.in-turn", common);
      return figures.threadCount === 1
        ? message("single-threaded.only", { ...common, topCores: cpuCores })
        : message("single-threaded", {
            ...common,
            name: figures.topThreadName,
            topCores: threads.topCores,
            others: figures.threadCount - 1,
            resting: restingWait(figures),
          });
    case "io-bound":
      return message("io-bound", { ...common, threads: figures.threadCount });
    case "idle":
      return message("idle", { ...common, threads: figures.threadCount });
    case "undetermined":
      return message(`undetermined.${decision.reason ?? "mixed"}`, {
        ...common,
        obstacle: figures.probeObstacle,
        threads: threads.busy,
        version: figures.python.version,
        exitedCores: figures.exitedCores,
      });
  }
}

/** Causes that hold besides the first: any other wait that counts, and a limit that is reached. */
function furtherCauses(figures: RuntimeFigures, decision: Decision): Verdict["furtherCauses"] {
  if (decision.id === "undetermined") return [];
  const { waits } = decision;
  const { threads } = figures;
  const starved: VerdictId = ownThreadsCrowd(figures) === null ? "cpu-starved" : "oversubscribed";
  const causes: { id: VerdictId; wait: number; message: Message }[] = [];
  if (waits.gil)
    causes.push({
      id: "gil-bound",
      wait: threads.gilWait,
      message: message("also.gil-bound", { gilWait: threads.gilWait }),
    });
  if (waits.lock)
    causes.push({
      id: "lock-bound",
      wait: waits.lockWait,
      message: message("also.lock-bound", { lockWait: waits.lockWait }),
    });
  // Waiting for a CPU under a limit that is reached is the limit's doing.
  if (waits.cpu && decision.id !== "quota-limited") {
    const code = starved === "cpu-starved" ? "also.cpu-starved" : "also.oversubscribed";
    causes.push({ id: starved, wait: threads.cpuWait, message: message(code, { cpuWait: threads.cpuWait }) });
  }
  if (limitCounts(figures)) {
    causes.push({
      id: "quota-limited",
      wait: 0,
      message: message("also.quota-limited", { cores: figures.limit?.cores ?? null }),
    });
  }
  return causes
    .filter((cause) => cause.id !== decision.id)
    .sort((a, b) => b.wait - a.wait)
    .map(({ id, message: text }) => ({ id, message: text }));
}

function number(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

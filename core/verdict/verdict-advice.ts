import type { RuntimeFigures } from "../frame/runtime-figures.ts";
import { isAtLeast } from "../gil/python-version.ts";
import type { Message } from "./message.ts";
import { message } from "./message-code.ts";
import { SPLIT_IDLE_CORES } from "./thresholds.ts";
import type { Decision } from "./verdict-border.ts";
import { isBlockedHolder, isConvoy } from "./verdict-evidence.ts";

/** What would help, with the projected gain in cores, the best way first. */
export function adviceOf(figures: RuntimeFigures, decision: Decision): readonly Message[] {
  const { cpuCores, limit, allowedCores, python } = figures;
  const to = Math.max(cpuCores, Math.min(figures.demandCores, allowedCores));
  const gain = { fromCores: cpuCores, toCores: to };
  switch (decision.id) {
    case "gil-bound":
      if (isBlockedHolder(figures)) return [message("advice.blocked-holder"), message("advice.processes", gain)];
      if (isConvoy(figures)) return [message("advice.convoy", gain), message("advice.release-gil", gain)];
      return [
        message("advice.processes", gain),
        message("advice.release-gil", gain),
        message("advice.free-threaded", { ...gain, upgrade: isAtLeast(python, 3, 13) ? null : python.version }),
      ];
    case "lock-bound":
      return [message("advice.lock")];
    case "cpu-starved":
      return [message("advice.cpu-starved", { fromCores: cpuCores, toCores: to })];
    case "oversubscribed":
      return [message("advice.fewer-threads", { allowedCores, working: figures.threads.working })];
    case "quota-limited": {
      const wanted = { fromCores: limit?.cores ?? allowedCores, toCores: Math.max(cpuCores, figures.demandCores) };
      // Beyond one core a higher limit gives nothing to threads that share one GIL.
      const capped = decision.waits.gil
        ? { ...wanted, toCores: Math.max(wanted.fromCores, Math.min(1, wanted.toCores)) }
        : wanted;
      const first = message(limit?.kind === "affinity" ? "advice.widen-affinity" : "advice.raise-quota", capped);
      return decision.waits.gil && capped.toCores <= capped.fromCores
        ? [message("advice.processes", { fromCores: cpuCores, toCores: wanted.toCores }), first]
        : [first];
    }
    case "single-threaded": {
      const idle = figures.host.idleCores;
      if (!idle.known || idle.value < SPLIT_IDLE_CORES || allowedCores <= 1) return [];
      return [message("advice.split-work", { idleCores: Math.min(idle.value, allowedCores - cpuCores) })];
    }
    case "undetermined":
      if (decision.reason === "denied") return [message("advice.grant-right", { obstacle: figures.probeObstacle })];
      if (decision.reason === "not-yet" || decision.reason === "few-observations")
        return [message("advice.watch-longer")];
      return [];
    case "parallel":
    case "io-bound":
    case "idle":
      return [];
  }
}

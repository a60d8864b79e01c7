import type { RuntimeFigures } from "../frame/runtime-figures.ts";
import { isAtLeast } from "../gil/python-version.ts";
import type { PythonFacts } from "../sample/raw-sample.ts";
import { valueOrNull } from "../sample/reading.ts";
import { gilReenabled, isBlockedHolder, isConvoy, isHeldLong } from "./gil-evidence.ts";
import type { Message } from "./message.ts";
import { message } from "./message-code.ts";
import { OTHERS_TOLD_CORES, SPLIT_IDLE_CORES } from "./thresholds.ts";
import { type Decision, mostlyShortLived } from "./verdict-border.ts";

/** What would help, with the projected gain in cores, the best way first. */
export function adviceOf(figures: RuntimeFigures, decision: Decision): readonly Message[] {
  const { cpuCores, limit, allowedCores } = figures;
  // Of threads that come and go it is only known that one at least waits at any time: two could run.
  const demandCores = decision.id === "gil-bound" && mostlyShortLived(figures) ? 2 : figures.demandCores;
  const alone = Math.max(cpuCores, Math.min(demandCores, allowedCores));
  switch (decision.id) {
    case "gil-bound": {
      // The same cores as in the figure beside it: those that others use now are no gain.
      const toCores = Math.max(cpuCores, Math.min(demandCores, figures.freeCores));
      const aloneCores = alone - toCores >= OTHERS_TOLD_CORES ? alone : null;
      return gilAdvice(figures, { fromCores: cpuCores, toCores, aloneCores });
    }
    case "lock-bound":
      return [message("advice.lock")];
    case "cpu-starved":
      return [message("advice.cpu-starved", { fromCores: cpuCores, toCores: alone })];
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
        ? [message("advice.processes", { ...withMemory(figures, wanted.toCores), fromCores: cpuCores }), first]
        : [first];
    }
    case "single-threaded": {
      const idle = figures.host.idleCores;
      if (!idle.known || idle.value < SPLIT_IDLE_CORES || allowedCores <= 1) return [];
      return [message("advice.split-work", { idleCores: Math.min(idle.value, allowedCores - cpuCores) })];
    }
    case "undetermined":
      if (decision.reason === "denied" || decision.reason === "rhythm")
        return [message("advice.grant-right", { obstacle: figures.probeObstacle })];
      if (decision.reason === "not-yet" || decision.reason === "few-observations")
        return [message("advice.watch-longer")];
      return [];
    case "parallel":
    case "io-bound":
    case "idle":
      return [];
  }
}

/** From what is used to what could be; `aloneCores`: what it could be with the CPUs to itself, where that is more. */
type Gain = Readonly<Record<"fromCores" | "toCores", number> & Record<"aloneCores", number | null>>;

function gilAdvice(figures: RuntimeFigures, gain: Gain): readonly Message[] {
  const processes = message("advice.processes", { ...gain, ...withMemory(figures, gain.toCores) });
  const release = message("advice.release-gil", gain);
  if (isBlockedHolder(figures)) return [message("advice.blocked-holder"), processes];
  if (isConvoy(figures)) {
    return [message("advice.convoy", { ...gain, lostSeconds: figures.threads.gilBoundWait }), release];
  }
  const { python } = figures;
  return [
    ...(gilReenabled(figures) ? [message("advice.gil-reenabled", { ...gain })] : []),
    ...(isHeldLong(figures) ? [message("advice.held-long", gain)] : []),
    processes,
    ...(isHeldLong(figures) ? [] : [release]),
    ...(python.implementation === "PyPy" ? [] : withoutTheGil(figures, gain)),
  ];
}

/** What CPython offers to run Python code of several threads at once. */
function withoutTheGil(figures: RuntimeFigures, gain: Gain): readonly Message[] {
  const { python } = figures;
  const at = { ...gain, ...packagesOf(python) };
  const upgrade = isAtLeast(python, 3, 13) ? null : python.version;
  return [
    ...(gilReenabled(figures) ? [] : [message("advice.free-threaded", { ...at, upgrade })]),
    ...(isAtLeast(python, 3, 12) ? [message("advice.sub-interpreters", { ...at, version: python.version })] : []),
  ];
}

/** Packages with extension modules named in one sentence. */
const MOST_PACKAGES = 4;

/** Packages whose extension modules would have to work without the GIL, or in several interpreters. */
function packagesOf({ extensionPackages }: PythonFacts) {
  if (extensionPackages === undefined) return { packageCount: null, packages: null };
  const more = extensionPackages.length - MOST_PACKAGES;
  const named = extensionPackages.slice(0, MOST_PACKAGES).join(", ");
  return { packageCount: extensionPackages.length, packages: more > 0 ? `${named} and ${more} more` : named };
}

/** What each process takes for itself and what they share, as far as it is known. */
function withMemory({ memory }: RuntimeFigures, toCores: number) {
  const memoryBytes = valueOrNull(memory.ussBytes);
  const pssBytes = valueOrNull(memory.pssBytes);
  return {
    toCores,
    processes: Math.max(2, Math.ceil(toCores)),
    memoryBytes,
    sharedBytes: memoryBytes === null || pssBytes === null ? null : Math.max(0, pssBytes - memoryBytes),
  };
}

import type { ProbePlan } from "../probe/probe-plan.ts";
import { EMPTY_PLAN } from "../probe/probe-plan.ts";
import type { GilHolding, ProcessDetail, PythonFacts, RawGil, RuntimeProbe } from "../sample/raw-sample.ts";
import { LATENESS_BOUNDS_MS } from "../sample/raw-sample.ts";
import { absent, known } from "../sample/reading.ts";
import type { SeenName } from "./observations.ts";
import type { SimulatedProcess } from "./simulated.ts";

/** Counters of one simulated thread so far. */
export interface ThreadTotals {
  readonly rowId: number;
  readonly tid: number;
  run: number;
  cpuWait: number;
  slices: number;
  readonly seen: Map<SeenName, number>;
  held: number;
  heldRunning: number;
}

/** Counters of one simulated process so far. */
export interface ProcessTotals {
  readonly rowId: number;
  readonly startTicks: number;
  exited: number;
  passes: number;
  gilSwitches: number;
  readonly threads: ThreadTotals[];
}

/** The rung the probe stands on for a process; null when it is not probed. */
export function rungOf(process: SimulatedProcess): RuntimeProbe["rung"] | null {
  if (process.python === null) return null;
  if (process.rung !== undefined) return process.rung;
  return process.threads.length > 1 ? "futex" : null;
}

/** What changes rarely about a process. */
export function processDetail(process: SimulatedProcess, rowId: number): ProcessDetail {
  const python: PythonFacts | null =
    process.python === null
      ? null
      : {
          implementation: "CPython",
          version: "3.12.1",
          build: "gil",
          recognisedBy: "name",
          virtualEnvironment: null,
          nativeLibraries: [],
          ...process.python,
        };
  return {
    rowId,
    comm: process.comm ?? "python3",
    commandLine: process.commandLine === null ? absent("denied") : known(process.commandLine ?? ["python3", "app.py"]),
    executablePath: known("/usr/bin/python3.12"),
    workingDirectory: known(process.workingDirectory ?? "/home/user/src/app"),
    userId: 1000,
    userName: process.userName ?? "user",
    python,
    cgroupPath: process.cgroupPath ?? null,
    allowedCpus: process.allowedCpus ?? null,
    probeRight: process.probeRight ?? known(true),
    ...(process.processGroup === undefined ? {} : { processGroup: process.processGroup }),
  };
}

/** The probe's own counters for a process. */
export function probeOf(process: SimulatedProcess, totals: ProcessTotals): RuntimeProbe {
  const passes = Math.round(totals.passes);
  const lateness = new Float64Array(LATENESS_BOUNDS_MS.length + 1);
  lateness[0] = passes;
  return {
    processRowId: totals.rowId,
    rung: rungOf(process) ?? "futex",
    obstacle: process.probeObstacle ?? null,
    rateHz: process.rateHz ?? 25,
    passes,
    lateness,
  };
}

/** One look in so many reads the holder's stack. */
const STACKS_EACH = 4;

/** The GILs of a process as memory would show them. */
export function gilsOf(process: SimulatedProcess, totals: ProcessTotals): readonly RawGil[] {
  const interpreters = new Set([0, ...process.threads.map(({ interpreter }) => interpreter ?? 0)]);
  return [...interpreters].sort((a, b) => a - b).map((interpreterId) => gilOf(process, totals, interpreterId));
}

function gilOf(process: SimulatedProcess, totals: ProcessTotals, interpreterId: number): RawGil {
  const samples = Math.round(totals.passes);
  const own = totals.threads.filter((_, index) => (process.threads[index]?.interpreter ?? 0) === interpreterId);
  const heldSamples = Math.min(samples, Math.round(own.reduce((sum, thread) => sum + thread.held, 0)));
  const holdings = own.flatMap((thread): GilHolding[] => {
    const place = process.threads[totals.threads.indexOf(thread)]?.stack?.[0];
    const seen = Math.round(thread.held / STACKS_EACH);
    if (place === undefined || seen === 0) return [];
    const { functionName, file, line } = place;
    // Others always wait.
    return [{ threadRowId: thread.rowId, functionName, file, line: line ?? 0, samples: seen, whileWaited: seen }];
  });
  return {
    processRowId: totals.rowId,
    interpreterId,
    enabled: process.gilEnabled ?? null,
    intervalMs: 5,
    switches: Math.round(totals.gilSwitches),
    samples,
    heldSamples,
    heldByThread: own
      .filter((thread) => thread.held > 0)
      .map((thread) => ({
        threadRowId: thread.rowId,
        samples: Math.round(thread.held),
        runningSamples: Math.round(thread.heldRunning),
      })),
    batchSum: heldSamples / 25,
    batchSumOfSquares: samples === 0 ? 0 : (heldSamples * heldSamples) / (25 * samples),
    batches: Math.round(samples / 25),
    ...(holdings.length === 0 ? {} : { holdings }),
  };
}

/** The plan that would have led to these counts. */
export function planOf(probed: readonly { process: SimulatedProcess; totals: ProcessTotals }[]): ProbePlan {
  if (probed.length === 0) return EMPTY_PLAN;
  return {
    targets: probed.map(({ process, totals }) => {
      const moving = totals.threads.filter((_, index) => (process.threads[index]?.run ?? 0) > 0);
      const resting = totals.threads.filter((_, index) => (process.threads[index]?.run ?? 0) === 0);
      return {
        processRowId: totals.rowId,
        pid: process.pid,
        startTicks: totals.startTicks,
        rateHz: process.rateHz ?? 25,
        threadRowIds: moving.map((thread) => thread.rowId),
        tids: moving.map((thread) => thread.tid),
        restingThreadRowIds: resting.map((thread) => thread.rowId),
        restingTids: resting.map((thread) => thread.tid),
      };
    }),
  };
}

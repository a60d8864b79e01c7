import { CAPABILITY_IDS, type Capabilities } from "../sample/capabilities.ts";
import type { CgroupSample, Observation, RawSample, SessionHeader, ThreadDetail } from "../sample/raw-sample.ts";
import { SEEN, type SeenName } from "./observations.ts";
import { gilsOf, type ProcessTotals, planOf, probeOf, processDetail, rungOf } from "./sample-parts.ts";
import type { SimulatedCgroup, SimulatedMachine, SimulatedProcess } from "./simulated.ts";

export type { SimulatedCgroup, SimulatedMachine, SimulatedProcess, SimulatedThread } from "./simulated.ts";

const GIBIBYTE = 2 ** 30;
const START_WALL_MS = 1_790_000_000_000;

/** Header of a simulated session: a small x86_64 Linux machine. */
export function simulatedHeader(onlineCpus = 4): SessionHeader {
  return {
    host: {
      hostName: "orion",
      operatingSystem: "Debian GNU/Linux 12",
      kernel: "6.1.0",
      architecture: "x86_64",
      cpuModel: "Simulated CPU",
      onlineCpus,
      memoryBytes: 16 * GIBIBYTE,
      pageBytes: 4096,
      clockTicksPerSecond: 100,
      bootWallMs: START_WALL_MS - 86_400_000,
    },
    provider: "simulated",
    programVersion: "0.0.0",
    startedWallMs: START_WALL_MS,
    intervalMs: 1000,
  };
}

const ALL_CAPABILITIES: Capabilities = CAPABILITY_IDS.map((id) => ({
  id,
  available: true,
  reason: null,
  obstacle: null,
}));

/**
 * A machine that runs on paper: each step adds rates × seconds to every counter and gives back a complete raw sample.
 * The same steps always give the same samples. Change the machine between steps for phases, births and deaths.
 */
export class SimulatedSession {
  readonly header: SessionHeader;
  private readonly totals = new Map<string, ProcessTotals>();
  private readonly names: SeenName[] = Object.keys(SEEN) as SeenName[];
  private readonly observations: readonly Observation[] = this.names.map((name) => SEEN[name]);
  private readonly announced = new Map<number, string>();
  private readonly cgroupTotals = new Map<string, { periods: number; throttled: number; usage: number }>();
  private nextProcessRow = 1;
  private nextThreadRow = 1;
  private sequence = 0;
  private monotonicMs = 5000;
  private hostBusySeconds = 1000;

  constructor(onlineCpus = 4) {
    this.header = simulatedHeader(onlineCpus);
  }

  /** Lets `seconds` pass on this machine and samples it. The first call samples without letting time pass. */
  step(machine: SimulatedMachine, seconds = 1): RawSample {
    const elapsed = this.sequence === 0 ? 0 : seconds;
    this.monotonicMs += elapsed * 1000;
    this.sequence += 1;
    const live = machine.processes.map((process) => ({ process, totals: this.totalsOf(process) }));
    live.sort((a, b) => a.totals.rowId - b.totals.rowId);
    for (const { process, totals } of live) this.spend(process, totals, elapsed);
    this.hostBusySeconds += (machine.foreignCores ?? 0) * elapsed;
    return this.sampleOf(machine, live, elapsed);
  }

  private totalsOf(process: SimulatedProcess): ProcessTotals {
    const startTicks = process.startTicks ?? 360_000 + process.pid;
    const key = `${process.pid}:${startTicks}`;
    let totals = this.totals.get(key);
    if (totals === undefined) {
      totals = {
        rowId: this.nextProcessRow++,
        startTicks,
        exited: 0,
        passes: 0,
        gilSwitches: 0,
        threads: [],
      };
      this.totals.set(key, totals);
    }
    while (totals.threads.length < process.threads.length) {
      totals.threads.push({
        rowId: this.nextThreadRow++,
        tid: process.pid + totals.threads.length,
        run: 0,
        cpuWait: 0,
        slices: 0,
        seen: new Map(),
        held: 0,
        heldRunning: 0,
      });
    }
    totals.threads.length = process.threads.length;
    return totals;
  }

  private spend(process: SimulatedProcess, totals: ProcessTotals, elapsed: number): void {
    const rung = rungOf(process);
    const passes = rung === null ? 0 : (process.rateHz ?? 25) * elapsed;
    totals.passes += passes;
    totals.gilSwitches += (process.gilSwitchesPerSecond ?? 0) * elapsed;
    totals.exited += (process.exitedCores ?? 0) * elapsed;
    this.hostBusySeconds += (process.exitedCores ?? 0) * elapsed;
    process.threads.forEach((thread, index) => {
      const sum = totals.threads[index];
      if (sum === undefined) return;
      const onCpu = thread.run + (thread.cpuWait ?? 0);
      sum.run += thread.run * elapsed;
      this.hostBusySeconds += thread.run * elapsed;
      sum.cpuWait += (thread.cpuWait ?? 0) * elapsed;
      sum.slices += (thread.slices ?? (thread.run > 0 ? 20 : 0)) * elapsed;
      sum.held += (thread.held ?? 0) * passes;
      sum.heldRunning += (thread.heldRunning ?? thread.held ?? 0) * passes;
      if (rung === null) return;
      // A thread that does not run is looked at once per plan only.
      const looks = onCpu > 0 ? passes : elapsed > 0 ? 1 : 0;
      add(sum.seen, "running", looks * Math.min(1, onCpu));
      for (const [name, share] of Object.entries(thread.rest ?? { sleep: 1 })) {
        const seen = rung === "wchan" && SEEN[name as SeenName].syscall === 202 ? "wchanFutex" : (name as SeenName);
        add(sum.seen, seen, looks * Math.max(0, 1 - onCpu) * share);
      }
    });
  }

  private sampleOf(
    machine: SimulatedMachine,
    live: readonly { process: SimulatedProcess; totals: ProcessTotals }[],
    elapsed: number,
  ): RawSample {
    const threads = live.flatMap(({ process, totals }) =>
      totals.threads.map((thread, index) => ({ thread, owner: totals, from: process.threads[index] })),
    );
    const counts = threads.flatMap(({ thread }) =>
      [...thread.seen].map(([name, count]) => ({ row: thread.rowId, id: this.names.indexOf(name), count })),
    );
    const stacks = threads.flatMap(({ thread, from }) =>
      from?.stack === undefined
        ? []
        : [
            {
              threadRowId: thread.rowId,
              readAtMs: this.monotonicMs - 40,
              frames: from.stack,
              inGarbageCollection: false,
            },
          ],
    );
    const probed = live.filter(({ process }) => rungOf(process) !== null);
    return {
      sequence: this.sequence,
      monotonicMs: this.monotonicMs,
      wallMs: START_WALL_MS + this.monotonicMs,
      host: {
        busySeconds: this.hostBusySeconds,
        stealSeconds: 0,
        busySecondsByCpu: Float64Array.from(
          { length: this.header.host.onlineCpus },
          () => this.hostBusySeconds / this.header.host.onlineCpus,
        ),
        memoryAvailableBytes: 8 * GIBIBYTE,
        swapUsedBytes: 0,
      },
      processes: {
        length: live.length,
        rowId: Uint32Array.from(live, ({ totals }) => totals.rowId),
        pid: Int32Array.from(live, ({ process }) => process.pid),
        parentPid: Int32Array.from(live, ({ process }) => process.parentPid ?? 1),
        startTicks: Float64Array.from(live, ({ totals }) => totals.startTicks),
        state: Uint8Array.from(live, ({ process }) => (process.threads.some((t) => t.run > 0.5) ? 82 : 83)),
        threadCount: Uint32Array.from(live, ({ process }) => process.threads.length),
        // The kernel shows a process's CPU time in ticks of 10 ms.
        cpuSeconds: Float64Array.from(
          live,
          ({ totals }) => Math.floor((totals.exited + sum(totals.threads, (t) => t.run)) * 100 + 1e-6) / 100,
        ),
        rssBytes: Float64Array.from(live, ({ process }) => process.rssBytes ?? 64 * 2 ** 20),
        readAtMs: Float64Array.from(live, () => this.monotonicMs),
      },
      threads: {
        length: threads.length,
        rowId: Uint32Array.from(threads, ({ thread }) => thread.rowId),
        processRowId: Uint32Array.from(threads, ({ owner }) => owner.rowId),
        tid: Int32Array.from(threads, ({ thread }) => thread.tid),
        runSeconds: Float64Array.from(threads, ({ thread }) => thread.run),
        cpuWaitSeconds: Float64Array.from(threads, ({ thread }) => thread.cpuWait),
        timeslices: Float64Array.from(threads, ({ thread }) => Math.floor(thread.slices + 1e-6)),
        readAtMs: Float64Array.from(threads, () => this.monotonicMs),
      },
      processDetails: this.fresh(
        live.map(({ process, totals }) => processDetail(process, totals.rowId)),
        "p",
      ),
      threadDetails: this.fresh(
        threads.map(({ thread, from }): ThreadDetail => ({ rowId: thread.rowId, comm: from?.name ?? "python" })),
        "t",
      ),
      cgroups: (machine.cgroups ?? []).map((cgroup) => this.cgroupSample(cgroup, elapsed)),
      observations: this.observations,
      probes: probed.map(({ process, totals }) => probeOf(process, totals)),
      probeCounts: {
        length: counts.length,
        threadRowId: Uint32Array.from(counts, ({ row }) => row),
        observationId: Uint32Array.from(counts, ({ id }) => id),
        count: Float64Array.from(counts, ({ count }) => Math.round(count)),
      },
      gils: probed
        .filter(({ process }) => process.rung === "memory")
        .flatMap(({ process, totals }) => gilsOf(process, totals)),
      ...(stacks.length === 0 ? {} : { stacks }),
      capabilities: ALL_CAPABILITIES,
      plan: planOf(probed),
      ownCost: { cpuSeconds: this.sequence * 0.006, samplerCpuSeconds: this.sequence * 0.004, rssBytes: 60 * 2 ** 20 },
    };
  }

  private fresh<Detail extends { readonly rowId: number }>(
    details: readonly Detail[],
    kind: string,
  ): readonly Detail[] {
    return details.filter((detail) => {
      const text = kind + JSON.stringify(detail);
      const key = kind === "p" ? detail.rowId : -detail.rowId;
      if (this.announced.get(key) === text) return false;
      this.announced.set(key, text);
      return true;
    });
  }

  private cgroupSample(cgroup: SimulatedCgroup, elapsed: number): CgroupSample {
    const totals = this.cgroupTotals.get(cgroup.path) ?? { periods: 0, throttled: 0, usage: 0 };
    this.cgroupTotals.set(cgroup.path, totals);
    totals.periods += elapsed * 10;
    totals.throttled += elapsed * 10 * cgroup.throttledRatio;
    totals.usage += elapsed * cgroup.usageCores;
    return {
      path: cgroup.path,
      quotaCores: cgroup.quotaCores,
      periods: Math.round(totals.periods),
      throttledPeriods: Math.round(totals.throttled),
      throttledSeconds: totals.throttled * 0.05,
      usageSeconds: totals.usage,
    };
  }
}

/** Samples of a machine that goes on the same way: one at the start and one after each second. */
export function simulate(
  machine: SimulatedMachine,
  seconds = 6,
): { readonly header: SessionHeader; readonly samples: readonly RawSample[] } {
  const session = new SimulatedSession(machine.onlineCpus);
  const samples = Array.from({ length: seconds + 1 }, () => session.step(machine));
  return { header: session.header, samples };
}

function add(counts: Map<SeenName, number>, name: SeenName, amount: number): void {
  if (amount > 0) counts.set(name, (counts.get(name) ?? 0) + amount);
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

import { Counter, Gauge, type OpenMetricsContentType, type PrometheusContentType, Registry } from "prom-client";
import type { FamilyFrame, Frame, RuntimeFrame } from "../../core/frame/frame.ts";
import { type Reading, valueOrNull } from "../../core/sample/reading.ts";
import { THREAD_STATE_COUNT, THREAD_STATES, type ThreadState } from "../../core/thread/thread-state.ts";
import { VERDICT_IDS, type VerdictId } from "../../core/verdict/verdict.ts";
import type { Engine } from "../../sampler/engine.ts";
import { ProgramBook, type ProgramLabels } from "./program-labels.ts";

/** States in which a thread runs, wants to run, or holds the GIL. */
const WANTING: readonly ThreadState[] = ["gilRun", "nativeRun", "run", "gilWait", "gilHeldBlocked", "cpuWait"];
const PROGRAM_LABELS = ["program", "family"] as const;

/** Figures of one program. Null: not known, and then there is no sample. */
interface ProgramFigures {
  readonly labels: ProgramLabels;
  runtimes: number;
  threads: number;
  cpuCores: number | null;
  demandCores: number | null;
  lostCores: number | null;
  rssBytes: number | null;
  pssBytes: number | null;
  /** Of the runtime that holds it most. */
  gilHeldRatio: number | null;
  gilWaitThreads: number;
  wantingThreads: number;
  readonly verdicts: Set<VerdictId>;
}

/** One answer to a scrape. */
export interface MetricsAnswer {
  readonly mediaType: string;
  readonly text: string;
}

/** Serves an engine's figures to Prometheus. */
export interface Metrics {
  /** OpenMetrics where the `Accept` header takes it or there is none, else the older text format. */
  answer(accept: string | undefined): Promise<MetricsAnswer>;
  close(): void;
}

function add(sum: number | null, reading: Reading): number | null {
  const value = valueOrNull(reading);
  return value === null ? sum : (sum ?? 0) + value;
}

function threadSums(frame: Frame, { threadStart, threadRows }: RuntimeFrame): { waiting: number; wanting: number } {
  let waiting = 0;
  let wanting = 0;
  for (let row = threadStart; row < threadStart + threadRows; row += 1) {
    for (const state of WANTING) {
      const share = frame.threads.states[row * THREAD_STATE_COUNT + THREAD_STATES.indexOf(state)] ?? 0;
      wanting += share;
      if (state === "gilWait") waiting += share;
    }
  }
  return { waiting, wanting };
}

function figuresOf(frame: Frame, book: ProgramBook): readonly ProgramFigures[] {
  const found = new Map<string, ProgramFigures>();
  const runtimes = new Map(frame.runtimes.map((runtime) => [runtime.rowId, runtime]));
  const cost = (family: FamilyFrame): number => valueOrNull(family.cpuCores) ?? 0;
  // Where there are more programs than places, the busiest get them.
  for (const family of [...frame.families].sort((a, b) => cost(b) - cost(a))) {
    const labels = book.labelsOf(family, frame.monotonicMs);
    const key = `${labels.program}\n${labels.family}`;
    const figures: ProgramFigures = found.get(key) ?? {
      labels,
      runtimes: 0,
      threads: 0,
      cpuCores: null,
      demandCores: null,
      lostCores: null,
      rssBytes: null,
      pssBytes: null,
      gilHeldRatio: null,
      gilWaitThreads: 0,
      wantingThreads: 0,
      verdicts: new Set(),
    };
    found.set(key, figures);
    figures.verdicts.add(family.verdict.id);
    figures.pssBytes = add(figures.pssBytes, family.pssBytes);
    for (const runtime of family.memberRowIds.flatMap((rowId) => runtimes.get(rowId) ?? [])) {
      const { waiting, wanting } = threadSums(frame, runtime);
      const held = valueOrNull(runtime.gilHeldRatio);
      figures.runtimes += 1;
      figures.threads += runtime.threadCount;
      figures.cpuCores = add(figures.cpuCores, runtime.cpuCores);
      figures.demandCores = add(figures.demandCores, runtime.demandCores);
      figures.lostCores = add(figures.lostCores, runtime.lostCores);
      figures.rssBytes = add(figures.rssBytes, runtime.rssBytes);
      figures.gilHeldRatio = held === null ? figures.gilHeldRatio : Math.max(held, figures.gilHeldRatio ?? 0);
      figures.gilWaitThreads += waiting;
      figures.wantingThreads += wanting;
    }
  }
  return [...found.values()];
}

/** Cumulative seconds of a program, counted while this runs. */
interface Spent {
  readonly labels: ProgramLabels;
  cpuSeconds: number;
  lostSeconds: number;
}

class EngineMetrics implements Metrics {
  private readonly engine: Engine;
  private readonly version: string;
  private readonly book = new ProgramBook();
  private readonly spent = new Map<string, Spent>();
  private readonly stopListening: () => void;
  private lastMs: number | null = null;
  private ownSeconds = 0;

  constructor(engine: Engine, version: string) {
    this.engine = engine;
    this.version = version;
    this.stopListening = engine.onChange(() => this.take());
  }

  close(): void {
    this.stopListening();
  }

  async answer(accept: string | undefined): Promise<MetricsAnswer> {
    const open = accept === undefined || accept.includes("application/openmetrics-text") || !accept.includes("text/");
    const registry = new Registry<OpenMetricsContentType | PrometheusContentType>();
    registry.setContentType(open ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE);
    this.fill(registry as Registry);
    return { mediaType: registry.contentType, text: await registry.metrics() };
  }

  /** Adds what was spent since the frame before. */
  private take(): void {
    const frame = this.engine.frame();
    if (frame === null || frame.monotonicMs === this.lastMs) return;
    const seconds = this.lastMs === null ? 0 : (frame.monotonicMs - this.lastMs) / 1000;
    this.lastMs = frame.monotonicMs;
    for (const { labels, cpuCores, lostCores } of figuresOf(frame, this.book)) {
      const key = `${labels.program}\n${labels.family}`;
      const spent = this.spent.get(key) ?? { labels, cpuSeconds: 0, lostSeconds: 0 };
      spent.cpuSeconds += seconds * (cpuCores ?? 0);
      spent.lostSeconds += seconds * (lostCores ?? 0);
      this.spent.set(key, spent);
    }
    for (const [key, { labels }] of this.spent) if (!this.book.holds(labels)) this.spent.delete(key);
    if (frame.ownCost !== null) this.ownSeconds += seconds * (valueOrNull(frame.ownCost.cpuCores) ?? 0);
  }

  private fill(registry: Registry): void {
    const registers = [registry];
    const build = new Gauge({
      name: "gilscope_build_info",
      help: "Always 1; the version is a label",
      labelNames: ["version"],
      registers,
    });
    build.set({ version: this.version }, 1);
    const frame = this.engine.frame();
    if (frame === null) return;
    const programs = figuresOf(frame, this.book);
    const gauge = (name: string, help: string, value: (figures: ProgramFigures) => number | null): void => {
      const series = new Gauge({ name, help, labelNames: PROGRAM_LABELS, registers });
      for (const figures of programs) {
        const found = value(figures);
        if (found !== null && Number.isFinite(found)) series.set({ ...figures.labels }, found);
      }
    };
    gauge("gilscope_runtimes", "Python runtimes", ({ runtimes }) => runtimes);
    gauge("gilscope_threads", "Threads of the runtimes", ({ threads }) => threads);
    gauge("gilscope_cpu_cores", "Cores used", ({ cpuCores }) => cpuCores);
    gauge(
      "gilscope_demand_cores",
      "Cores the threads would use if they never waited for the GIL or a CPU",
      ({ demandCores }) => demandCores,
    );
    gauge("gilscope_lost_cores", "Cores lost to waiting for the GIL", ({ lostCores }) => lostCores);
    gauge(
      "gilscope_gil_held_ratio",
      "Share of time the GIL was held, of the runtime where it was held most",
      ({ gilHeldRatio }) => gilHeldRatio,
    );
    gauge(
      "gilscope_gil_wait_ratio",
      "Share of the time threads want to run that they wait for the GIL",
      ({ gilWaitThreads, wantingThreads }) => (wantingThreads > 0 ? gilWaitThreads / wantingThreads : 0),
    );
    gauge("gilscope_memory_resident_bytes", "Resident memory; what is shared counts each time", (one) => one.rssBytes);
    gauge("gilscope_memory_proportional_bytes", "Memory with what is shared divided up", (one) => one.pssBytes);
    const verdicts = new Gauge({
      name: "gilscope_verdict",
      help: "1 for the verdict that holds, 0 for every other",
      labelNames: [...PROGRAM_LABELS, "verdict"],
      registers,
    });
    for (const { labels, verdicts: held } of programs) {
      for (const verdict of VERDICT_IDS) verdicts.set({ ...labels, verdict }, held.has(verdict) ? 1 : 0);
    }
    this.fillCounters(registers);
    this.fillHost(frame, registers);
  }

  private fillCounters(registers: Registry[]): void {
    const cpu = new Counter({
      name: "gilscope_cpu_seconds_total",
      help: "CPU seconds used while Gilscope looked",
      labelNames: PROGRAM_LABELS,
      registers,
    });
    const lost = new Counter({
      name: "gilscope_lost_core_seconds_total",
      help: "Core seconds lost to waiting for the GIL while Gilscope looked",
      labelNames: PROGRAM_LABELS,
      registers,
    });
    for (const { labels, cpuSeconds, lostSeconds } of this.spent.values()) {
      cpu.inc({ ...labels }, cpuSeconds);
      lost.inc({ ...labels }, lostSeconds);
    }
    new Counter({
      name: "gilscope_own_cpu_seconds_total",
      help: "CPU seconds used by Gilscope itself",
      registers,
    }).inc(this.ownSeconds);
  }

  private fillHost(frame: Frame, registers: Registry[]): void {
    const one = (name: string, help: string, value: number | null): void => {
      if (value !== null && Number.isFinite(value)) new Gauge({ name, help, registers }).set(value);
    };
    one("gilscope_host_online_cpus", "CPUs online", frame.host.onlineCpus);
    one("gilscope_host_busy_cores", "Cores busy with anything", valueOrNull(frame.host.busyCores));
    one("gilscope_host_lost_cores", "Cores lost to the GIL, not more than are idle", valueOrNull(frame.lostCores));
    one("gilscope_last_sample_timestamp_seconds", "Unix time of the newest sample", frame.wallMs / 1000);
    if (frame.ownCost === null) return;
    one("gilscope_own_cpu_cores", "Cores used by Gilscope itself", valueOrNull(frame.ownCost.cpuCores));
    one("gilscope_own_memory_resident_bytes", "Resident memory of Gilscope itself", frame.ownCost.rssBytes);
  }
}

/** Metrics of an engine, by program and family. */
export function createMetrics(engine: Engine, version: string): Metrics {
  return new EngineMetrics(engine, version);
}

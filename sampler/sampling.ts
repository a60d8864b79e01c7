import * as path from "node:path";
import { Worker } from "node:worker_threads";
import type { Lanes } from "../core/lanes/lanes.ts";
import type { MemoryPlan } from "../core/memory/memory-plan.ts";
import type { SamplerStatus } from "../core/page/protocol.ts";
import { type Attention, EMPTY_PLAN, type ProbePlan } from "../core/probe/probe-plan.ts";
import type {
  Observation,
  ProbeCounts,
  ProcessColumns,
  RawGil,
  RawSample,
  RuntimeProbe,
} from "../core/sample/raw-sample.ts";
import type { AbsentReason } from "../core/sample/reading.ts";
import { lowerBound } from "../core/sample/row-index.ts";
import type { ThreadStack } from "../core/sample/thread-stack.ts";
import { systemClock } from "./clock.ts";
import { emptyProbeCounts } from "./empty-columns.ts";
import { LANES_RING_BYTES, LanesReader, type LaneThreads } from "./lanes-ring.ts";
import type { ProbeReport, StackTarget } from "./linux/futex-probe.ts";
import { MemorySampling } from "./memory-sampling.ts";
import type { OwnCostMeter } from "./own-cost.ts";
import type { ProviderId, TableSample, ThreadScope } from "./provider.ts";
import { StackBook } from "./stack-book.ts";
import { ThreadNameBook } from "./thread-name-book.ts";
import type {
  CompletedFacts,
  HostFactsWorkerData,
  MemoryAnswer,
  MemoryFailure,
  ProbeAnswer,
  ProbeRequest,
  ProbeWorkerData,
  TablesAnswer,
  TablesRequest,
  TablesWorkerData,
} from "./worker-messages.ts";

/** What sampling needs. */
export interface SamplingOptions {
  readonly provider: ProviderId;
  readonly procRoot: string;
  readonly architecture: string;
  readonly intervalMs: number;
  readonly workersDirectory: string;
  readonly threadScope: ThreadScope;
  readonly probe: boolean;
  readonly ownCost: OwnCostMeter | null;
  readonly onSample: (sample: RawSample) => void;
  readonly onStatus: (status: SamplerStatus) => void;
}

const TABLES_FILE = "sampler-tables.cjs";
const PORTABLE_FILE = "sampler-portable.cjs";
const PROBE_FILE = "sampler-probe.cjs";
const MEMORY_FILE = "sampler-memory.cjs";
/** The second sample comes early, so that there is something to compare. */
const SECOND_SAMPLE_MS = 500;
/** The probe's counts are waited for no longer than this; a sample without them carries the last ones. */
const PROBE_PATIENCE_MS = 300;
/** A tables worker that does not answer hangs, for example on a dead network file system. */
const TABLES_PATIENCE_MS = 20_000;
/** A probe that has nothing to do is woken this seldom: to forget, and to say what it costs. */
const IDLE_PROBE_MS = 10_000;
/** Somebody waits for stacks that were asked for. */
const STACKS_PATIENCE_MS = 3000;
const RESTART_DELAY_MS = 300;
const MOST_RESTARTS = 5;
const RESTARTS_FORGOTTEN_MS = 60_000;
/** Cores the program's sampling may use, unless its user says otherwise. */
export const BUDGET_CORES = 0.01;
/** Part of the budget that the probe gets in any case. */
const LEAST_PROBE_PART = 0.4;
/** The first samples open files and warm up the engine; they say nothing about later ones. */
const WARM_SAMPLES = 8;
/** Weight of the newest sample's cost. */
const SMOOTHING = 0.15;
const LONGEST_INTERVAL_MS = 5000;
/** How many times longer the interval is while nobody looks: samples are then for looking back only. */
const UNSEEN_FACTOR = 2;
/** Keeps the workers' heaps small: they hold little, and the engine would otherwise let garbage pile up. */
const WORKER_LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 256 } as const;

/**
 * Owns the workers, asks them for their part at the same moment, and puts the parts together to raw samples.
 * A worker that crashes is started again, and the status says so.
 */
export class Sampling {
  readonly #options: SamplingOptions;
  readonly #clock = systemClock();
  #intervalMs: number;
  #budgetCores = BUDGET_CORES;
  #tables: Worker | null = null;
  #probe: Worker | null = null;
  #wake: Int32Array | null = null;
  #attention: Attention = { selectedRowId: null, visible: true };
  #plan: ProbePlan = EMPTY_PLAN;
  #sequence = 0;
  #timer: NodeJS.Timeout | null = null;
  #dueMs = 0;
  #tickedMs = 0;
  #pendingSinceMs: number | null = null;
  #stopped = false;
  #restarts: number[] = [];
  #lastProcessRowId = 0;
  #lastThreadRowId = 0;
  #observations: readonly Observation[] = [];
  #observationBase = 0;
  #probes: readonly RuntimeProbe[] = [];
  #counts: ProbeCounts = emptyProbeCounts();
  #gils: readonly RawGil[] = [];
  readonly #names = new ThreadNameBook();
  readonly #stacks = new StackBook();
  readonly #memory: MemorySampling;
  #newest: TableSample | null = null;
  #lanes: { readonly processRowId: number; readonly ring: SharedArrayBuffer; readonly reader: LanesReader } | null =
    null;
  readonly #questions = new Map<number, (stacks: readonly ThreadStack[] | AbsentReason) => void>();
  #lastQuestion = 0;
  #onReport: (() => void) | null = null;
  /** Whether the report that goes with the next sample is there, or none was asked for. */
  #reported = false;
  #asksProbe = true;
  #askedIdleMs = Number.NEGATIVE_INFINITY;
  #tablesCost = { ended: 0, now: 0, perSample: 0, samples: 0 };
  #probeCost = { ended: 0, now: 0 };
  #live = false;

  constructor(options: SamplingOptions) {
    this.#options = options;
    this.#intervalMs = options.intervalMs;
    this.#memory = new MemorySampling(this.#file(MEMORY_FILE), options.procRoot, (request) =>
      this.#tables?.postMessage(request),
    );
  }

  /** Takes the first sample at once. */
  start(): void {
    this.#options.onStatus({ state: "starting" });
    this.#startTables();
    this.#dueMs = this.#clock.monotonicMs();
    this.#tick();
  }

  /** How often samples are taken from the next one on, and what all sampling may cost, cores. */
  setPace(intervalMs: number, budgetCores: number): void {
    this.#intervalMs = intervalMs;
    this.#budgetCores = budgetCores;
  }

  setAttention(attention: Attention): void {
    const isSeenAgain = attention.visible && !this.#attention.visible;
    this.#attention = attention;
    if (this.#options.probe) this.#openLanes();
    if (isSeenAgain && this.#timer !== null) this.#schedule(Math.min(this.#dueMs, this.#tickedMs + this.#interval()));
  }

  /** Puts a plan in force; the probe's worker is started with the first one that names a runtime. */
  setPlan(plan: ProbePlan): void {
    if (!this.#options.probe || this.#stopped) return;
    const isIdle = plan.targets.length === 0 && this.#plan.targets.length === 0;
    this.#plan = plan;
    if (isIdle && !this.#asksProbe) return;
    if (this.#probe === null && plan.targets.length > 0) this.#startProbe();
    this.#toProbe({ type: "plan", plan, budgetCores: this.probeBudgetCores });
  }

  /** Has the memory of runtimes read; the answer goes with a later sample. */
  readMemory(plan: MemoryPlan, processes: ProcessColumns): void {
    if (!this.#stopped) this.#memory.request(plan, processes);
  }

  /** What the fine sampling of a runtime has seen since a time; null while it is not on and before its first pass. */
  lanes(processRowId: number, fromMonotonicMs: number): Lanes | null {
    const lanes = this.#lanes;
    if (lanes === null || lanes.processRowId !== processRowId) return null;
    const wallOffsetMs = this.#clock.wallMs() - this.#clock.monotonicMs();
    return lanes.reader.read(processRowId, fromMonotonicMs, this.#threadsOf(processRowId), wallOffsetMs);
  }

  /** Reads the Python stacks of all threads of a runtime, or says why not. */
  async readStacks(processRowId: number): Promise<readonly ThreadStack[] | AbsentReason> {
    if (!this.#options.probe || this.#stopped) return "unsupported";
    const sample = this.#newest;
    const row = sample === null ? -1 : sample.processes.rowId.indexOf(processRowId);
    if (sample === null || row < 0) return "gone";
    const { rowId, tid } = this.#threadsOf(processRowId);
    if (this.#probe === null) this.#startProbe();
    this.#lastQuestion += 1;
    const id = this.#lastQuestion;
    const target: StackTarget = {
      processRowId,
      pid: sample.processes.pid[row]!,
      startTicks: sample.processes.startTicks[row]!,
      threadRowIds: Array.from(rowId),
      tids: Array.from(tid),
    };
    return new Promise((resolve) => {
      const done = (stacks: readonly ThreadStack[] | AbsentReason): void => {
        clearTimeout(timer);
        this.#questions.delete(id);
        resolve(stacks);
      };
      const timer = setTimeout(() => done("not-yet"), STACKS_PATIENCE_MS);
      this.#questions.set(id, done);
      this.#toProbe({ type: "stacks", id, target });
    });
  }

  #threadsOf(processRowId: number): LaneThreads {
    const threads = this.#newest?.threads;
    if (threads === undefined) return { length: 0, rowId: new Uint32Array(0), tid: new Int32Array(0) };
    const start = lowerBound(threads.processRowId, processRowId);
    const end = lowerBound(threads.processRowId, processRowId + 1);
    return { length: end - start, rowId: threads.rowId.slice(start, end), tid: threads.tid.slice(start, end) };
  }

  #openLanes(): void {
    const wanted = this.#attention.visible ? (this.#attention.lanesRowId ?? null) : null;
    if (wanted === (this.#lanes?.processRowId ?? null)) return;
    const ring = wanted === null ? null : new SharedArrayBuffer(LANES_RING_BYTES);
    this.#lanes =
      wanted === null || ring === null ? null : { processRowId: wanted, ring, reader: new LanesReader(ring) };
    this.#tellLanes();
  }

  #tellLanes(): void {
    const lanes = this.#lanes;
    this.#toProbe({
      type: "lanes",
      lanes: lanes === null ? null : { processRowId: lanes.processRowId, ring: lanes.ring },
    });
  }

  /** What is left of the budget for the probe. */
  get probeBudgetCores(): number {
    const tablesCores = this.#tablesCost.perSample / (this.#interval() / 1000);
    return Math.max(this.#budgetCores * LEAST_PROBE_PART, this.#budgetCores - tablesCores);
  }

  /** Asks once for what takes long to find out; null when it cannot be found out. */
  hostFacts(): Promise<CompletedFacts | null> {
    return new Promise((resolve) => {
      const data: HostFactsWorkerData = { task: "host-facts" };
      const worker = new Worker(this.#file(PORTABLE_FILE), { workerData: data });
      worker.unref();
      worker.once("message", (facts: CompletedFacts) => {
        resolve(facts);
        void worker.terminate();
      });
      worker.once("error", () => resolve(null));
      worker.once("exit", () => resolve(null));
    });
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const workers = [this.#tables, this.#probe].filter((worker) => worker !== null);
    this.#tables = null;
    this.#probe = null;
    this.#onReport?.();
    for (const answer of [...this.#questions.values()]) answer("gone");
    await Promise.all([this.#memory.stop(), ...workers.map((worker) => worker.terminate())]);
  }

  #file(name: string): string {
    return path.join(this.#options.workersDirectory, name);
  }

  #startTables(): void {
    const data: TablesWorkerData = {
      task: "tables",
      provider: this.#options.provider,
      procRoot: this.#options.procRoot,
      threadScope: this.#options.threadScope,
      lastProcessRowId: this.#lastProcessRowId,
      lastThreadRowId: this.#lastThreadRowId,
    };
    const file = this.#file(this.#options.provider === "portable" ? PORTABLE_FILE : TABLES_FILE);
    const worker = new Worker(file, { workerData: data, resourceLimits: WORKER_LIMITS });
    this.#tables = worker;
    worker.on("message", (answer: TablesAnswer | MemoryAnswer | MemoryFailure) => {
      if (answer.type === "memory") this.#memory.take(answer);
      else if (answer.type === "memory-failed") this.#memory.tablesFailed();
      else this.#take(answer).catch((error) => this.#mayGoOn(`a sample could not be judged: ${messageOf(error)}`));
    });
    this.#watch(worker, "tables", () => {
      this.#tables = null;
      this.#pendingSinceMs = null;
      this.#tablesCost.ended += this.#tablesCost.now;
      this.#tablesCost.now = 0;
      this.#memory.tablesEnded();
      this.#startTables();
    });
  }

  #startProbe(): void {
    const wake = new SharedArrayBuffer(4);
    const data: ProbeWorkerData = {
      procRoot: this.#options.procRoot,
      architecture: this.#options.architecture,
      wake,
    };
    const worker = new Worker(this.#file(PROBE_FILE), { workerData: data, resourceLimits: WORKER_LIMITS });
    this.#probe = worker;
    this.#wake = new Int32Array(wake);
    this.#observationBase = this.#observations.length;
    worker.on("message", (answer: ProbeAnswer) => this.#takeAnswer(answer));
    if (this.#lanes !== null) this.#tellLanes();
    this.#watch(worker, "probe", () => {
      this.#probe = null;
      this.#probeCost.ended += this.#probeCost.now;
      this.#probeCost.now = 0;
      this.#probes = [];
      this.#counts = emptyProbeCounts();
      this.#gils = [];
      this.#startProbe();
      this.#toProbe({ type: "plan", plan: this.#plan, budgetCores: this.probeBudgetCores });
    });
  }

  #watch(worker: Worker, name: string, restart: () => void): void {
    let reason = `the ${name} worker ended`;
    worker.on("error", (error) => {
      reason = `the ${name} worker failed: ${error.message}`;
    });
    worker.once("exit", () => {
      if (this.#stopped || (worker !== this.#tables && worker !== this.#probe)) return;
      if (!this.#mayGoOn(reason)) return;
      setTimeout(() => {
        if (!this.#stopped) restart();
      }, RESTART_DELAY_MS).unref();
    });
  }

  /** Says that something failed; where that happens again and again, sampling ends and the answer is false. */
  #mayGoOn(reason: string): boolean {
    const now = this.#clock.monotonicMs();
    this.#restarts = this.#restarts.filter((at) => now - at < RESTARTS_FORGOTTEN_MS);
    this.#restarts.push(now);
    this.#live = false;
    const goesOn = this.#restarts.length <= MOST_RESTARTS;
    this.#options.onStatus({ state: goesOn ? "restarting" : "stopped", reason });
    if (!goesOn) void this.stop();
    return goesOn;
  }

  #toProbe(request: ProbeRequest): void {
    if (this.#probe === null || this.#wake === null) return;
    this.#probe.postMessage(request);
    Atomics.add(this.#wake, 0, 1);
    Atomics.notify(this.#wake, 0);
  }

  #tick(): void {
    if (this.#stopped) return;
    const now = this.#clock.monotonicMs();
    if (this.#pendingSinceMs === null) {
      if (this.#tables !== null) {
        this.#pendingSinceMs = now;
        const request: TablesRequest = { type: "read", attention: this.#attention };
        this.#tables.postMessage(request);
        this.#askProbe(now);
        void this.#options.ownCost?.refresh(now);
      }
    } else if (now - this.#pendingSinceMs > TABLES_PATIENCE_MS) {
      void this.#tables?.terminate();
    }
    const step = this.#sequence === 0 && this.#tablesCost.samples === 0 ? SECOND_SAMPLE_MS : this.#interval();
    const due = this.#dueMs + step;
    this.#tickedMs = now;
    this.#schedule(due < now ? now + step : due);
  }

  #schedule(dueMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = setTimeout(() => this.#tick(), dueMs - this.#clock.monotonicMs());
  }

  /** Has the probe report what goes with the next sample; what it said last holds while it does nothing. */
  #askProbe(now: number): void {
    const isIdle = this.#plan.targets.length === 0;
    this.#asksProbe = !isIdle || now - this.#askedIdleMs >= IDLE_PROBE_MS;
    this.#reported = !this.#asksProbe;
    if (!this.#asksProbe) return;
    this.#askedIdleMs = isIdle ? now : Number.NEGATIVE_INFINITY;
    this.#toProbe({ type: "report" });
  }

  /** Longer than asked for while nobody looks, and where reading the tables alone would exceed the budget. */
  #interval(): number {
    const wanted = this.#intervalMs * (this.#attention.visible ? 1 : UNSEEN_FACTOR);
    const cores = this.#tablesCost.perSample / (wanted / 1000);
    const factor = Math.max(1, Math.ceil(cores / this.#budgetCores - 0.5));
    return Math.min(Math.max(wanted, LONGEST_INTERVAL_MS), wanted * factor);
  }

  async #take(answer: TablesAnswer): Promise<void> {
    const plan = this.#plan;
    if (this.#probe !== null && this.#onReport === null) await this.#reportOrPatience();
    this.#pendingSinceMs = null;
    if (this.#stopped) return;
    this.#meter(answer);
    const { sample } = answer;
    this.#newest = sample;
    const { processes, threads } = sample;
    this.#lastProcessRowId = Math.max(this.#lastProcessRowId, processes.rowId[processes.length - 1] ?? 0);
    for (let i = 0; i < threads.length; i += 1) {
      if (threads.rowId[i]! > this.#lastThreadRowId) this.#lastThreadRowId = threads.rowId[i]!;
    }
    const samplerCpuSeconds =
      this.#tablesCost.ended +
      this.#tablesCost.now +
      this.#probeCost.ended +
      this.#probeCost.now +
      this.#memory.cpuSeconds;
    const stacks = this.#stacks.complete(threads);
    const raw: RawSample = {
      sequence: this.#sequence,
      ...sample,
      ...this.#memory.fields,
      threadDetails: this.#names.complete(sample.threadDetails, threads.rowId),
      observations: this.#observations,
      probes: this.#probes,
      probeCounts: this.#counts,
      gils: this.#gils,
      ...(stacks.length === 0 ? {} : { stacks }),
      plan,
      ownCost: this.#options.ownCost?.at(sample.monotonicMs, samplerCpuSeconds) ?? null,
    };
    this.#sequence += 1;
    if (!this.#live) {
      this.#live = true;
      this.#options.onStatus({ state: "live" });
    }
    this.#options.onSample(raw);
  }

  #reportOrPatience(): Promise<void> {
    if (this.#reported) {
      this.#reported = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = setTimeout(done, PROBE_PATIENCE_MS);
      this.#onReport = done;
      const forget = (): void => {
        this.#onReport = null;
        this.#reported = false;
      };
      function done(): void {
        clearTimeout(timer);
        forget();
        resolve();
      }
    });
  }

  #takeAnswer(answer: ProbeAnswer): void {
    if (answer.type === "stacks") this.#questions.get(answer.id)?.(answer.stacks);
    else this.#takeReport(answer.report, answer.cpuSeconds);
  }

  #takeReport(report: ProbeReport, cpuSeconds: number): void {
    if (report.newObservations.length > 0) this.#observations = [...this.#observations, ...report.newObservations];
    if (this.#observationBase > 0) {
      const ids = report.counts.observationId;
      for (let i = 0; i < ids.length; i += 1) ids[i]! += this.#observationBase;
    }
    this.#probes = report.probes;
    this.#counts = report.counts;
    this.#gils = report.gils;
    this.#names.learn(report.names);
    this.#stacks.learn(report.stacks);
    this.#probeCost.now = cpuSeconds;
    this.#reported = true;
    this.#onReport?.();
  }

  /** Smooths what reading the tables costs, in CPU seconds. */
  #meter(answer: TablesAnswer): void {
    const cost = this.#tablesCost;
    const used = answer.cpuSeconds - cost.now;
    cost.samples += 1;
    cost.now = answer.cpuSeconds;
    if (cost.samples <= WARM_SAMPLES || used < 0) return;
    cost.perSample = cost.perSample === 0 ? used : cost.perSample + SMOOTHING * (used - cost.perSample);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import * as fs from "node:fs";
import { heapGilOffset } from "../../core/gil/heap-gil.ts";
import type { ProbePlan, ProbeTarget } from "../../core/probe/probe-plan.ts";
import {
  LATENESS_BOUNDS_MS,
  type Observation,
  type ProbeCounts,
  type RawGil,
  type RuntimeProbe,
} from "../../core/sample/raw-sample.ts";
import type { AbsentReason } from "../../core/sample/reading.ts";
import type { ThreadStack } from "../../core/sample/thread-stack.ts";
import { LanesWriter } from "../lanes-ring.ts";
import type { Clock } from "../provider.ts";
import { parseStat, StatRecord } from "./byte-parser.ts";
import { GilProbes } from "./gil/gil-probe.ts";
import { GilWatch } from "./gil/gil-watch.ts";
import { DENIED, FAILED, type FileOwner, GONE, KeptFiles } from "./kept-files.ts";
import { LanesWatch } from "./lanes-watch.ts";
import { MemoryRegions } from "./memory-regions.ts";
import { ObservationTable } from "./observations.ts";
import { isTimed, parseSyscallLine, type SyscallArguments, SyscallRecord, syscallArguments } from "./syscall-line.ts";

/** What the probe hands over; counts are cumulative, observations only those that are new. */
export interface ProbeReport {
  readonly newObservations: readonly Observation[];
  readonly probes: readonly RuntimeProbe[];
  readonly counts: ProbeCounts;
  readonly gils: readonly RawGil[];
  /** Names that programs gave their threads, where they are new or changed since the last report. */
  readonly names: readonly ThreadNameReport[];
  /** Python stacks read now. */
  readonly stacks: readonly ThreadStack[];
}

/** A runtime whose threads' stacks are wanted. Parallel arrays. */
export interface StackTarget {
  readonly processRowId: number;
  readonly pid: number;
  readonly startTicks: number;
  readonly threadRowIds: readonly number[];
  readonly tids: readonly number[];
}

/** Name of one thread as its program knows it. */
export interface ThreadNameReport {
  readonly threadRowId: number;
  readonly name: string;
}

/** What the probe needs. */
export interface FutexProbeOptions {
  /** Root of /proc. */
  readonly root: string;
  readonly clock: Clock;
  /** Uniform from 0 to 1: gaps are drawn with it. */
  readonly random: () => number;
  readonly architecture: string;
  /** Most files kept open. */
  readonly mostKeptFiles: number;
}

/** Two rounds that are due this close together are made in one go: waking up costs more than a pass. */
const TOGETHER_MS = 0.2;
/** Enough for 20 looks in a window: rates planned higher are not lowered below it. */
const LEAST_HZ = 4;
const MAPS_REFRESH_MS = 2000;
/** A runtime that left the plan is forgotten once no window can reach back to it. */
const FORGET_AFTER_MS = 90_000;
const RESTING_PER_PASS = 8;
const MOST_KNOWN_ADDRESSES = 4096;
const SYSCALL_BYTES = 512;
/** Lines are about 130 bytes at most: nine numbers of up to 18 characters. */
const MOST_KEPT_LINE = 192;
const LONGEST_NAME = 256;
/** Stacks are dear: one of all programs together in this time. */
const STACK_PAUSE_MS = 150;
const LEAST_STACK_SCALE = 0.1;
/** Stacks of all threads are read once per report for about so long; what the first runtime leaves and as much again goes to the others. */
const STACKS_MS = 3;
/** When somebody asks for stacks, thousands of threads are read, but not for ever: passes wait meanwhile. */
const STACKS_NOW_MS = 500;
const FUTEX_WAIT_BITSET = 9;
const FUTEX_COMMANDS = 0x7f;

const NOTHING: Observation = {
  kind: "running",
  syscall: -1,
  futexOperation: -1,
  timed: false,
  region: "none",
  offset: -1,
  waitChannel: "",
};

interface ProbedThread {
  readonly rowId: number;
  readonly tid: number;
  /** Place in the table of kept files. */
  readonly place: number;
  readonly counts: Map<number, number>;
  plannedAtMs: number;
  gone: boolean;
  /** Name handed over last; null before the first. */
  name: string | null;
  /** When its Python stack was read last, monotonic milliseconds. */
  stackAtMs: number;
  /** Whether it was on a CPU or runnable, or waited for a GIL, when it was looked at last, and in which pass that was. */
  running: boolean;
  waits: boolean;
  /** The line read last and what it was found to say, good while the target's words keep their meaning. */
  readonly line: Uint8Array;
  lineLength: number;
  lineId: number;
  lineMeanings: number;
  lookedAtPass: number;
}

interface Target {
  readonly rowId: number;
  readonly pid: number;
  readonly threads: Map<number, ProbedThread>;
  readonly lateness: Float64Array;
  readonly addresses: Map<number, Map<number, number>>;
  readonly gils: GilWatch;
  /** GILs read in the last pass. */
  gilCount: number;
  /** Rises whenever a word may mean something else than before. */
  meanings: number;
  /** The threads planned last, by thread id. */
  byTid: Map<number, ProbedThread>;
  looked: readonly ProbedThread[];
  fast: ProbedThread[];
  resting: ProbedThread[];
  rateHz: number;
  plannedAtMs: number;
  inPlan: boolean;
  gone: boolean;
  passes: number;
  denied: boolean;
  regions: MemoryRegions | null;
  regionsAtMs: number;
}

/** Paths of the probed threads' files, by place. */
class ProbedFiles implements FileOwner {
  slots = new Int32Array(256).fill(-1);
  readonly #root: string;
  #paths: string[] = [];
  #free: number[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  pathOf(place: number): string {
    return this.#paths[place]!;
  }

  add(pid: number, tid: number): number {
    const place = this.#free.pop() ?? this.#paths.length;
    this.#paths[place] = `${this.#root}/${pid}/task/${tid}/syscall`;
    if (place >= this.slots.length) {
      const slots = new Int32Array(this.slots.length * 2).fill(-1);
      slots.set(this.slots);
      this.slots = slots;
    }
    this.slots[place] = -1;
    return place;
  }

  give(place: number): void {
    this.#free.push(place);
  }
}

/**
 * The second and third rung of evidence: what threads wait in, seen by looking at `/proc/PID/task/TID/syscall` at random moments,
 * and who has the GIL at those same moments, read from memory. It counts and decides nothing: what a count means is judged in `core/`.
 */
export class FutexProbe {
  readonly #root: string;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #architecture: string;
  readonly #calls: SyscallArguments | null;
  readonly #files: KeptFiles;
  readonly #probed: ProbedFiles;
  readonly #observations = new ObservationTable();
  readonly #record = new SyscallRecord();
  readonly #targets = new Map<number, Target>();
  /** When each rate's next round is due, monotonic milliseconds: targets of one rate are passed over together. */
  #rounds = new Map<number, number>();
  readonly #gilProbes: GilProbes;
  readonly #running: number;
  readonly #blocked: number;
  #rateScale = 1;
  /** Whether the line classified last will mean the same when it is seen again: not while its word lies in no mapping known. */
  #isSettled = true;
  #lanesScale = 0.5;
  #lanes: { readonly watch: LanesWatch; dueMs: number } | null = null;
  #lanesHz = 0;
  #stacksOf: readonly number[] = [];
  #nextStackMs = Number.NEGATIVE_INFINITY;
  /** Observations that show a thread waiting for a GIL: the wait with a time limit in `take_gil` (ceval_gil.h). */
  readonly #gilWaits = new Set<number>();

  constructor(options: FutexProbeOptions) {
    this.#root = options.root;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#architecture = options.architecture;
    this.#calls = syscallArguments(options.architecture);
    this.#files = new KeptFiles(options.mostKeptFiles, SYSCALL_BYTES);
    this.#probed = new ProbedFiles(options.root);
    this.#gilProbes = new GilProbes(options.root);
    this.#running = this.#observations.idOf(NOTHING);
    this.#blocked = this.#observations.idOf({ ...NOTHING, kind: "blocked" });
  }

  /** Share of the planned rates that is made, 0 to 1: lowered when the probe costs more than it may. */
  set rateScale(scale: number) {
    this.#rateScale = scale;
  }

  get rateScale(): number {
    return this.#rateScale;
  }

  /** The highest rate planned, lanes included. */
  get fastestHz(): number {
    return Math.max(this.#lanesHz, ...this.#rounds.keys());
  }

  /** Share of the rate wanted for lanes that is made, 0 to 1. */
  set lanesScale(scale: number) {
    this.#lanesScale = scale;
  }

  /** Writes what a runtime's threads do into a ring, pass by pass, as long as the plan asks for its lanes; null: does so no more. */
  setLanes(lanes: { readonly processRowId: number; readonly ring: SharedArrayBuffer } | null): void {
    this.#lanes =
      lanes === null
        ? null
        : { watch: new LanesWatch(lanes.processRowId, new LanesWriter(lanes.ring)), dueMs: this.#clock.monotonicMs() };
  }

  /** Takes a new plan; counts of what stays in it go on. */
  setPlan(plan: ProbePlan): void {
    const now = this.#clock.monotonicMs();
    this.#files.nextRound();
    for (const target of this.#targets.values()) target.inPlan = false;
    for (const wanted of plan.targets) this.#take(wanted, now);
    this.#stacksOf = plan.stacks ?? [];
    this.#lanesHz =
      plan.lanes !== undefined && plan.lanes.processRowId === this.#lanes?.watch.processRowId ? plan.lanes.rateHz : 0;
    for (const [rowId, target] of this.#targets) {
      if (target.inPlan && !target.gone) continue;
      target.fast = [];
      target.resting = [];
      if (target.gone || now - target.plannedAtMs > FORGET_AFTER_MS) {
        for (const thread of target.threads.values()) this.#drop(thread);
        target.gils.close();
        this.#targets.delete(rowId);
      }
    }
    const rounds = new Map<number, number>();
    for (const { inPlan, gone, rateHz } of this.#targets.values()) {
      if (inPlan && !gone && !rounds.has(rateHz))
        rounds.set(rateHz, this.#rounds.get(rateHz) ?? now + this.#gap(rateHz));
    }
    this.#rounds = rounds;
  }

  /** Monotonic milliseconds at which the next pass is due; infinite when there is nothing to do. */
  nextDueMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const dueMs of this.#rounds.values()) if (dueMs < next) next = dueMs;
    return this.#lanes === null || this.#lanesHz === 0 ? next : Math.min(next, this.#lanes.dueMs);
  }

  /** Makes the passes that are due. */
  step(): void {
    const now = this.#clock.monotonicMs();
    this.#lanesPass(now);
    for (const [rateHz, dueMs] of this.#rounds) {
      if (dueMs > now + TOGETHER_MS) continue;
      let any = false;
      for (const target of this.#targets.values()) {
        if (!target.inPlan || target.gone || target.rateHz !== rateHz) continue;
        const late = Math.max(0, this.#clock.monotonicMs() - dueMs);
        let bucket = 0;
        while (bucket < LATENESS_BOUNDS_MS.length && late >= LATENESS_BOUNDS_MS[bucket]!) bucket += 1;
        target.lateness[bucket]! += 1;
        this.#pass(target);
        target.passes += 1;
        any ||= !target.gone;
      }
      if (any) this.#rounds.set(rateHz, this.#clock.monotonicMs() + this.#gap(rateHz));
      else this.#rounds.delete(rateHz);
    }
  }

  /** One fine pass over the runtime whose lanes are watched. It counts nothing, so that it leaves no mark on what is measured. */
  #lanesPass(now: number): void {
    const lanes = this.#lanes;
    if (lanes === null || this.#lanesHz === 0 || lanes.dueMs > now) return;
    const target = this.#targets.get(lanes.watch.processRowId);
    if (target !== undefined && !target.gone && target.inPlan) {
      lanes.watch.pass(
        now,
        lanes.dueMs,
        target.gils.read(now),
        target.looked,
        (tid) => target.byTid.get(tid)?.rowId ?? 0,
        (thread) => {
          const id = this.#look(target, thread);
          return id < 0 ? id : (this.#observations.kinds(this.#architecture)[id] ?? -1);
        },
      );
    }
    lanes.dueMs = this.#clock.monotonicMs() + this.#random() * 2 * (1000 / (this.#lanesHz * this.#lanesScale));
  }

  /** Everything counted so far, and the observations that are new since the last call. */
  report(): ProbeReport {
    let length = 0;
    for (const target of this.#targets.values())
      for (const thread of target.threads.values()) length += thread.counts.size;
    const buffer = new ArrayBuffer(length * 16);
    const count = new Float64Array(buffer, 0, length);
    const threadRowId = new Uint32Array(buffer, length * 8, length);
    const observationId = new Uint32Array(buffer, length * 12, length);
    const probes: RuntimeProbe[] = [];
    const gils: RawGil[] = [];
    const names: ThreadNameReport[] = [];
    const now = this.#clock.monotonicMs();
    let at = 0;
    for (const target of this.#targets.values()) {
      probes.push({
        processRowId: target.rowId,
        rung: target.gils.attached ? "memory" : target.denied ? "wchan" : "futex",
        obstacle: target.denied ? "denied" : this.#calls === null ? "architecture" : target.gils.obstacle,
        rateHz: target.inPlan ? this.#inForce(target.rateHz) : 0,
        passes: target.passes,
        lateness: target.lateness.slice(),
      });
      gils.push(...target.gils.report());
      if (target.inPlan) this.#takeNames(target, now, names);
      for (const thread of target.threads.values()) {
        for (const [id, times] of thread.counts) {
          threadRowId[at] = thread.rowId;
          observationId[at] = id;
          count[at] = times;
          at += 1;
        }
      }
    }
    return {
      newObservations: this.#observations.takeNew(),
      probes,
      counts: { length, threadRowId, observationId, count },
      gils,
      names,
      stacks: this.#stacks(),
    };
  }

  /** Stacks of the runtimes whose turn it is, most wanted first, within a time that keeps them cheap. */
  #stacks(): readonly ThreadStack[] {
    const stacks: ThreadStack[] = [];
    const startMs = this.#clock.monotonicMs();
    for (const [index, rowId] of this.#stacksOf.entries()) {
      const target = this.#targets.get(rowId);
      if (target === undefined || target.gone) continue;
      const budgetMs = (index === 0 ? 1 : 2) * STACKS_MS;
      // Where time is short, those that waited longest come first.
      const wanted = [...target.byTid.values()].sort((a, b) => a.stackAtMs - b.stackAtMs);
      for (const stack of target.gils.stacks(wanted, this.#clock, startMs + budgetMs)) {
        const thread = target.threads.get(stack.threadRowId);
        if (thread !== undefined) thread.stackAtMs = stack.readAtMs;
        stacks.push(stack);
      }
    }
    return stacks;
  }

  /** Reads the Python stacks of the threads asked for now, whether the runtime is in the plan or not; the reason when none can be read. */
  readStacks(wanted: StackTarget): readonly ThreadStack[] | AbsentReason {
    const now = this.#clock.monotonicMs();
    const watched = this.#targets.get(wanted.processRowId);
    const gils = watched?.gils ?? new GilWatch(this.#gilProbes, wanted);
    try {
      if (gils.read(now) === null) return gils.obstacle === "denied" ? "denied" : "unsupported";
      if (gils.probe?.readsStacks !== true) return "unsupported";
      const threads = wanted.tids.map((tid, index) => ({ tid, rowId: wanted.threadRowIds[index] ?? 0 }));
      return gils.stacks(threads, this.#clock, now + STACKS_NOW_MS);
    } finally {
      if (watched === undefined) gils.close();
    }
  }

  close(): void {
    this.#files.close();
    for (const target of this.#targets.values()) target.gils.close();
    this.#targets.clear();
  }

  /** The rate in force: lowered where the probe costs more than it may, but not so far that nothing could be said. */
  #inForce(rateHz: number): number {
    return Math.max(rateHz * this.#rateScale, Math.min(rateHz, LEAST_HZ));
  }

  #gap(rateHz: number): number {
    const rate = this.#inForce(rateHz);
    return rate > 0 ? this.#random() * 2 * (1000 / rate) : Number.POSITIVE_INFINITY;
  }

  #take(wanted: ProbeTarget, now: number): void {
    let target = this.#targets.get(wanted.processRowId);
    if (target === undefined) {
      if (!this.#isSame(wanted)) return;
      target = {
        rowId: wanted.processRowId,
        pid: wanted.pid,
        threads: new Map(),
        lateness: new Float64Array(LATENESS_BOUNDS_MS.length + 1),
        addresses: new Map(),
        gils: new GilWatch(this.#gilProbes, wanted),
        gilCount: 0,
        meanings: 0,
        byTid: new Map(),
        looked: [],
        fast: [],
        resting: [],
        rateHz: 0,
        plannedAtMs: now,
        inPlan: true,
        gone: false,
        passes: 0,
        denied: false,
        regions: null,
        regionsAtMs: Number.NEGATIVE_INFINITY,
      };
      this.#targets.set(wanted.processRowId, target);
    }
    target.inPlan = true;
    target.plannedAtMs = now;
    target.fast = this.#threadsOf(target, wanted.threadRowIds, wanted.tids);
    target.resting = this.#threadsOf(target, wanted.restingThreadRowIds, wanted.restingTids);
    target.looked = [...target.fast, ...target.resting];
    target.byTid = new Map();
    for (const thread of target.looked) target.byTid.set(thread.tid, thread);
    if (target.threads.size > target.fast.length + target.resting.length) this.#forgetThreads(target, now);
    target.rateHz = wanted.rateHz;
  }

  #threadsOf(target: Target, rowIds: readonly number[], tids: readonly number[]): ProbedThread[] {
    const threads: ProbedThread[] = [];
    for (let i = 0; i < rowIds.length; i += 1) {
      const rowId = rowIds[i]!;
      let thread = target.threads.get(rowId);
      if (thread === undefined) {
        const tid = tids[i]!;
        thread = {
          rowId,
          tid,
          place: this.#probed.add(target.pid, tid),
          counts: new Map(),
          plannedAtMs: 0,
          gone: false,
          name: null,
          stackAtMs: Number.NEGATIVE_INFINITY,
          running: false,
          waits: false,
          line: new Uint8Array(MOST_KEPT_LINE),
          lineLength: -1,
          lineId: -1,
          lineMeanings: -1,
          lookedAtPass: -1,
        };
        target.threads.set(rowId, thread);
      }
      thread.plannedAtMs = target.plannedAtMs;
      threads.push(thread);
    }
    return threads;
  }

  /** Threads that no plan names any more ended; no window reaches back to them after a while. */
  #forgetThreads(target: Target, now: number): void {
    for (const [rowId, thread] of target.threads) {
      if (now - thread.plannedAtMs <= FORGET_AFTER_MS) continue;
      this.#drop(thread);
      target.threads.delete(rowId);
    }
  }

  #isSame(wanted: ProbeTarget): boolean {
    const stat = this.#files.readOnce(`${this.#root}/${wanted.pid}/stat`, 4096);
    const record = new StatRecord();
    return typeof stat !== "number" && parseStat(stat, stat.length, record) && record.startTicks === wanted.startTicks;
  }

  #pass(target: Target): void {
    let gone = false;
    const now = this.#clock.monotonicMs();
    const gils = target.gils.read(now);
    if (gils === null && target.gilCount > 0) {
      // It ended or replaced itself: what lies where is to be learned anew.
      target.gilCount = 0;
      target.regions = null;
      target.regionsAtMs = Number.NEGATIVE_INFINITY;
      target.addresses.clear();
      target.meanings += 1;
    }
    if (gils !== null && gils.length !== target.gilCount) {
      // Words are known by what holds them; with an interpreter more or less they may be another GIL's.
      target.gilCount = gils.length;
      target.addresses.clear();
      target.meanings += 1;
    }
    // Who has a GIL is looked at first, so that holding and running are of one moment however many threads there are.
    for (const { holderTid } of gils ?? []) {
      const holder = holderTid === null ? undefined : target.byTid.get(holderTid);
      if (holder !== undefined && target.fast.includes(holder) && !this.#see(target, holder)) gone = true;
    }
    if (gils !== null && now >= this.#nextStackMs) {
      this.#nextStackMs = now + STACK_PAUSE_MS / Math.max(this.#rateScale, LEAST_STACK_SCALE);
      target.gils.readHolder(now);
    }
    for (const thread of target.fast) {
      if (thread.lookedAtPass !== target.passes && !this.#see(target, thread)) gone = true;
    }
    if (gils !== null) {
      target.gils.count(this.#clock.monotonicMs(), {
        rowOf: (tid) => target.byTid.get(tid)?.rowId ?? 0,
        isRunning: (tid) => this.#isRunning(target, tid),
        othersWait: (tid) =>
          target.fast.some((thread) => thread.tid !== tid && thread.waits && thread.lookedAtPass === target.passes),
      });
    }
    for (let i = 0; i < RESTING_PER_PASS && target.resting.length > 0; i += 1) {
      if (!this.#see(target, target.resting.pop()!)) gone = true;
    }
    if (gone) this.#dropGone(target);
  }

  #takeNames(target: Target, now: number, into: ThreadNameReport[]): void {
    const found = target.gils.names(now, target.byTid.keys());
    for (const [tid, name] of found ?? []) {
      const thread = target.byTid.get(tid);
      if (thread === undefined || thread.name === name) continue;
      thread.name = name;
      into.push({ threadRowId: thread.rowId, name: name.slice(0, LONGEST_NAME) });
    }
  }

  /** Whether the thread that has the GIL is on a CPU or runnable; a thread that is not looked at in every pass is looked at, but not counted. */
  #isRunning(target: Target, tid: number): boolean {
    const thread = target.byTid.get(tid);
    if (thread === undefined || thread.gone) return false;
    if (thread.lookedAtPass === target.passes) return thread.running;
    return this.#look(target, thread) === this.#running;
  }

  /** Looks at one thread once and counts what it does. False when it ended. */
  #see(target: Target, thread: ProbedThread): boolean {
    if (thread.gone) return false;
    const id = this.#look(target, thread);
    if (id === GONE) return false;
    if (id < 0) return true;
    thread.running = id === this.#running;
    thread.waits = this.#gilWaits.has(id);
    thread.lookedAtPass = target.passes;
    thread.counts.set(id, (thread.counts.get(id) ?? 0) + 1);
    return true;
  }

  /** Number of the observation that fits the thread now; GONE when it ended, negative when it could not be seen. */
  #look(target: Target, thread: ProbedThread): number {
    const length = target.denied ? DENIED : this.#files.read(this.#probed, thread.place);
    if (length > 0) {
      if (this.#isSameLine(target, thread, length)) return thread.lineId;
      const id = this.#classify(target, length);
      if (id < 0) return FAILED;
      this.#keepLine(target, thread, length, id);
      return id;
    }
    if (length === DENIED) {
      target.denied = true;
      return this.#waitChannel(target, thread);
    }
    if (length === FAILED) return FAILED;
    thread.gone = true;
    return GONE;
  }

  /** A thread that waits where it waited shows the same line: comparing it costs less than taking it apart. */
  #isSameLine(target: Target, thread: ProbedThread, length: number): boolean {
    if (length !== thread.lineLength || thread.lineMeanings !== target.meanings) return false;
    const { line } = thread;
    const { buffer } = this.#files;
    for (let at = 0; at < length; at += 1) if (line[at] !== buffer[at]) return false;
    return true;
  }

  #keepLine(target: Target, thread: ProbedThread, length: number, id: number): void {
    if (length > MOST_KEPT_LINE || !this.#isSettled) {
      thread.lineLength = -1;
      return;
    }
    for (let at = 0; at < length; at += 1) thread.line[at] = this.#files.buffer[at]!;
    thread.lineLength = length;
    thread.lineId = id;
    thread.lineMeanings = target.meanings;
  }

  #classify(target: Target, length: number): number {
    this.#isSettled = true;
    const record = this.#record;
    if (!parseSyscallLine(this.#files.buffer, length, record)) return -1;
    if (record.kind === "running") return this.#running;
    if (record.kind === "blocked") return this.#blocked;
    const calls = this.#calls;
    const timed = calls !== null && isTimed(record, calls);
    const isFutex = calls !== null && record.number === calls.futex;
    const operation = isFutex ? record.low[1]! % 0x1_0000 : -1;
    const address = isFutex ? record.high[0]! * 0x1_0000_0000 + record.low[0]! : -1;
    const shape = (record.number * 0x1_0000 + (operation + 1)) * 2 + (timed ? 1 : 0);
    let shapes = target.addresses.get(address);
    const known = shapes?.get(shape);
    if (known !== undefined) return known;
    const place = isFutex ? this.#placeOf(target, address) : null;
    const id = this.#observations.idOf({
      kind: "syscall",
      syscall: record.number,
      futexOperation: isFutex ? futexOperation(operation) : -1,
      timed,
      region: isFutex ? (place?.region ?? "other") : "none",
      offset: place?.offset ?? -1,
      waitChannel: "",
    });
    if (timed && place?.region === "runtime-data" && operation % (FUTEX_COMMANDS + 1) === FUTEX_WAIT_BITSET) {
      this.#gilWaits.add(id);
    }
    if (isFutex && place === null) {
      this.#isSettled = false;
      return id;
    }
    if (target.addresses.size >= MOST_KNOWN_ADDRESSES) target.addresses.clear();
    if (shapes === undefined) {
      shapes = new Map();
      target.addresses.set(address, shapes);
    }
    shapes.set(shape, id);
    return id;
  }

  /** Null when the address lies in no mapping known; the mappings are then read again, but not too often. */
  #placeOf(target: Target, address: number): ReturnType<MemoryRegions["placeOf"]> {
    if (!(address < 2 ** 52)) return null;
    const place = target.regions?.placeOf(address) ?? null;
    const word = place?.region === "runtime-data" ? null : (target.gils.probe?.gilWordAt(address) ?? null);
    if (word !== null && target.regions !== null)
      return { region: "runtime-data", offset: heapGilOffset(word.interpreterId, word.offset) };
    if (place !== null) return place;
    const now = this.#clock.monotonicMs();
    if (now - target.regionsAtMs < MAPS_REFRESH_MS) return null;
    target.regionsAtMs = now;
    const maps = this.#files.readOnce(`${this.#root}/${target.pid}/maps`, 16 << 20);
    if (typeof maps === "number") return null;
    target.regions = new MemoryRegions(maps.toString("latin1"), executableOf(this.#root, target.pid));
    target.addresses.clear();
    target.meanings += 1;
    return target.regions.placeOf(address);
  }

  /** The kernel function a thread sleeps in, for processes whose system calls may not be seen. */
  #waitChannel(target: Target, thread: ProbedThread): number {
    const folder = `${this.#root}/${target.pid}/task/${thread.tid}`;
    const stat = this.#files.readOnce(`${folder}/stat`, 4096);
    if (stat === GONE) {
      thread.gone = true;
      return GONE;
    }
    const record = new StatRecord();
    if (typeof stat === "number" || !parseStat(stat, stat.length, record)) return FAILED;
    const state = String.fromCharCode(record.state);
    if (state === "R") return this.#running;
    const channel = this.#files.readOnce(`${folder}/wchan`, 128);
    const name = typeof channel === "number" ? "0" : channel.toString("latin1").trim();
    // Without the right to see it the kernel answers "0", as it does for a thread on a CPU.
    const waitChannel = name !== "0" && name !== "" ? name : state === "T" || state === "t" ? "do_signal_stop" : "?";
    return this.#observations.idOf({ ...NOTHING, kind: "wchan", waitChannel });
  }

  #dropGone(target: Target): void {
    for (const thread of target.threads.values()) if (thread.gone) this.#drop(thread);
    for (const [rowId, thread] of target.threads) if (thread.gone) target.threads.delete(rowId);
    target.fast = target.fast.filter((thread) => !thread.gone);
    target.resting = target.resting.filter((thread) => !thread.gone);
    if (target.threads.size === 0) {
      target.gone = true;
    }
  }

  #drop(thread: ProbedThread): void {
    this.#files.release(this.#probed, thread.place);
    this.#probed.give(thread.place);
  }
}

/** The operation with its flags: the argument is an int, of which the command and two flags are used. */
function futexOperation(argument: number): number {
  return argument % 0x200 === argument ? argument : argument & FUTEX_COMMANDS;
}

function executableOf(root: string, pid: number): string | null {
  try {
    return fs.readlinkSync(`${root}/${pid}/exe`).replace(/ \(deleted\)$/, "");
  } catch {
    return null;
  }
}

import { existsSync, readFileSync } from "node:fs";
import { type Mapping, parseMaps } from "../maps.ts";
import { frameLayoutOf } from "./frame-offsets.ts";
import { GarbageFlag } from "./garbage-flag.ts";
import { type Location, type RuntimeLocation, RuntimeLocator, type StaticLocation } from "./locate.ts";
import { isPointer, MEMORY_GONE, openMemory, readWord, type TargetMemory, wordAt } from "./memory.ts";
import { ModuleCache } from "./module.ts";
import { StackOwners } from "./stack-owners.ts";
import { type PythonStack, StackReader } from "./stack-reader.ts";
import { ThreadIds, threadIdSource } from "./thread-id.ts";
import { ThreadNames } from "./thread-names.ts";
import { type PythonVersion, versionText } from "./version.ts";
import { GIL_BYTES, type GilState, interpreterList, readGil, threadList, type WalkFailure } from "./walk.ts";

/**
 * Why a process's GIL can't be read.
 *
 * - `gone`: it ended, replaced itself, or its pid belongs to another process now
 * - `denied`: reading its memory is not allowed
 * - `no-runtime`: no CPython is in it, or not one whose structures make sense
 * - `version`: a version whose layout is not known (`version` says which)
 * - `architecture`: not x86_64 or aarch64
 * - `unready`: its interpreter is still being set up, or a file could not be opened now; worth another try
 */
export type GilFailure =
  | { readonly reason: "gone" | "denied" | "no-runtime" | "architecture" | "unready" }
  | { readonly reason: "version"; readonly version: string };

/** One GIL as one pass saw it. */
export interface GilObservation {
  readonly interpreterId: number;
  /** Null: an ordinary build. Otherwise whether a free-threaded build has a GIL now. */
  readonly enabled: boolean | null;
  readonly held: boolean;
  /** Kernel's id of the thread that holds it; null while nobody does and where the id can't be had. */
  readonly holderTid: number | null;
  /** Times the holder changed since the interpreter started; NaN where the interpreter does not count. */
  readonly switchNumber: number;
  /** Switch interval; NaN where the interpreter has none (2.7 counts bytecodes). */
  readonly intervalMs: number;
}

/** How a pass ended. `lost`: the structures no longer make sense; attach again or do without. */
export type PassOutcome =
  | { readonly ok: true; readonly gils: readonly GilObservation[] }
  | { readonly ok: false; readonly reason: "gone" | "lost" };

/** One thread as the interpreter lists it. */
export interface PythonThread {
  readonly interpreterId: number;
  readonly threadState: number;
  readonly tid: number | null;
}

/** A thread's stack, and whether the thread was collecting garbage; null where that can't be told. */
export interface StackReading {
  readonly stack: PythonStack;
  readonly inGarbageCollection: boolean | null;
}

/** How attaching ended. */
export type AttachOutcome =
  | { readonly ok: true; readonly probe: GilProbe }
  | { readonly ok: false; readonly failure: GilFailure };

/** Minor version since which every thread state names the thread that runs it (`bind_tstate` on each swap). */
const BINDS_THREADS_SINCE = 13;

/** Id of the interpreter that a program starts with. */
const MAIN_INTERPRETER = 0;

/** Least size of `struct _gil_runtime_state` with its condition variables and mutexes (x86_64; 224 on aarch64). */
const GIL_STRUCTURE_BYTES = 208;

/** Attaches probes to processes. Keeps what it learned of each binary, so that the next attach of it is quick. */
export class GilProbes {
  readonly #procRoot: string;
  readonly #modules: ModuleCache;
  readonly #locator: RuntimeLocator;

  /** `procRoot` is where procfs is mounted. */
  constructor(procRoot = "/proc", modules = new ModuleCache()) {
    this.#procRoot = procRoot;
    this.#modules = modules;
    this.#locator = new RuntimeLocator(modules);
  }

  /**
   * Opens the memory of one process and finds its GILs. The process is neither stopped nor written to. `startTicks` is field 22 of
   * `/proc/PID/stat`: with another one there the pid names somebody else.
   */
  attach(pid: number, startTicks: number): AttachOutcome {
    let memory: TargetMemory;
    try {
      memory = openMemory(this.#procRoot, pid);
    } catch (error) {
      return { ok: false, failure: failureOfError(error) };
    }
    const outcome = this.#attach(pid, startTicks, memory);
    if (!outcome.ok) memory.close();
    return outcome;
  }

  #attach(pid: number, startTicks: number, memory: TargetMemory): AttachOutcome {
    let mappings: readonly Mapping[];
    try {
      if (startTicksOf(this.#procRoot, pid) !== startTicks) return { ok: false, failure: { reason: "gone" } };
      mappings = parseMaps(readFileSync(`${this.#procRoot}/${pid}/maps`, "latin1"));
    } catch (error) {
      return { ok: false, failure: failureOfError(error) };
    }
    const threadIdsOf = new Map<Location["layout"]["thread"], ThreadIds | null>();
    const idsFor = (location: Location): ThreadIds | null => {
      const { thread } = location.layout;
      let ids = threadIdsOf.get(thread);
      if (ids === undefined) {
        const source = threadIdSource(thread, this.#procRoot, pid, mappings, memory, this.#modules);
        ids = source === null ? null : new ThreadIds(source, memory, this.#procRoot, pid);
        threadIdsOf.set(thread, ids);
      }
      return ids;
    };
    const isLive = (tid: number) => existsSync(`${this.#procRoot}/${pid}/task/${tid}`);
    const located = this.#locator.locate(this.#procRoot, pid, mappings, memory, (location) =>
      location.kind === "runtime"
        ? confirmRuntime(location, memory, idsFor(location), isLive)
        : confirmStatics(location, memory),
    );
    if ("reason" in located) return { ok: false, failure: located };
    return { ok: true, probe: new GilProbe(this.#procRoot, pid, located, memory, idsFor(located)) };
  }
}

/** Reads the GILs of one process, pass after pass. Made by `GilProbes.attach`. */
export class GilProbe {
  readonly location: Location;
  readonly version: PythonVersion;
  readonly versionText: string;
  readonly freeThreaded: boolean;
  /** Whether holders can be named. */
  readonly namesThreads: boolean;
  readonly memory: TargetMemory;
  readonly #threadIds: ThreadIds | null;
  readonly #procRoot: string;
  readonly #pid: number;
  readonly #bytes = Buffer.alloc(GIL_BYTES);
  #gils: readonly GilPlace[] = [];
  #names: ThreadNames | null = null;
  readonly #stacks: StackReader | null;
  readonly #garbage: GarbageFlag | null;
  readonly #holderStates = new Map<number, number>();
  /** Set while there are sub-interpreters whose thread states may name the wrong thread. */
  #foreign: ForeignThreads | null = null;

  constructor(procRoot: string, pid: number, location: Location, memory: TargetMemory, threadIds: ThreadIds | null) {
    this.#procRoot = procRoot;
    this.#pid = pid;
    this.location = location;
    this.version = location.version;
    this.versionText = versionText(location.version);
    this.freeThreaded = location.kind === "runtime" && location.freeThreaded;
    this.memory = memory;
    this.namesThreads = threadIds !== null;
    this.#threadIds = threadIds;
    const described = location.kind === "runtime" ? location.layout.frames : null;
    const frames = described ?? frameLayoutOf(location.version, this.freeThreaded);
    this.#stacks = frames === null ? null : new StackReader(memory, frames);
    const collecting = frames?.collecting ?? null;
    this.#garbage =
      collecting === null || location.kind === "statics" ? null : new GarbageFlag(memory, location, collecting);
    this.refresh();
  }

  /** Looks for interpreters that came or went; to be called every now and then. Keeps the known ones when the list is just changing. */
  refresh(): void {
    const { location } = this;
    if (location.kind === "statics") return;
    const places = gilPlaces(location, this.memory);
    if (typeof places !== "string") this.#gils = places;
    this.#foreign = location.version.minor >= BINDS_THREADS_SINCE ? null : this.#subInterpreters(location);
  }

  #subInterpreters(location: RuntimeLocation): ForeignThreads | null {
    const { layout } = location;
    const interpreters = interpreterList(this.memory, location.interpretersHead, layout.interpreter);
    if (typeof interpreters === "string") return this.#foreign;
    const mainInterpreter = interpreters[interpreters.length - 1];
    if (mainInterpreter === undefined || interpreters.length < 2) return null;
    const threads: { threadState: number; tid: number }[] = [];
    const mainTids = new Set<number>();
    for (const interpreter of interpreters) {
      const states = threadList(this.memory, interpreter, layout.interpreter, layout.thread);
      for (const threadState of typeof states === "string" ? [] : states) {
        const tid = this.#threadIds?.of(threadState) ?? null;
        if (tid === null) continue;
        threads.push({ threadState, tid });
        if (interpreter === mainInterpreter) mainTids.add(tid);
      }
    }
    const key = threads.map(({ threadState, tid }) => `${threadState} ${tid}`).join();
    if (this.#foreign?.key === key) return this.#foreign;
    const stacks = StackOwners.read(this.#procRoot, this.#pid, this.memory, layout.thread, threads);
    return { key, mainInterpreter, mainTids, stacks };
  }

  /** Reads every GIL once: one or two reads each. */
  sample(): PassOutcome {
    if (this.location.kind === "statics") return this.#sampleStatics(this.location);
    const observations: GilObservation[] = [];
    for (let index = 0; index < this.#gils.length; index += 1) {
      const place = this.#gils[index];
      if (place === undefined) break;
      const state = readGil(this.memory, place.address, this.location.layout.gilFields, this.#bytes);
      if (state === "gone") return { ok: false, reason: "gone" };
      if (typeof state === "string") {
        // The main interpreter's GIL lives as long as the runtime; a sub-interpreter's goes with it.
        if (index === 0) return { ok: false, reason: "lost" };
        continue;
      }
      this.#holderStates.set(place.interpreterId, state.held ? state.lastHolder : 0);
      observations.push({
        interpreterId: place.interpreterId,
        enabled: state.enabled,
        held: state.held,
        holderTid: state.held && state.lastHolder !== 0 ? this.#holderTid(place, state) : null,
        switchNumber: state.switchNumber,
        intervalMs: state.intervalMicroseconds / 1000,
      });
    }
    return observations.length === 0 ? { ok: false, reason: "lost" } : { ok: true, gils: observations };
  }

  /**
   * The GIL whose structure holds an address, and where in it; null for any other address. Whoever waits for a GIL waits on a word of it
   * (its condition variable or mutex), also when the GIL is a sub-interpreter's and lies on the heap.
   */
  gilWordAt(address: number): { readonly interpreterId: number; readonly offset: number } | null {
    for (const { interpreterId, address: start } of this.#gils) {
      if (address >= start && address < start + GIL_STRUCTURE_BYTES) return { interpreterId, offset: address - start };
    }
    return null;
  }

  /** The threads of every interpreter; empty while the lists are changing. */
  threads(): readonly PythonThread[] {
    const { location } = this;
    const head = location.interpretersHead;
    if (head === null) return [];
    const interpreters = interpreterList(this.memory, head, location.layout.interpreter);
    if (typeof interpreters === "string") return [];
    const threads: PythonThread[] = [];
    for (const interpreter of [...interpreters].reverse()) {
      const states = threadList(this.memory, interpreter, location.layout.interpreter, location.layout.thread);
      if (typeof states === "string") continue;
      const interpreterId = location.kind === "runtime" ? interpreterIdOf(location, this.memory, interpreter) : 0;
      for (const threadState of states) threads.push({ interpreterId, threadState, tid: this.#tidOf(threadState) });
    }
    return threads;
  }

  /** Thread state that was found holding the GIL of this interpreter in the last pass; 0 when nobody was. */
  holderState(interpreterId: number): number {
    return this.#holderStates.get(interpreterId) ?? 0;
  }

  /** Whether Python stacks of this version can be read. */
  get readsStacks(): boolean {
    return this.#stacks !== null;
  }

  /** Python stack of a thread state; null where stacks of this version can't be read. */
  stackOf(threadState: number): PythonStack | "torn" | "gone" | null {
    return this.#stacks === null ? null : this.#stacks.read(threadState, this.stillnessOf(threadState));
  }

  /**
   * Python stack of a thread state, and whether it is collecting garbage. The interpreter only tells that a collection goes on: it is
   * the work of the thread that has the GIL all the while.
   */
  readStack(threadState: number): StackReading | "torn" | "gone" | null {
    const still = this.stillnessOf(threadState);
    const collecting = this.#garbage?.of(threadState) ?? null;
    const hadGil = still() === null;
    const before = collecting?.() ?? null;
    const stack = this.stackOf(threadState);
    if (stack === null || typeof stack === "string") return stack;
    const after = collecting?.() ?? null;
    const hasGil = still() === null;
    const inGarbageCollection =
      before !== after || before === null ? null : before ? (hadGil && hasGil ? true : null) : false;
    return { stack, inGarbageCollection };
  }

  /** Names that the program gave its threads, by kernel thread id. Empty where they can't be read. */
  threadNames(): ReadonlyMap<number, string> {
    const named = new Map<number, string>();
    const { location } = this;
    if (location.kind === "statics" || this.#threadIds === null) return named;
    this.#names ??= new ThreadNames(this.memory, location);
    const names = this.#names.read();
    if (names.size === 0) return named;
    for (const { interpreterId, threadState, tid } of this.threads()) {
      if (interpreterId !== MAIN_INTERPRETER) continue;
      const threadId = readWord(this.memory, threadState + location.layout.thread.threadId);
      const name = threadId === null ? undefined : names.get(threadId);
      if (tid !== null && name !== undefined) named.set(tid, name);
    }
    return named;
  }

  /**
   * For reading the stack of one thread: a function that answers with the same number as long as the thread has not had the GIL, so
   * that its Python frames can't have changed, and with null while it may have it. The number of changes of holder
   * rises whenever another thread takes the GIL.
   */
  stillnessOf(threadState: number): () => number | null {
    const { location } = this;
    if (location.kind === "statics" || location.freeThreaded) return () => null;
    const { gilPointer } = location.layout.interpreter;
    const fields = location.layout.gilFields;
    let gil = location.gil;
    if (gil === null && gilPointer !== null) {
      const interpreter = readWord(this.memory, threadState + location.layout.thread.interpreter);
      gil = interpreter === null ? null : readWord(this.memory, interpreter + gilPointer);
    }
    if (gil === null) return () => null;
    const address = gil;
    return () => {
      const state = readGil(this.memory, address, fields, this.#bytes);
      return typeof state === "string" || state.lastHolder === threadState ? null : state.switchNumber;
    };
  }

  /** Lets go of the process. */
  close(): void {
    this.memory.close();
  }

  /**
   * Thread id of a holder. As long as the number of changes of holder stands still, it is the thread that it was: whatever other thread
   * came into being at that address, the one that made it had the GIL in between.
   */
  #holderTid(place: GilPlace, { lastHolder, switchNumber }: GilState): number | null {
    if (this.#foreign !== null) return this.#tidOf(lastHolder);
    const { seen } = place;
    if (seen.tid === null || seen.lastHolder !== lastHolder || seen.switchNumber !== switchNumber) {
      seen.tid = this.#tidOf(lastHolder);
      seen.lastHolder = lastHolder;
      seen.switchNumber = switchNumber;
    }
    return seen.tid;
  }

  #tidOf(threadState: number): number | null {
    if (this.#threadIds === null) return null;
    if (this.#foreign === null) return this.#threadIds.of(threadState);
    const { thread } = this.location.layout;
    const owner = readWord(this.memory, threadState + thread.interpreter);
    if (owner === this.#foreign.mainInterpreter) return this.#threadIds.of(threadState);
    if (thread.cframe === null) {
      // A thread that the sub-interpreter started itself is named right; one that also has a state in the main interpreter may be its creator only.
      const claimed = this.#threadIds.of(threadState);
      return claimed === null || this.#foreign.mainTids.has(claimed) ? null : claimed;
    }
    const cframe = readWord(this.memory, threadState + thread.cframe);
    return cframe === null ? null : this.#foreign.stacks.of(cframe);
  }

  #sampleStatics(location: StaticLocation): PassOutcome {
    const gil = location.gil === null ? this.#currentHolder(location.current) : this.#staticGil(location.gil);
    if (typeof gil === "string") return { ok: false, reason: gil === "gone" ? "gone" : "lost" };
    return { ok: true, gils: [gil] };
  }

  #currentHolder(address: number): GilObservation | WalkFailure {
    const count = this.memory.read(address, this.#bytes, 8);
    if (count !== 8) return count === MEMORY_GONE ? "gone" : "fault";
    const holder = wordAt(this.#bytes, 0);
    if (holder !== 0 && !isPointer(holder)) return "senseless";
    return {
      interpreterId: 0,
      enabled: null,
      held: holder !== 0,
      holderTid: holder === 0 ? null : this.#tidOf(holder),
      switchNumber: Number.NaN,
      intervalMs: Number.NaN,
    };
  }

  #staticGil(gil: NonNullable<StaticLocation["gil"]>): GilObservation | WalkFailure {
    const words: number[] = [];
    for (const [address, length] of [
      [gil.locked, 4],
      [gil.lastHolder, 8],
      [gil.switchNumber, 8],
      [gil.interval, 8],
    ] as const) {
      const count = this.memory.read(address, this.#bytes, length);
      if (count !== length) return count === MEMORY_GONE ? "gone" : "fault";
      words.push(length === 4 ? this.#bytes.readInt32LE(0) : wordAt(this.#bytes, 0));
    }
    const [locked = Number.NaN, lastHolder = Number.NaN, switchNumber = Number.NaN, interval = Number.NaN] = words;
    if ((locked !== 0 && locked !== 1) || !(interval > 0)) return "senseless";
    return {
      interpreterId: 0,
      enabled: null,
      held: locked === 1,
      holderTid: locked === 1 ? this.#tidOf(lastHolder) : null,
      switchNumber,
      intervalMs: interval / 1000,
    };
  }
}

/** What is needed to name the threads of sub-interpreters. */
interface ForeignThreads {
  /** The thread states and ids it was made from. */
  readonly key: string;
  readonly mainInterpreter: number;
  readonly mainTids: ReadonlySet<number>;
  readonly stacks: StackOwners;
}

interface GilPlace {
  readonly interpreterId: number;
  readonly address: number;
  /** The holder that was named last. */
  readonly seen: { tid: number | null; lastHolder: number; switchNumber: number };
}

function gilPlace(interpreterId: number, address: number): GilPlace {
  return { interpreterId, address, seen: { tid: null, lastHolder: 0, switchNumber: 0 } };
}

/** The GILs of a runtime, the main interpreter's first. Interpreters that share one count once, under the oldest. */
function gilPlaces(location: RuntimeLocation, memory: TargetMemory): readonly GilPlace[] | WalkFailure {
  if (location.gil !== null) return [gilPlace(0, location.gil)];
  const interpreters = interpreterList(memory, location.interpretersHead, location.layout.interpreter);
  if (typeof interpreters === "string") return interpreters;
  const { gilPointer } = location.layout.interpreter;
  if (gilPointer === null) return "senseless";
  const places: GilPlace[] = [];
  for (const interpreter of [...interpreters].reverse()) {
    const bytes = Buffer.allocUnsafe(8);
    const count = memory.read(interpreter + gilPointer, bytes, 8);
    if (count !== 8) return count === MEMORY_GONE ? "gone" : "fault";
    const address = wordAt(bytes, 0);
    // A new interpreter joins the list before it has its GIL.
    if (!isPointer(address)) {
      if (places.length === 0) return "unready";
      continue;
    }
    if (places.some((place) => place.address === address)) continue;
    places.push(gilPlace(interpreterIdOf(location, memory, interpreter), address));
  }
  return places.length === 0 ? "unready" : places;
}

function interpreterIdOf(location: RuntimeLocation, memory: TargetMemory, interpreter: number): number {
  const bytes = Buffer.allocUnsafe(8);
  const count = memory.read(interpreter + location.layout.interpreter.id, bytes, 8);
  const id = count === 8 ? wordAt(bytes, 0) : Number.NaN;
  return Number.isNaN(id) ? -1 : id;
}

const CONFIRM_TRIES = 3;

/** A place is a runtime when its GILs read as GILs, its lists as lists, and its thread states lead to threads that live. */
function confirmRuntime(
  location: RuntimeLocation,
  memory: TargetMemory,
  ids: ThreadIds | null,
  isLive: (tid: number) => boolean,
): "yes" | "no" | "unready" {
  let answer: "yes" | "no" | "unready" = "no";
  for (let tries = 0; tries < CONFIRM_TRIES && answer !== "yes"; tries += 1) {
    answer = confirmRuntimeOnce(location, memory, ids, isLive);
    if (location.foundBy === "scan") return answer;
  }
  return answer;
}

function confirmRuntimeOnce(
  location: RuntimeLocation,
  memory: TargetMemory,
  ids: ThreadIds | null,
  isLive: (tid: number) => boolean,
): "yes" | "no" | "unready" {
  const places = gilPlaces(location, memory);
  if (typeof places === "string") return places === "unready" ? "unready" : "no";
  const bytes = Buffer.alloc(GIL_BYTES);
  let mainGil: GilState | null = null;
  for (const place of places) {
    const state = readGil(memory, place.address, location.layout.gilFields, bytes);
    if (typeof state === "string") return state === "unready" ? "unready" : "no";
    mainGil ??= state;
  }
  const interpreters = interpreterList(memory, location.interpretersHead, location.layout.interpreter);
  if (typeof interpreters === "string") return interpreters === "unready" ? "unready" : "no";
  const states: number[] = [];
  for (const interpreter of interpreters) {
    const threads = threadList(memory, interpreter, location.layout.interpreter, location.layout.thread);
    if (typeof threads === "string") return "no";
    states.push(...threads);
  }
  if (states.length === 0) return "unready";
  const live = ids === null ? 0 : states.filter((state) => isLiveThread(ids.of(state), isLive)).length;
  if (location.foundBy === "scan") {
    return live > 0 && mainGil !== null && states.includes(mainGil.lastHolder) ? "yes" : "no";
  }
  return ids === null || live > 0 ? "yes" : "no";
}

function isLiveThread(tid: number | null, isLive: (tid: number) => boolean): boolean {
  return tid !== null && isLive(tid);
}

function confirmStatics(location: StaticLocation, memory: TargetMemory): "yes" | "no" | "unready" {
  const bytes = Buffer.allocUnsafe(8);
  if (memory.read(location.current, bytes, 8) !== 8) return "no";
  const current = wordAt(bytes, 0);
  if (current !== 0 && !isPointer(current)) return "no";
  if (location.gil !== null) {
    if (memory.read(location.gil.locked, bytes, 4) !== 4) return "no";
    const locked = bytes.readInt32LE(0);
    if (locked === -1) return "unready";
    if (locked !== 0 && locked !== 1) return "no";
  }
  if (location.interpretersHead === null) return "yes";
  const interpreters = interpreterList(memory, location.interpretersHead, location.layout.interpreter);
  if (typeof interpreters === "string") return interpreters === "unready" ? "unready" : "no";
  return "yes";
}

/** Field 22 of `/proc/PID/stat` (proc_pid_stat(5)); the name before it may hold anything, so fields count from the last `)`. */
function startTicksOf(procRoot: string, pid: number): number {
  const text = readFileSync(`${procRoot}/${pid}/stat`, "latin1");
  return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[19]);
}

function failureOfError(error: unknown): GilFailure {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EACCES" || code === "EPERM") return { reason: "denied" };
  // Anything else, such as too many open files, says nothing about the process: it is tried again.
  return { reason: code === "ENOENT" || code === "ESRCH" ? "gone" : "unready" };
}

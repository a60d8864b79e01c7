import type { Attention } from "../../core/probe/probe-plan.ts";
import type { Capabilities } from "../../core/sample/capabilities.ts";
import type {
  HostFacts,
  ProcessColumns,
  ProcessDetail,
  ProcessIdentity,
  ThreadColumns,
  ThreadDetail,
} from "../../core/sample/raw-sample.ts";
import type { Clock, Provider, TableSample, ThreadScope } from "../provider.ts";
import { KERNEL_THREAD_FLAG } from "./byte-parser.ts";
import { CgroupReader } from "./cgroups.ts";
import { DetailReader } from "./detail-reader.ts";
import { HostReader, readHostFacts } from "./host-reader.ts";
import { KeptFiles, spareFileLimit } from "./kept-files.ts";
import { ProcessTable } from "./process-table.ts";
import { capabilitiesOf, readRights } from "./rights.ts";
import { ThreadColumnStore } from "./thread-columns.ts";
import { type ThreadGroup, ThreadTable } from "./thread-table.ts";

/** What the Linux provider needs. */
export interface LinuxProviderOptions {
  /** Root of /proc. */
  readonly root: string;
  readonly clock: Clock;
  readonly threadScope: ThreadScope;
  /** Most files kept open; lowered where the program may not open so many. */
  readonly mostKeptFiles?: number;
  /** Highest row ids given out in this session before, by a worker that ended. */
  readonly lastProcessRowId?: number;
  readonly lastThreadRowId?: number;
}

const STATE_ZOMBIE = 0x5a;
/** Most time for looking at processes not seen before, in the first sample and in later ones. */
const FIRST_LOOK_BUDGET_MS = 800;
const LOOK_BUDGET_MS = 8;
/** Looks made whatever the time: on a busy machine most of it goes to others. */
const LEAST_LOOKS = 40;
const LEAST_DEEP_LOOKS = 1;
/** Young processes are looked at again this many samples after they appeared: between fork and exec a child looks like its parent. */
const EARLY_LOOKS = [1, 3];
const YOUNG_SECONDS = 10;
/** A runtime loads its libraries early; later a look, most of it reading its maps, is seldom worth its price. */
const RUNTIME_LOOK_RHYTHM = 10;
const RUNTIME_EARLY_SAMPLES = 60;
const OTHER_LOOK_RHYTHM = 60;
/** Threads of a runtime are read in every sample while it used CPU in the last few, else every fourth time. */
const THREADS_ACTIVE_SAMPLES = 3;
const THREADS_IDLE_RHYTHM = 4;
const MOST_NAMES_PER_SAMPLE = 4000;
const RENAME_RHYTHM = 10;
/** A thread that did not run did not name itself; that another one named it is looked for this many times more seldom. */
const RENAME_RESTING_FACTOR = 6;
const MOST_RENAME_CHECKS = 256;

/** What is remembered about one live process besides its columns. */
interface Entry {
  detail: ProcessDetail | null;
  text: string;
  nameHash: number;
  group: ThreadGroup | null;
  looks: number;
  /** Undefined: not looked at yet. Null: its parent is not in the table, or the first process of the machine. */
  firstParent: ProcessIdentity | null | undefined;
}

/** Reads a Linux machine through /proc. */
export class LinuxProvider implements Provider {
  readonly id = "linux";
  readonly #clock: Clock;
  readonly #scope: ThreadScope;
  readonly #files: KeptFiles;
  readonly #processes: ProcessTable;
  readonly #threads: ThreadTable;
  readonly #threadColumns: ThreadColumnStore;
  readonly #host: HostReader;
  readonly #cgroups: CgroupReader;
  readonly #details: DetailReader;
  readonly #facts: HostFacts;
  readonly #capabilities: Capabilities;
  #entries: (Entry | undefined)[] = [];
  #names: string[] = [];
  #processDetails: ProcessDetail[] = [];
  #threadDetails: ThreadDetail[] = [];
  /** Rows to look at, and those whose executables must be looked into. */
  #queue: number[] = [];
  #deepQueue: number[] = [];

  constructor(options: LinuxProviderOptions) {
    const { root, clock } = options;
    this.#clock = clock;
    this.#scope = options.threadScope;
    this.#files = new KeptFiles(spareFileLimit(root, options.mostKeptFiles ?? 3000));
    this.#facts = readHostFacts(root, clock);
    const rights = readRights(root);
    this.#processes = new ProcessTable(root, this.#files, clock, this.#facts.pageBytes, options.lastProcessRowId ?? 0);
    this.#threads = new ThreadTable(
      root,
      this.#files,
      clock,
      this.#facts.clockTicksPerSecond,
      rights.schedstat,
      options.lastThreadRowId ?? 0,
    );
    this.#threadColumns = new ThreadColumnStore(this.#threads);
    this.#host = new HostReader(root, this.#files, this.#facts.clockTicksPerSecond);
    this.#cgroups = new CgroupReader(root, this.#files);
    this.#details = new DetailReader(root, this.#files, this.#cgroups, rights);
    this.#capabilities = capabilitiesOf(rights, this.#cgroups.available);
  }

  hostFacts(): HostFacts {
    return this.#facts;
  }

  read(attention: Attention): TableSample {
    this.#files.nextRound();
    this.#processDetails = [];
    this.#threadDetails = [];
    const monotonicMs = this.#clock.monotonicMs();
    const wallMs = this.#clock.wallMs();
    const host = this.#host.read();
    this.#processes.read(attention.selectedRowId);
    this.#dropDead();
    this.#lookAround(monotonicMs, wallMs, attention.selectedRowId);
    this.#readThreads(attention.selectedRowId);
    const cgroupPaths = new Set<string>();
    const memoryPaths = new Set<string>();
    const { rows } = this.#processes;
    for (const row of rows.order) {
      const detail = rows.python[row] === 1 ? this.#entries[row]?.detail : null;
      const path = detail?.cgroupPath ?? null;
      if (path !== null) cgroupPaths.add(path);
      const memoryPath = detail?.memoryCgroupPath ?? path;
      if (memoryPath !== null) memoryPaths.add(memoryPath);
    }
    return {
      monotonicMs,
      wallMs,
      host,
      ...this.#columns(),
      processDetails: this.#processDetails,
      threadDetails: this.#threadDetails,
      cgroups: this.#cgroups.read(cgroupPaths),
      memoryGroups: this.#cgroups.readMemory(memoryPaths),
      capabilities: this.#capabilities,
    };
  }

  close(): void {
    this.#files.close();
    this.#processes.close();
    this.#host.close();
  }

  #dropDead(): void {
    const { rows } = this.#processes;
    let any = false;
    for (const row of rows.order) {
      if (rows.dead[row] === 0) continue;
      any = true;
      const group = this.#entries[row]?.group;
      if (group) this.#threads.end(group);
      this.#details.forget(rows.rowId[row]!);
      this.#entries[row] = undefined;
    }
    if (any) {
      const alive = new Set(rows.order.filter((row) => rows.dead[row] === 0));
      this.#queue = this.#queue.filter((row) => alive.has(row));
      this.#deepQueue = this.#deepQueue.filter((row) => alive.has(row));
      rows.sweep();
    }
  }

  /** Looks at new processes, at those whose name changed, and at some others again; what does not fit the budget waits. */
  #lookAround(startedMs: number, wallMs: number, selectedRowId: number | null): void {
    const { rows, sample } = this.#processes;
    const queued = new Set(this.#queue);
    const unseen: number[] = [];
    const ticks = this.#facts.clockTicksPerSecond;
    const youngTicks = ((wallMs - this.#facts.bootWallMs) / 1000 - YOUNG_SECONDS) * ticks;
    for (const row of rows.order) {
      if ((rows.flags[row]! & KERNEL_THREAD_FLAG) !== 0) continue;
      const entry = this.#entry(row);
      const age = sample - rows.addedAt[row]!;
      const often = rows.python[row] === 1 && (age < RUNTIME_EARLY_SAMPLES || rows.rowId[row] === selectedRowId);
      // Who used no CPU since it was looked at neither ran another program nor loaded a library.
      const worked = rows.movedAt[row]! > rows.addedAt[row]!;
      const due =
        entry.looks === 0 ||
        (rows.fresh[row] === 1 && entry.nameHash !== rows.nameHash[row]) ||
        (worked && EARLY_LOOKS.includes(age) && rows.startTicks[row]! > youngTicks) ||
        (often && (row + sample) % RUNTIME_LOOK_RHYTHM === 0) ||
        ((rows.python[row] === 1 || (worked && sample - rows.movedAt[row]! < OTHER_LOOK_RHYTHM)) &&
          (row + sample) % OTHER_LOOK_RHYTHM === 0);
      if (due && !queued.has(row)) (entry.looks === 0 ? unseen : this.#queue).push(row);
    }
    // Looking again at many busy processes must not keep new ones from being seen at all.
    const firstSeen = this.#queue.findIndex((row) => this.#entry(row).looks > 0);
    this.#queue.splice(firstSeen < 0 ? this.#queue.length : firstSeen, 0, ...unseen);
    const deadline = startedMs + (sample === 1 ? FIRST_LOOK_BUDGET_MS : LOOK_BUDGET_MS);
    this.#queue.splice(
      0,
      this.#lookAtSome(this.#queue, deadline, LEAST_LOOKS, (row) => {
        if (!this.#look(row, false)) this.#deepQueue.push(row);
      }),
    );
    this.#deepQueue.splice(
      0,
      this.#lookAtSome(this.#deepQueue, deadline, LEAST_DEEP_LOOKS, (row) => this.#look(row, true)),
    );
  }

  /** A few, and as many more as time allows. Returns how many. */
  #lookAtSome(queue: readonly number[], deadlineMs: number, least: number, look: (row: number) => void): number {
    let done = 0;
    while (done < queue.length && (done < least || this.#clock.monotonicMs() < deadlineMs)) {
      look(queue[done]!);
      done += 1;
    }
    return done;
  }

  #entry(row: number): Entry {
    let entry = this.#entries[row];
    if (entry === undefined) {
      entry = { detail: null, text: "", nameHash: 0, group: null, looks: 0, firstParent: undefined };
      this.#entries[row] = entry;
    }
    return entry;
  }

  /** False when only a look into its executable can tell what the process is. */
  #look(row: number, deep: boolean): boolean {
    const { rows } = this.#processes;
    const entry = this.#entry(row);
    entry.looks += 1;
    entry.nameHash = rows.nameHash[row]!;
    const leaderDead = rows.state[row] === STATE_ZOMBIE && rows.threadCount[row]! > 1;
    // A zombie can't be looked at any more: what was known of it stays.
    if (rows.state[row] === STATE_ZOMBIE && !leaderDead && entry.detail !== null) return true;
    const read = this.#details.read(rows.rowId[row]!, rows.pid[row]!, leaderDead, deep);
    if (read === "later") return false;
    if (read === null) return true;
    if (entry.firstParent === undefined) entry.firstParent = this.#identityOf(rows.parentPid[row]!);
    const detail =
      read.python === null || entry.firstParent === null ? read : { ...read, firstParent: entry.firstParent };
    const text = JSON.stringify(detail);
    if (text === entry.text) return true;
    entry.text = text;
    entry.detail = detail;
    rows.python[row] = detail.python === null ? 0 : 1;
    this.#processDetails.push(detail);
    return true;
  }

  #identityOf(pid: number): ProcessIdentity | null {
    const { rows } = this.#processes;
    const row = rows.byPid.get(pid);
    if (row === undefined || pid <= 1) return null;
    return { rowId: rows.rowId[row]!, pid, startTicks: rows.startTicks[row]! };
  }

  #readThreads(selectedRowId: number | null): void {
    const { rows, sample, relist, idsMoved } = this.#processes;
    let names = MOST_NAMES_PER_SAMPLE;
    for (const row of rows.order) {
      const python = rows.python[row] === 1;
      const entry = this.#entries[row];
      if (this.#scope === "runtimes" && !python) {
        if (entry?.group) {
          this.#threads.end(entry.group);
          entry.group = null;
        }
        continue;
      }
      const known = entry ?? this.#entry(row);
      known.group ??= this.#threads.group(rows.pid[row]!);
      const group = known.group;
      const active = sample - rows.movedAt[row]! <= THREADS_ACTIVE_SAMPLES;
      if (!group.listed || relist.has(group.pid) || (python && active && idsMoved)) this.#threads.list(group);
      const due =
        rows.moved[row] === 1 ||
        group.unnamed.length > 0 ||
        (python && (active || (row + sample) % THREADS_IDLE_RHYTHM === 0 || rows.rowId[row] === selectedRowId));
      if (due) this.#threads.read(group);
      else if (rows.fresh[row] === 1) group.readAtMs = rows.readAtMs[row]!;
      if (group.unnamed.length > 0 && names > 0) names -= this.#nameThreads(group, names);
      else if (python && (row + sample) % RENAME_RHYTHM === 0) {
        this.#renameThreads(group, (row + sample) % (RENAME_RHYTHM * RENAME_RESTING_FACTOR) === 0);
      }
    }
  }

  #nameThreads(group: ThreadGroup, most: number): number {
    const rows = group.unnamed.splice(0, most);
    for (const row of rows) this.#nameThread(group.pid, row, true);
    return rows.length;
  }

  #renameThreads(group: ThreadGroup, restingToo: boolean): void {
    const { timeslices, namedTimeslices } = this.#threads.rows;
    const most = Math.min(group.rows.length, MOST_RENAME_CHECKS);
    for (let i = 0; i < most; i += 1) {
      const row = group.rows[i]!;
      if (restingToo || timeslices[row] !== namedTimeslices[row]) this.#nameThread(group.pid, row, false);
    }
  }

  #nameThread(pid: number, row: number, isNew: boolean): void {
    const rows = this.#threads.rows;
    rows.namedTimeslices[row] = rows.timeslices[row]!;
    const comm = this.#details.threadName(pid, rows.tid[row]!);
    if (comm === null || (!isNew && this.#names[row] === comm)) return;
    this.#names[row] = comm;
    this.#threadDetails.push({ rowId: rows.rowId[row]!, comm });
  }

  /** All columns over one buffer, so that handing them to another thread moves one piece of memory. */
  #columns(): { readonly processes: ProcessColumns; readonly threads: ThreadColumns } {
    const from = this.#processes.rows;
    const { order } = from;
    const columns = this.#threadColumns;
    columns.update(() => this.#groups());
    const p = order.length;
    const t = columns.length;
    const buffer = new ArrayBuffer(p * (4 * 8 + 4 * 4 + 1) + t * (4 * 8 + 3 * 4) + 8);
    let at = 0;
    const f64 = (length: number): Float64Array => {
      const column = new Float64Array(buffer, at, length);
      at += length * 8;
      return column;
    };
    const u32 = (length: number): Uint32Array => {
      const column = new Uint32Array(buffer, at, length);
      at += length * 4;
      return column;
    };
    const i32 = (length: number): Int32Array => {
      const column = new Int32Array(buffer, at, length);
      at += length * 4;
      return column;
    };
    const startTicks = f64(p);
    const cpuSeconds = f64(p);
    const rssBytes = f64(p);
    const readAtMs = f64(p);
    const floatsAt = at;
    const runSeconds = f64(t);
    const cpuWaitSeconds = f64(t);
    const timeslices = f64(t);
    const threadReadAtMs = f64(t);
    const rowId = u32(p);
    const pid = i32(p);
    const parentPid = i32(p);
    const threadCount = u32(p);
    const wordsAt = at;
    const threadRowId = u32(t);
    const processRowId = u32(t);
    const tid = i32(t);
    const state = new Uint8Array(buffer, at, p);
    columns.copyTo(new Float64Array(buffer, floatsAt, t * 4), new Uint32Array(buffer, wordsAt, t * 3));
    const perSecond = this.#facts.clockTicksPerSecond;
    for (let i = 0; i < p; i += 1) {
      const row = order[i]!;
      rowId[i] = from.rowId[row]!;
      pid[i] = from.pid[row]!;
      parentPid[i] = from.parentPid[row]!;
      startTicks[i] = from.startTicks[row]!;
      state[i] = from.state[row]!;
      threadCount[i] = from.threadCount[row]!;
      cpuSeconds[i] = from.ticks[row]! / perSecond;
      rssBytes[i] = from.rssBytes[row]!;
      readAtMs[i] = from.readAtMs[row]!;
    }
    return {
      processes: { length: p, rowId, pid, parentPid, startTicks, state, threadCount, cpuSeconds, rssBytes, readAtMs },
      threads: {
        length: t,
        rowId: threadRowId,
        processRowId,
        tid,
        runSeconds,
        cpuWaitSeconds,
        timeslices,
        readAtMs: threadReadAtMs,
      },
    };
  }

  #groups(): { readonly groups: readonly ThreadGroup[]; readonly processRowIds: readonly number[] } {
    const { rows } = this.#processes;
    const groups: ThreadGroup[] = [];
    const processRowIds: number[] = [];
    for (const row of rows.order) {
      const group = this.#entries[row]?.group;
      if (!group) continue;
      groups.push(group);
      processRowIds.push(rows.rowId[row]!);
    }
    return { groups, processRowIds };
  }
}

import * as fs from "node:fs";
import type { SharedMemorySample, SharedSegment, SharedSegmentKind } from "../../core/sample/memory-sample.ts";
import type { MemoryBudget } from "../memory-budget.ts";
import type { Clock } from "../provider.ts";
import { GONE, type KeptFiles } from "./kept-files.ts";

/** A process to look at. */
export interface MappingProcess {
  readonly rowId: number;
  readonly pid: number;
}

/** Least milliseconds between two rounds over the processes: while there are segments, while there is none, and where something seems to be left behind. */
const ROUND_GAP_MS = 20_000;
const NONE_GAP_MS = 60_000;
const SOON_GAP_MS = 500;
/** A file that comes or goes where segments lie begins a round; in a folder of more files than this nobody looks for that. */
const LISTING_GAP_MS = 3000;
const MOST_LISTED = 500;
const LARGEST_MAPS_BYTES = 8 << 20;
const MOST_SEGMENTS = 1000;
/** Mappings are read again every so many rounds though their size stayed: one may have taken the place of another. */
const KEPT_ROUNDS = 6;
/** Cost of one process's mappings, until it was measured. */
const FIRST_PRICE_SECONDS = 0.0001;
/** Smaller ones are semaphores and locks. */
const LEAST_BYTES = 32_768;
/** Kept beside segments for their own sake. */
const NOT_SEGMENTS = /\/(sem\.|pulse-shm|\.org\.chromium|\.com\.google)/;

/** The mappings of one process, and the size of its address space when they were read: while that stays, so do they. */
interface Seen {
  readonly size: string;
  readonly mapped: readonly MappedSegment[];
  /** False where they may not be read, or not all of them. */
  readonly isWhole: boolean;
}

interface Found {
  readonly name: string;
  readonly kind: SharedSegmentKind;
  sizeBytes: number;
  allocatedBytes: number;
  modifiedWallMs: number;
  readonly processRowIds: Set<number>;
  unmappedRounds: number;
}

/** What made a segment, from its name; null for what is none. Sources: multiprocessing/shared_memory.py, multiprocessing/heap.py, joblib/_memmapping_reducer.py. */
export function segmentKind(path: string): SharedSegmentKind | null {
  if (path.startsWith("/memfd:")) return "memfd";
  if (/\/joblib_memmapping_folder_/.test(path)) return "joblib";
  if (/\/(pymp-[^/]+|pym-\d+-[^/]+)/.test(path)) return "multiprocessing";
  if (!path.startsWith("/dev/shm/") || NOT_SEGMENTS.test(path)) return null;
  return /^\/dev\/shm\/psm_/.test(path) ? "shared_memory" : "posix";
}

/** Whether a name in a folder is a segment's, or of a folder made for segments. */
function mayHold(folder: string, name: string): boolean {
  return /^(pymp-|joblib_memmapping_folder_)/.test(name) || segmentKind(`${folder}/${name}`) !== null;
}

const NEEDLES = ["/dev/shm/", "/memfd:", "/pymp-", "/joblib_memmapping_folder_"].map((text) => Buffer.from(text));

/** One mapping of a segment, out of `/proc/PID/maps`. */
export interface MappedSegment {
  readonly path: string;
  readonly kind: SharedSegmentKind;
  /** `device:inode`, the same in every process. */
  readonly key: string;
  /** End of the mapping inside the file: the file is at least so long. */
  readonly endBytes: number;
  readonly deleted: boolean;
}

/** Mappings of shared memory in the bytes of `/proc/PID/maps`. */
export function mappedSegments(maps: Buffer): readonly MappedSegment[] {
  const found: MappedSegment[] = [];
  for (const needle of NEEDLES) {
    for (let at = maps.indexOf(needle); at >= 0; at = maps.indexOf(needle, at + 1)) {
      const start = maps.lastIndexOf(10, at) + 1;
      let end = maps.indexOf(10, at);
      if (end < 0) end = maps.length;
      const segment = segmentOf(maps.toString("utf8", start, end));
      if (segment !== null) found.push(segment);
      at = end;
    }
  }
  return found;
}

const LINE = /^([0-9a-f]+)-([0-9a-f]+) ...([sp]) ([0-9a-f]+) ([0-9a-f]+:[0-9a-f]+) (\d+) +(\/.*)$/;

function segmentOf(line: string): MappedSegment | null {
  const match = LINE.exec(line);
  if (match === null) return null;
  const deleted = (match[7] ?? "").endsWith(" (deleted)");
  const path = (match[7] ?? "").replace(/ \(deleted\)$/, "");
  const kind = segmentKind(path);
  // joblib maps what it hands out for reading privately as well.
  if (kind === null || (match[3] !== "s" && kind !== "joblib")) return null;
  const length = Number.parseInt(match[2] ?? "", 16) - Number.parseInt(match[1] ?? "", 16);
  return {
    path,
    kind,
    key: `${match[5]}:${match[6]}`,
    endBytes: Number.parseInt(match[4] ?? "", 16) + length,
    deleted,
  };
}

/** Pages of an address space, and how many of them that belong to files or segments are resident: `statm`, proc_pid_statm(5). */
function sizeOf(statm: string): string {
  const [size = "", , shared = ""] = statm.split(" ");
  return `${size} ${shared}`;
}

/** The kernel's `major:minor` in hexadecimal, as maps show it, of a device number of stat(2). */
function deviceText(device: number): string {
  const major = Math.floor(device / 256) & 0xfff;
  const minor = (device & 0xff) | (Math.floor(device / 2 ** 12) & 0xfff00);
  return `${major.toString(16).padStart(2, "0")}:${minor.toString(16).padStart(2, "0")}`;
}

/**
 * Goes through the mappings of all processes, a few at a time, and through the places where segments lie. A segment that nobody
 * maps in two rounds one after the other was left behind: one that is just being handed over is not.
 */
export class SharedSegments {
  readonly #root: string;
  readonly #files: KeptFiles;
  readonly #clock: Clock;
  readonly #budget: MemoryBudget;
  readonly #places: readonly string[];
  #queue: MappingProcess[] = [];
  #round = 0;
  /** Of the round before and of this one, by row id. */
  #seenBefore: ReadonlyMap<number, Seen> = new Map();
  #seen = new Map<number, Seen>();
  #found = new Map<string, Found>();
  #unreadable = 0;
  #roundStartedWallMs = 0;
  #nextRoundMs = Number.NEGATIVE_INFINITY;
  #listedAtMs = Number.NEGATIVE_INFINITY;
  #listed = "";
  #running = false;
  #priceSeconds = FIRST_PRICE_SECONDS;
  #unmappedRounds = new Map<string, number>();
  #sample: SharedMemorySample | null = null;

  /** `places`: folders whose entries may be segments. */
  constructor(
    root: string,
    files: KeptFiles,
    clock: Clock,
    budget: MemoryBudget,
    places: readonly string[] = ["/dev/shm", "/tmp"],
  ) {
    this.#root = root;
    this.#files = files;
    this.#clock = clock;
    this.#budget = budget;
    this.#places = places;
  }

  /** What the last whole round found; null before its end. */
  get sample(): SharedMemorySample | null {
    return this.#sample;
  }

  /** Looks at as many processes as the budget allows. `processes`: all there are now. */
  work(processes: readonly MappingProcess[], cpuSeconds: () => number): void {
    const nowMs = this.#clock.monotonicMs();
    if (!this.#running) {
      const isDue = this.#filesMoved(nowMs) || nowMs >= this.#nextRoundMs;
      if (!isDue) return;
      this.#running = true;
      this.#round += 1;
      this.#seenBefore = this.#seen;
      this.#seen = new Map();
      this.#queue = [...processes];
      this.#found = new Map();
      this.#unreadable = 0;
      this.#roundStartedWallMs = this.#clock.wallMs();
    }
    let spent = cpuSeconds();
    const startedMs = nowMs;
    let looked = 0;
    while (this.#queue.length > 0 && this.#budget.affords(this.#priceSeconds)) {
      const process = this.#queue.pop();
      if (process === undefined) break;
      this.#look(process);
      looked += 1;
      // The thread's clock is too coarse for one process.
      if (looked % 16 === 0) {
        const now = cpuSeconds();
        this.#budget.spend(now - spent);
        spent = now;
      }
    }
    if (looked > 0) {
      this.#priceSeconds = Math.max(1e-5, (this.#clock.monotonicMs() - startedMs) / 1000 / looked);
    }
    if (this.#queue.length === 0) this.#endRound();
    this.#budget.spend(cpuSeconds() - spent);
  }

  #look(process: MappingProcess): void {
    const seen = this.#mappingsOf(process);
    if (seen === null) return;
    this.#seen.set(process.rowId, seen);
    // What is beyond the part that was read is not known.
    if (!seen.isWhole) this.#unreadable += 1;
    for (const { key, path, kind, endBytes } of seen.mapped) {
      let found = this.#found.get(key);
      if (found === undefined) {
        if (this.#found.size >= MOST_SEGMENTS) return;
        found = {
          name: kind === "memfd" ? path.slice(1) : path,
          kind,
          sizeBytes: 0,
          allocatedBytes: Number.NaN,
          modifiedWallMs: Number.NaN,
          processRowIds: new Set(),
          unmappedRounds: 0,
        };
        this.#found.set(key, found);
      }
      found.sizeBytes = Math.max(found.sizeBytes, endBytes);
      found.processRowIds.add(process.rowId);
    }
  }

  /** Whether a file came or went where segments lie. */
  #filesMoved(nowMs: number): boolean {
    if (nowMs - this.#listedAtMs < LISTING_GAP_MS) return false;
    this.#listedAtMs = nowMs;
    const before = this.#listed;
    this.#listed = this.#places
      .map((place) => {
        const names = this.#files.list(place);
        if (typeof names === "number" || names.length > MOST_LISTED) return "";
        return names.filter((name) => mayHold(place, name)).join("/");
      })
      .join("//");
    return before !== this.#listed;
  }

  /** Null when the process ended. */
  #mappingsOf({ pid, rowId }: MappingProcess): Seen | null {
    const statm = this.#files.readOnce(`${this.#root}/${pid}/statm`, 256);
    const size = typeof statm === "number" ? "" : sizeOf(statm.toString("latin1"));
    const before = this.#seenBefore.get(rowId);
    if (before !== undefined && size !== "" && before.size === size && (rowId + this.#round) % KEPT_ROUNDS !== 0) {
      return before;
    }
    const maps = this.#files.readOnce(`${this.#root}/${pid}/maps`, LARGEST_MAPS_BYTES);
    if (typeof maps !== "number") {
      const isWhole = maps.length < LARGEST_MAPS_BYTES;
      return { size, mapped: mappedSegments(maps), isWhole };
    }
    return maps === GONE ? null : { size, mapped: [], isWhole: false };
  }

  #endRound(): void {
    for (const place of this.#places) this.#list(place, 0);
    const rounds = new Map<string, number>();
    let leftBehind = false;
    const segments: SharedSegment[] = [];
    for (const [key, found] of this.#found) {
      if (found.sizeBytes < LEAST_BYTES) continue;
      if (found.processRowIds.size === 0) {
        // A file that changed during the round may have been mapped by a process that was looked at before.
        const fresh = !(found.modifiedWallMs < this.#roundStartedWallMs);
        const count = (this.#unmappedRounds.get(key) ?? 0) + (fresh ? 0 : 1);
        rounds.set(key, count);
        found.unmappedRounds = count;
        if (count < 2) leftBehind = true;
      }
      const { name, kind, sizeBytes, allocatedBytes, modifiedWallMs, processRowIds, unmappedRounds } = found;
      segments.push({
        name,
        kind,
        sizeBytes,
        allocatedBytes,
        modifiedWallMs,
        processRowIds: [...processRowIds].sort((a, b) => a - b),
        unmappedRounds,
      });
    }
    this.#unmappedRounds = rounds;
    // That nobody maps it is said only after mappings that were just read.
    if (leftBehind) this.#seen = new Map();
    this.#running = false;
    const nowMs = this.#clock.monotonicMs();
    this.#nextRoundMs = nowMs + (leftBehind ? SOON_GAP_MS : segments.length > 0 ? ROUND_GAP_MS : NONE_GAP_MS);
    this.#sample = { readAtMs: nowMs, segments, unreadableProcesses: this.#unreadable };
  }

  /** Files that can be segments, in a folder and in those inside it that are made for them. */
  #list(folder: string, depth: number): void {
    const names = this.#files.list(folder);
    if (typeof names === "number") return;
    for (const name of names) {
      if (!mayHold(folder, name)) continue;
      const path = `${folder}/${name}`;
      const kind = segmentKind(path);
      try {
        const status = fs.lstatSync(path);
        if (status.isDirectory()) {
          if (depth < 2) this.#list(path, depth + 1);
          continue;
        }
        if (!status.isFile() || kind === null) continue;
        const key = `${deviceText(status.dev)}:${status.ino}`;
        let found = this.#found.get(key);
        if (found === undefined) {
          if (this.#found.size >= MOST_SEGMENTS) return;
          found = {
            name: path,
            kind,
            sizeBytes: 0,
            allocatedBytes: 0,
            modifiedWallMs: 0,
            processRowIds: new Set(),
            unmappedRounds: 0,
          };
          this.#found.set(key, found);
        }
        found.sizeBytes = status.size;
        found.allocatedBytes = status.blocks * 512;
        found.modifiedWallMs = status.mtimeMs;
      } catch {
        // Gone meanwhile.
      }
    }
  }
}

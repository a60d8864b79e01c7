import { readdirSync, readFileSync } from "node:fs";
import type { Mapping } from "../maps.ts";
import { isPointer, readBytes, type TargetMemory } from "./memory.ts";
import { type ModuleCache, symbolAddress, threadLibraries } from "./module.ts";
import type { ThreadLayout } from "./offsets.ts";

/** How a thread state is turned into the kernel's thread id. */
export type ThreadIdSource =
  | { readonly kind: "native"; readonly offset: number }
  | { readonly kind: "pthread"; readonly offset: number; readonly tidOffset: number };

const MAX_TID = 1 << 22;
const MAX_STRUCT_PTHREAD = 8192;

/**
 * How thread ids can be had of this interpreter: `native_thread_id` since 3.11, before that the thread id inside glibc's
 * `struct pthread`, whose place glibc tells debuggers in `_thread_db_pthread_tid` (nptl_db; three words: bits, elements, offset).
 * Null where neither is there, as with musl.
 */
export function threadIdSource(
  thread: ThreadLayout,
  procRoot: string,
  pid: number,
  mappings: readonly Mapping[],
  memory: TargetMemory,
  cache: ModuleCache,
): ThreadIdSource | null {
  if (thread.nativeThreadId !== null) return { kind: "native", offset: thread.nativeThreadId };
  const tidOffset = glibcTidOffset(procRoot, pid, mappings, memory, cache);
  return tidOffset === null ? null : { kind: "pthread", offset: thread.threadId, tidOffset };
}

/** Offset of the thread id inside glibc's `struct pthread`; null when the C library does not tell. */
export function glibcTidOffset(
  procRoot: string,
  pid: number,
  mappings: readonly Mapping[],
  memory: TargetMemory,
  cache: ModuleCache,
): number | null {
  for (const module of threadLibraries(procRoot, pid, mappings, memory, cache)) {
    const address = symbolAddress(module, "_thread_db_pthread_tid");
    if (address === null) continue;
    const words = readBytes(memory, address, 12);
    if (words === null || words.readUInt32LE(0) !== 32) continue;
    const offset = words.readUInt32LE(8);
    if (offset % 4 === 0 && offset < MAX_STRUCT_PTHREAD) return offset;
  }
  return null;
}

/**
 * Turns thread states of one process into thread ids as the reader of /proc sees them.
 * The ids in a program's memory are those of its own pid namespace; where that is another one they are translated.
 */
export class ThreadIds {
  readonly #source: ThreadIdSource;
  readonly #memory: TargetMemory;
  readonly #bytes = Buffer.allocUnsafe(8);
  readonly #namespaces: NamespaceIds | null;

  constructor(source: ThreadIdSource, memory: TargetMemory, procRoot: string, pid: number) {
    this.#source = source;
    this.#memory = memory;
    this.#namespaces = isNested(`${procRoot}/${pid}/status`) ? new NamespaceIds(procRoot, pid) : null;
  }

  /** Thread id of the thread state at `address`; null when it can't be read or is not a thread id. */
  of(address: number): number | null {
    if (!isPointer(address)) return null;
    const source = this.#source;
    const bytes = this.#bytes;
    if (this.#memory.read(address + source.offset, bytes, 8) !== 8) return null;
    const word = bytes.readUInt32LE(0) + bytes.readUInt32LE(4) * 0x1_0000_0000;
    if (source.kind === "native") return this.#outer(word);
    if (!isPointer(word)) return null;
    if (this.#memory.read(word + source.tidOffset, bytes, 4) !== 4) return null;
    return this.#outer(bytes.readUInt32LE(0));
  }

  #outer(tid: number): number | null {
    if (!(tid > 0 && tid <= MAX_TID)) return null;
    return this.#namespaces === null ? tid : this.#namespaces.outer(tid);
  }
}

const RELOAD_MS = 200;
const MAX_TASKS = 20_000;

/** Thread ids of a process in another pid namespace: inner to outer, from `NSpid` of its tasks (proc_pid_status(5)). */
class NamespaceIds {
  readonly #taskFolder: string;
  #outerOf = new Map<number, number>();
  #loadedAt = Number.NEGATIVE_INFINITY;

  constructor(procRoot: string, pid: number) {
    this.#taskFolder = `${procRoot}/${pid}/task`;
  }

  outer(inner: number): number | null {
    const now = performance.now();
    if (!this.#outerOf.has(inner) && now - this.#loadedAt >= RELOAD_MS) {
      this.#loadedAt = now;
      this.#outerOf = this.#load();
    }
    return this.#outerOf.get(inner) ?? null;
  }

  #load(): Map<number, number> {
    const outerOf = new Map<number, number>();
    let names: readonly string[];
    try {
      names = readdirSync(this.#taskFolder).slice(0, MAX_TASKS);
    } catch {
      return outerOf;
    }
    for (const name of names) {
      const ids = namespaceIds(`${this.#taskFolder}/${name}/status`);
      const inner = ids[ids.length - 1];
      if (inner !== undefined) outerOf.set(inner, Number(name));
    }
    return outerOf;
  }
}

function isNested(statusPath: string): boolean {
  return namespaceIds(statusPath).length > 1;
}

function namespaceIds(statusPath: string): readonly number[] {
  try {
    const line = /^NSpid:[ \t]*([\d \t]+)$/m.exec(readFileSync(statusPath, "latin1"))?.[1] ?? "";
    return line
      .split(/[ \t]+/)
      .filter((word) => word !== "")
      .map(Number);
  } catch {
    return [];
  }
}

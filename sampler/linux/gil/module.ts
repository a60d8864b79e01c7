import { closeSync, fstatSync, openSync, readlinkSync, readSync } from "node:fs";
import { ElfFile, type ElfSegment, type ElfSymbol } from "../elf.ts";
import type { Mapping } from "../maps.ts";
import { readBytes, type TargetMemory } from "./memory.ts";

/** What one ELF file says that concerns the probe. The same for every process that maps it. */
export interface ModuleFacts {
  readonly architecture: "x86_64" | "aarch64" | "other";
  /** Whether it is linked to its place (ET_EXEC), so that nothing is added to its addresses. */
  readonly fixed: boolean;
  /** Its loaded segments, in the order of the file. */
  readonly segments: readonly ElfSegment[];
  readonly symbols: ReadonlyMap<string, ElfSymbol>;
  /** Section `.PyRuntime` (3.10 and later), address before relocation; null when there is none. */
  readonly runtimeSection: number | null;
}

/** A file mapped by a process. */
export interface MappedModule {
  readonly path: string;
  readonly facts: ModuleFacts;
  /** What to add to an address of the file to get the address in the process. */
  readonly bias: number;
  /** Identity of the file's bytes: device, inode, size and time of change. */
  readonly key: string;
  readonly isExecutable: boolean;
}

/** Symbols the probe asks for; see locate.ts and thread-id.ts for what each is. */
const STATIC_SYMBOLS = ["gil_locked", "gil_last_holder", "gil_switch_number", "gil_interval", "interp_head"];
/** A link-time optimiser appends this to names that are private to a source file. */
const PRIVATE = ".lto_priv.0";
const SYMBOLS = [
  ...STATIC_SYMBOLS,
  ...STATIC_SYMBOLS.map((name) => name + PRIVATE),
  "_PyRuntime",
  "Py_Version",
  "_PyThreadState_Current",
  "_thread_db_pthread_tid",
];

const ET_EXEC = 2;
const EM_X86_64 = 62;
const EM_AARCH64 = 183;
const PT_LOAD = 1;
const PF_W = 2;
const COMPARED_BYTES = 1024;
const PAGE_BYTES = 4096;
const MAX_OTHER_MODULES = 24;
const MIN_OTHER_BYTES = 1 << 20;
const MAX_CACHED = 512;
const PYTHON_LIBRARY = /(?:^|\/)libpython[^/]*\.so[^/]*$/;
const LIBC = /(?:^|\/)(?:libc|libpthread)[-.][^/]*$/;

/** Facts of the ELF files seen so far, so that a known binary is not read again. One per sampler. */
export class ModuleCache {
  readonly #facts = new Map<string, ModuleFacts | null>();

  /** Facts of an open file; null when it is not a 64-bit little-endian ELF file. */
  factsOf(descriptor: number, key: string): ModuleFacts | null {
    const cached = this.#facts.get(key);
    if (cached !== undefined) return cached;
    const facts = readFacts(descriptor);
    if (this.#facts.size >= MAX_CACHED) this.#facts.clear();
    this.#facts.set(key, facts);
    return facts;
  }
}

function readFacts(descriptor: number): ModuleFacts | null {
  const elf = ElfFile.open(descriptor);
  if (elf === null) return null;
  const symbols = new Map<string, ElfSymbol>();
  for (const [name, symbol] of elf.symbols(SYMBOLS)) {
    const plain = name.endsWith(PRIVATE) ? name.slice(0, -PRIVATE.length) : name;
    if (isOffset(symbol.address) && !symbols.has(plain)) symbols.set(plain, symbol);
  }
  const section = elf.section(".PyRuntime")?.address ?? null;
  return {
    architecture: elf.machine === EM_X86_64 ? "x86_64" : elf.machine === EM_AARCH64 ? "aarch64" : "other",
    fixed: elf.type === ET_EXEC,
    segments: elf.segments.filter(
      (segment) =>
        segment.type === PT_LOAD &&
        isOffset(segment.address) &&
        isOffset(segment.offset) &&
        isOffset(segment.memoryBytes),
    ),
    symbols,
    runtimeSection: section !== null && isOffset(section) ? section : null,
  };
}

function isOffset(value: number): boolean {
  return value >= 0 && value < 2 ** 52;
}

/**
 * Modules of a process that may hold the Python runtime, likeliest first: libpython, the executable, then other large libraries.
 * Lazy, because the first is nearly always right.
 */
export function* runtimeModules(
  procRoot: string,
  pid: number,
  mappings: readonly Mapping[],
  memory: TargetMemory,
  cache: ModuleCache,
): Generator<MappedModule> {
  const executablePath = executableOf(procRoot, pid);
  const files = mappedFiles(mappings);
  const libraries = files.filter((file) => PYTHON_LIBRARY.test(file.path));
  const executables = files.filter((file) => !libraries.includes(file) && file.path === executablePath);
  const others = files
    .filter((file) => !libraries.includes(file) && !executables.includes(file) && file.bytes >= MIN_OTHER_BYTES)
    .slice(0, MAX_OTHER_MODULES);
  for (const file of [...libraries, ...executables, ...others]) {
    const module = openModule(procRoot, pid, file, executables.includes(file), memory, cache);
    if (module !== null) yield module;
  }
}

/** The process's C library modules (glibc, and its libpthread before 2.34), where `_thread_db_pthread_tid` is. */
export function* threadLibraries(
  procRoot: string,
  pid: number,
  mappings: readonly Mapping[],
  memory: TargetMemory,
  cache: ModuleCache,
): Generator<MappedModule> {
  const executablePath = executableOf(procRoot, pid);
  for (const file of mappedFiles(mappings)) {
    const isExecutable = file.path === executablePath;
    if (!LIBC.test(file.path) && !isExecutable) continue;
    const module = openModule(procRoot, pid, file, isExecutable, memory, cache);
    if (module !== null) yield module;
  }
}

interface MappedFile {
  readonly path: string;
  readonly deleted: boolean;
  /** Lowest mapping of the file. */
  readonly first: Mapping;
  readonly bytes: number;
}

function mappedFiles(mappings: readonly Mapping[]): readonly MappedFile[] {
  const byFile = new Map<
    string,
    { path: string; deleted: boolean; first: Mapping; bytes: number; executable: boolean }
  >();
  for (const mapping of mappings) {
    if (mapping.inode === 0 || !mapping.path.startsWith("/") || mapping.shared) continue;
    const key = `${mapping.device} ${mapping.inode} ${mapping.path}`;
    const file = byFile.get(key);
    if (file === undefined) {
      byFile.set(key, {
        path: mapping.path,
        deleted: mapping.deleted,
        first: mapping,
        bytes: mapping.end - mapping.start,
        executable: mapping.executable,
      });
    } else {
      file.bytes += mapping.end - mapping.start;
      file.executable ||= mapping.executable;
    }
  }
  return [...byFile.values()].filter((file) => file.executable);
}

function executableOf(procRoot: string, pid: number): string | null {
  try {
    return readlinkSync(`${procRoot}/${pid}/exe`).replace(/ \(deleted\)$/, "");
  } catch {
    return null;
  }
}

/**
 * Opens the very file that is mapped, whatever now has its name: through the process's own root, so that other mount namespaces
 * work, and through the kernel's links when the file was deleted or replaced. The first bytes must equal those in memory.
 */
function openModule(
  procRoot: string,
  pid: number,
  file: MappedFile,
  isExecutable: boolean,
  memory: TargetMemory,
  cache: ModuleCache,
): MappedModule | null {
  const { first } = file;
  const range = `${first.start.toString(16)}-${first.end.toString(16)}`;
  const ways = [
    ...(isExecutable ? [`${procRoot}/${pid}/exe`] : []),
    ...(file.deleted ? [] : [`${procRoot}/${pid}/root${file.path}`]),
    `${procRoot}/${pid}/map_files/${range}`,
  ];
  const mapped = readBytes(memory, first.start, COMPARED_BYTES);
  if (mapped === null) return null;
  for (const way of ways) {
    const module = tryOpen(way, file, isExecutable, mapped, cache);
    if (module !== null) return module;
  }
  return null;
}

function tryOpen(
  way: string,
  file: MappedFile,
  isExecutable: boolean,
  mapped: Buffer,
  cache: ModuleCache,
): MappedModule | null {
  let descriptor: number;
  try {
    descriptor = openSync(way, "r");
  } catch {
    return null;
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) return null;
    const start = Buffer.allocUnsafe(COMPARED_BYTES);
    const count = readSync(descriptor, start, 0, COMPARED_BYTES, file.first.fileOffset);
    if (!start.subarray(0, count).equals(mapped.subarray(0, count)) || count < 64) return null;
    const key = `${status.dev}:${status.ino}:${status.size}:${status.mtimeMs}`;
    const facts = cache.factsOf(descriptor, key);
    const bias = facts === null ? null : loadBias(facts, file.first);
    if (facts === null || bias === null) return null;
    return { path: file.path, facts, bias, key, isExecutable };
  } catch {
    return null;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * What the loader added to the addresses of a file, from its lowest mapping. A mapping starts at a multiple of the page size at or
 * below the segment's offset; pages are at most 64 KiB. Null when no segment fits.
 */
export function loadBias(facts: Pick<ModuleFacts, "fixed" | "segments">, first: Mapping): number | null {
  if (facts.fixed) return 0;
  for (const segment of facts.segments) {
    const ahead = segment.offset - first.fileOffset;
    if (ahead >= 0 && ahead < 0x10000) return first.start + ahead - segment.address;
  }
  return null;
}

/** Ranges of a module's writable data in the process, `.bss` included. */
export function dataRanges(module: MappedModule): readonly { readonly start: number; readonly bytes: number }[] {
  return module.facts.segments
    .filter((segment) => (segment.flags & PF_W) !== 0 && segment.memoryBytes > 0)
    .map((segment) => ({ start: module.bias + segment.address, bytes: segment.memoryBytes }));
}

/** Address in the process of a module's symbol, or null. */
export function symbolAddress(module: MappedModule, name: string): number | null {
  const symbol = module.facts.symbols.get(name);
  return symbol === undefined ? null : module.bias + symbol.address;
}

/** Consecutive bytes of a process, and where they lie. */
export interface MemoryPiece {
  readonly start: number;
  readonly bytes: Buffer;
}

/** Reads a module's writable data, for searches; what can't be read or is beyond `maxBytes` is left out. */
export function readData(module: MappedModule, memory: TargetMemory, maxBytes: number): readonly MemoryPiece[] {
  const pieces: MemoryPiece[] = [];
  let left = maxBytes;
  for (const range of dataRanges(module)) {
    const length = Math.min(range.bytes, left);
    if (length <= 0) break;
    left -= length;
    const whole = readBytes(memory, range.start, length);
    if (whole === null) pieces.push(...readPages(memory, range.start, length));
    else pieces.push({ start: range.start, bytes: whole });
  }
  return pieces;
}

/** The readable pages of a range, neighbours joined. */
function readPages(memory: TargetMemory, start: number, length: number): readonly MemoryPiece[] {
  const pieces: MemoryPiece[] = [];
  let from = start;
  let pages: Buffer[] = [];
  const flush = () => {
    if (pages.length > 0) pieces.push({ start: from, bytes: Buffer.concat(pages) });
    pages = [];
  };
  for (let at = start; at < start + length; ) {
    const step = Math.min(PAGE_BYTES - (at % PAGE_BYTES), start + length - at);
    const page = readBytes(memory, at, step);
    if (page === null) flush();
    else {
      if (pages.length === 0) from = at;
      pages.push(page);
    }
    at += step;
  }
  flush();
  return pieces;
}

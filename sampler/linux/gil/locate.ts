import type { Mapping } from "../maps.ts";
import { DEBUG_COOKIE, DEBUG_OFFSETS_BYTES, decodeDebugOffsets } from "./debug-offsets.ts";
import { readBytes, readWord, type TargetMemory } from "./memory.ts";
import {
  type MappedModule,
  type MemoryPiece,
  type ModuleCache,
  readData,
  runtimeModules,
  symbolAddress,
} from "./module.ts";
import { layoutsOf, type RuntimeLayout, type StaticLayout, staticLayoutOf } from "./offsets.ts";
import { candidatesIn } from "./scan.ts";
import {
  type PythonVersion,
  versionFromBanner,
  versionFromHex,
  versionFromLibraryName,
  versionText,
} from "./version.ts";

/** How the runtime's address was found. */
export type FoundBy = "symbol" | "section" | "scan";

/** CPython 3.7 and later: everything hangs off `_PyRuntime`. Addresses in the process. */
export interface RuntimeLocation {
  readonly kind: "runtime";
  readonly version: PythonVersion;
  readonly freeThreaded: boolean;
  readonly layout: RuntimeLayout;
  /** Address of the pointer to the newest interpreter. */
  readonly interpretersHead: number;
  /** Address of the one GIL up to 3.11; null from 3.12 on, where each interpreter points to its own. */
  readonly gil: number | null;
  readonly foundBy: FoundBy;
  readonly module: MappedModule;
}

/** CPython 3.6 and 2.7: static variables. Addresses in the process. */
export interface StaticLocation {
  readonly kind: "statics";
  readonly version: PythonVersion;
  readonly layout: StaticLayout;
  /** Address of `_PyThreadState_Current`: the thread state that holds the GIL, or null while nobody does. */
  readonly current: number;
  /** Address of `interp_head`; null where the full symbol table was removed. */
  readonly interpretersHead: number | null;
  /** Addresses of the GIL's variables (3.6 with its full symbol table); null otherwise. */
  readonly gil: {
    readonly locked: number;
    readonly lastHolder: number;
    readonly switchNumber: number;
    readonly interval: number;
  } | null;
  readonly foundBy: FoundBy;
  readonly module: MappedModule;
}

/** Where a runtime is. */
export type Location = RuntimeLocation | StaticLocation;

/** Why no runtime was found. */
export type LocateFailure =
  | { readonly reason: "no-runtime" }
  | { readonly reason: "unready" }
  | { readonly reason: "version"; readonly version: string }
  | { readonly reason: "architecture" };

/** Decides whether a place proposed for the runtime is one: its lists and threads must make sense. */
export type Confirm = (location: Location) => "yes" | "no" | "unready";

const MAX_DATA_BYTES = 8 << 20;
/** Interval that nearly every program has (`DEFAULT_INTERVAL`, pycore_gil.h), microseconds. */
const USUAL_INTERVAL = 5000;
const MAX_CANDIDATES = 4000;
const MAX_HOLDING = 256;

const MAX_VERSIONS = 512;
/** What every PyPy of today runs from: it has no `_PyRuntime`, and looking for one in its data takes a tenth of a second. */
const PYPY_LIBRARY = /(?:^|\/)libpypy[^/]*\.so[^/]*$/;

/** Finds the Python runtime of a process. The memory of one sampler's versions is kept in an instance. */
export class RuntimeLocator {
  readonly #modules: ModuleCache;
  /** Versions by module, so that the data of a known binary is not searched again. */
  readonly #versions = new Map<string, PythonVersion>();
  /** Where a search found `_PyRuntime`, before relocation, by module. */
  readonly #found = new Map<string, number>();

  constructor(modules: ModuleCache) {
    this.#modules = modules;
  }

  /** Goes through the modules that may hold the runtime until `confirm` agrees. */
  locate(
    procRoot: string,
    pid: number,
    mappings: readonly Mapping[],
    memory: TargetMemory,
    confirm: Confirm,
  ): Location | LocateFailure {
    let failure: LocateFailure = { reason: "no-runtime" };
    if (mappings.some(({ path }) => PYPY_LIBRARY.test(path))) return failure;
    for (const module of runtimeModules(procRoot, pid, mappings, memory, this.#modules)) {
      const outcome = this.#inModule(module, memory, confirm);
      if (!("reason" in outcome)) return outcome;
      if (outcome.reason !== "no-runtime") failure = outcome;
    }
    return failure;
  }

  #inModule(module: MappedModule, memory: TargetMemory, confirm: Confirm): Location | LocateFailure {
    const named = symbolAddress(module, "_PyRuntime");
    const section = module.facts.runtimeSection;
    const current = symbolAddress(module, "_PyThreadState_Current");
    const runtime = named ?? (section === null ? null : module.bias + section);
    if (runtime !== null || current !== null) {
      if (module.facts.architecture === "other") return { reason: "architecture" };
      if (runtime !== null)
        return this.#atAddress(module, memory, runtime, named !== null ? "symbol" : "section", confirm);
      if (current !== null) return this.#atStatics(module, memory, current, confirm);
    }
    return this.#withoutSymbols(module, memory, confirm);
  }

  #atAddress(
    module: MappedModule,
    memory: TargetMemory,
    runtime: number,
    foundBy: FoundBy,
    confirm: Confirm,
  ): Location | LocateFailure {
    const described = describedLocation(module, memory, runtime, foundBy);
    if (described !== null) return "reason" in described ? described : judge(described, confirm);
    const version = this.#versionOf(module, memory);
    if (version === null) return { reason: "no-runtime" };
    return firstConfirmed(
      layoutsOf(version).map((layout) => tableLocation(module, version, layout, runtime, foundBy)),
      confirm,
      version,
    );
  }

  #atStatics(module: MappedModule, memory: TargetMemory, current: number, confirm: Confirm): Location | LocateFailure {
    const version = this.#versionOf(module, memory);
    if (version === null) return { reason: "no-runtime" };
    const layout = staticLayoutOf(version);
    if (layout === null) return { reason: "version", version: versionText(version) };
    const locked = symbolAddress(module, "gil_locked");
    const lastHolder = symbolAddress(module, "gil_last_holder");
    const switchNumber = symbolAddress(module, "gil_switch_number");
    const interval = symbolAddress(module, "gil_interval");
    const complete = locked !== null && lastHolder !== null && switchNumber !== null && interval !== null;
    return judge(
      {
        kind: "statics",
        version,
        layout,
        current,
        interpretersHead: symbolAddress(module, "interp_head"),
        gil: complete ? { locked, lastHolder, switchNumber, interval } : null,
        foundBy: "symbol",
        module,
      },
      confirm,
    );
  }

  #withoutSymbols(module: MappedModule, memory: TargetMemory, confirm: Confirm): Location | LocateFailure {
    if (module.facts.architecture === "other") return { reason: "no-runtime" };
    const before = this.#found.get(module.key);
    if (before !== undefined) return this.#atAddress(module, memory, module.bias + before, "scan", confirm);
    const pieces = readData(module, memory, MAX_DATA_BYTES);
    for (const piece of pieces) {
      for (let at = piece.bytes.indexOf(DEBUG_COOKIE); at >= 0; at = piece.bytes.indexOf(DEBUG_COOKIE, at + 1)) {
        const described = at % 8 === 0 ? describedLocation(module, memory, piece.start + at, "scan") : null;
        if (described !== null) return "reason" in described ? described : judge(described, confirm);
      }
    }
    const version = this.#versionIn(module, pieces);
    if (version === null) return { reason: "no-runtime" };
    const layouts = layoutsOf(version);
    const candidates = candidatesIn(pieces).sort(
      (a, b) => Number(b.interval === USUAL_INTERVAL) - Number(a.interval === USUAL_INTERVAL),
    );
    const locations = function* (): Generator<RuntimeLocation> {
      for (const { address } of candidates.slice(0, MAX_CANDIDATES)) {
        for (const layout of layouts) {
          yield* scannedLocations(module, memory, pieces, version, layout, address);
        }
      }
    };
    const outcome = firstConfirmed(locations(), confirm, version);
    if ("kind" in outcome && outcome.kind === "runtime") {
      if (this.#found.size >= MAX_VERSIONS) this.#found.clear();
      this.#found.set(module.key, outcome.interpretersHead - outcome.layout.interpretersHead - module.bias);
    }
    return outcome;
  }

  #versionOf(module: MappedModule, memory: TargetMemory): PythonVersion | null {
    const known = this.#versions.get(module.key);
    if (known !== undefined) return known;
    const word = symbolAddress(module, "Py_Version");
    const hex = word === null ? null : readWord(memory, word);
    const version = hex === null ? null : versionFromHex(hex);
    if (version !== null) return this.#remember(module, version);
    return this.#versionIn(module, readData(module, memory, MAX_DATA_BYTES));
  }

  #versionIn(module: MappedModule, pieces: readonly MemoryPiece[]): PythonVersion | null {
    for (const { bytes } of pieces) {
      const version = versionFromBanner(bytes.toString("latin1"));
      if (version !== null) return this.#remember(module, version);
    }
    return versionFromLibraryName(module.path);
  }

  #remember(module: MappedModule, version: PythonVersion): PythonVersion {
    if (this.#versions.size >= MAX_VERSIONS) this.#versions.clear();
    this.#versions.set(module.key, version);
    return version;
  }
}

function describedLocation(
  module: MappedModule,
  memory: TargetMemory,
  runtime: number,
  foundBy: FoundBy,
): RuntimeLocation | LocateFailure | null {
  const bytes = readBytes(memory, runtime, DEBUG_OFFSETS_BYTES);
  const description = bytes === null ? null : decodeDebugOffsets(bytes);
  if (description === null) return null;
  const { layout, version, freeThreaded } = description;
  if (layout === null) return { reason: "version", version: versionText(version) };
  return {
    kind: "runtime",
    version,
    freeThreaded,
    layout,
    interpretersHead: runtime + layout.interpretersHead,
    gil: null,
    foundBy,
    module,
  };
}

function tableLocation(
  module: MappedModule,
  version: PythonVersion,
  layout: RuntimeLayout,
  runtime: number,
  foundBy: FoundBy,
): RuntimeLocation {
  return {
    kind: "runtime",
    version,
    freeThreaded: false,
    layout,
    interpretersHead: runtime + layout.interpretersHead,
    gil: layout.gil === null ? null : runtime + layout.gil,
    foundBy,
    module,
  };
}

/**
 * Where the runtime may be if a GIL lies at `gil`. Up to 3.11 that is arithmetic; in 3.12 the GIL lies in the main interpreter, and
 * `interpreters.main`, which follows the list's head, is one of the words that lead there.
 */
function* scannedLocations(
  module: MappedModule,
  memory: TargetMemory,
  pieces: readonly MemoryPiece[],
  version: PythonVersion,
  layout: RuntimeLayout,
  gil: number,
): Generator<RuntimeLocation> {
  if (layout.gil !== null) {
    yield tableLocation(module, version, layout, gil - layout.gil, "scan");
    return;
  }
  const { gilEmbedded, gilPointer } = layout.interpreter;
  if (gilEmbedded === null || gilPointer === null) return;
  const interpreter = gil - gilEmbedded;
  if (readWord(memory, interpreter + gilPointer) !== gil) return;
  for (const main of addressesHolding(pieces, interpreter)) {
    yield tableLocation(module, version, layout, main - 8 - layout.interpretersHead, "scan");
  }
}

/** Addresses of the aligned words of the data that hold `value`. */
function addressesHolding(pieces: readonly MemoryPiece[], value: number): readonly number[] {
  const needle = Buffer.alloc(8);
  needle.writeUInt32LE(value % 0x1_0000_0000, 0);
  needle.writeUInt32LE(Math.floor(value / 0x1_0000_0000), 4);
  const addresses: number[] = [];
  for (const { start, bytes } of pieces) {
    for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1)) {
      if ((start + at) % 8 === 0 && addresses.length < MAX_HOLDING) addresses.push(start + at);
    }
  }
  return addresses;
}

function judge(location: Location, confirm: Confirm): Location | LocateFailure {
  const answer = confirm(location);
  return answer === "yes" ? location : { reason: answer === "unready" ? "unready" : "no-runtime" };
}

function firstConfirmed(
  locations: Iterable<Location>,
  confirm: Confirm,
  version: PythonVersion,
): Location | LocateFailure {
  let failure: LocateFailure = { reason: "version", version: versionText(version) };
  for (const location of locations) {
    const outcome = judge(location, confirm);
    if (!("reason" in outcome)) return outcome;
    if (outcome.reason === "unready") failure = outcome;
  }
  return failure;
}

import type { Observation } from "../../core/sample/raw-sample.ts";
import { type Mapping, mappingAt, parseMaps } from "./maps.ts";

type Region = Observation["region"];

/** Where an address lies. */
export interface Place {
  readonly region: Region;
  /**
   * For the runtime's data and the heap counted from their start; the address itself elsewhere, because there are many
   * such mappings and equal offsets in two of them are different words.
   */
  readonly offset: number;
}

const RUNTIME_LIBRARY = /^lib(python|pypy)[0-9.]*[a-z]*(?:-c)?\.so/;
const STUB_LIBRARY = /^libpython3\.so/;

/** The mappings of one process, sorted by what a futex in them means. */
export class MemoryRegions {
  readonly #mappings: readonly Mapping[];
  readonly #runtime: readonly { readonly start: number; readonly end: number }[];
  readonly #runtimeStart: number;
  readonly #heapStart: number;

  /** `executablePath`: target of `/proc/PID/exe`, without the mark of a deleted file; null when not known. */
  constructor(mapsText: string, executablePath: string | null) {
    this.#mappings = parseMaps(mapsText);
    this.#runtime = runtimeData(this.#mappings, executablePath);
    this.#runtimeStart = this.#runtime[0]?.start ?? 0;
    this.#heapStart = this.#mappings.find((mapping) => mapping.path === "[heap]")?.start ?? 0;
  }

  /** Whether writable data of a module that holds the Python runtime was found. */
  get hasRuntime(): boolean {
    return this.#runtime.length > 0;
  }

  /** Where an address lies; null when no mapping holds it, which may mean that the mappings are out of date. */
  placeOf(address: number): Place | null {
    for (const range of this.#runtime) {
      if (address >= range.start && address < range.end) {
        return { region: "runtime-data", offset: address - this.#runtimeStart };
      }
    }
    const mapping = mappingAt(this.#mappings, address);
    if (mapping === null) return null;
    if (mapping.path === "[heap]") return { region: "heap", offset: address - this.#heapStart };
    if (mapping.shared) return { region: "shared", offset: address };
    if (mapping.path.startsWith("[stack")) return { region: "stack", offset: address };
    if (mapping.path === "" || mapping.path.startsWith("[anon")) return { region: "anonymous", offset: address };
    return { region: "other", offset: address };
  }
}

/** Writable mappings of the module with the runtime, and the `.bss` that follows them without a name of its own. */
function runtimeData(
  mappings: readonly Mapping[],
  executablePath: string | null,
): readonly { readonly start: number; readonly end: number }[] {
  const library = mappings.find((mapping) => {
    const name = mapping.path.slice(mapping.path.lastIndexOf("/") + 1);
    return RUNTIME_LIBRARY.test(name) && !STUB_LIBRARY.test(name);
  })?.path;
  const path = library ?? executablePath;
  if (path === null || path === undefined) return [];
  const ranges: { start: number; end: number }[] = [];
  for (let i = 0; i < mappings.length; i += 1) {
    const mapping = mappings[i]!;
    if (mapping.path !== path || !mapping.writable || mapping.shared) continue;
    ranges.push({ start: mapping.start, end: mapping.end });
    const next = mappings[i + 1];
    if (
      next !== undefined &&
      next.start === mapping.end &&
      next.writable &&
      next.inode === 0 &&
      (next.path === "" || next.path === "[anon:.bss]")
    ) {
      ranges.push({ start: next.start, end: next.end });
    }
  }
  return ranges;
}

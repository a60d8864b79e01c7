import * as fs from "node:fs";
import { ElfFile } from "./elf.ts";

/** What a file on disk says about the Python runtime in it. */
export interface RuntimeBinary {
  readonly implementation: "CPython" | "PyPy" | "unknown";
  /** For example `3.12.1`; null when the file does not tell. */
  readonly version: string | null;
  readonly build: "gil" | "free-threaded" | null;
  readonly recognisedBy: "section" | "symbol";
}

const RUNTIME_SYMBOLS = ["_PyRuntime", "Py_GetVersion", "Py_Version", "pypy_main_startup", "rpython_startup_code"];
/** Read-only data beyond this is not searched for a version. */
const LARGEST_SEARCH_BYTES = 64 << 20;
const CHUNK_BYTES = 1 << 18;
const OVERLAP_BYTES = 64;

/**
 * Looks into an executable or library for a Python runtime: section `.PyRuntime` (CPython 3.10 and later), or symbols that
 * define one. Null when there is none. `minorHint` (`3.12`), from a file name, only chooses among version strings found inside.
 */
export function readRuntimeBinary(fd: number, minorHint: string | null): RuntimeBinary | null {
  const elf = ElfFile.open(fd);
  if (elf === null) return null;
  const section = elf.section(".PyRuntime");
  const symbols = elf.symbols(RUNTIME_SYMBOLS);
  const pypy = symbols.has("pypy_main_startup") || symbols.has("rpython_startup_code");
  if (section === null && !pypy && !symbols.has("_PyRuntime") && !symbols.has("Py_GetVersion")) return null;
  const recognisedBy = section === null ? "symbol" : "section";
  if (pypy) return { implementation: "PyPy", version: pypyVersion(elf), build: "gil", recognisedBy };
  const described = section === null ? null : describedVersion(elf.bytesAt(section.offset, 24));
  const declared = symbols.get("Py_Version");
  const exact =
    described?.version ?? (declared === undefined ? null : versionFromHex(elf.bytesAtAddress(declared.address, 4)));
  const version = exact ?? searchVersion(elf, minorHint);
  const build = described !== null ? described.build : beforeFreeThreading(version ?? minorHint) ? "gil" : null;
  return { implementation: "CPython", version, build, recognisedBy };
}

/** `_Py_DebugOffsets` at the start of `_PyRuntime` since 3.13: cookie, version, whether the build is free-threaded. */
function describedVersion(bytes: Buffer): { version: string | null; build: "gil" | "free-threaded" } | null {
  if (bytes.length < 24 || bytes.toString("latin1", 0, 8) !== "xdebugpy") return null;
  return {
    version: versionFromHex(bytes.subarray(8, 12)),
    build: bytes.readUInt32LE(16) === 0 ? "gil" : "free-threaded",
  };
}

/** `PY_VERSION_HEX` (CPython Include/patchlevel.h) as text; null when it is none. */
function versionFromHex(bytes: Buffer): string | null {
  if (bytes.length < 4) return null;
  const level = bytes[0]! >> 4;
  const [micro, minor, major] = [bytes[1]!, bytes[2]!, bytes[3]!];
  if ((major !== 2 && major !== 3) || minor > 40) return null;
  const suffix = level === 0xa ? "a" : level === 0xb ? "b" : level === 0xc ? "rc" : level === 0xf ? "" : null;
  if (suffix === null) return null;
  return `${major}.${minor}.${micro}${suffix === "" ? "" : suffix + (bytes[0]! & 0xf)}`;
}

function beforeFreeThreading(version: string | null): boolean {
  if (version === null) return false;
  const [major, minor] = version.split(".").map((part) => Number.parseInt(part, 10));
  return major === 2 || (major === 3 && minor !== undefined && minor < 13);
}

/**
 * Compilers keep `PY_VERSION` as a string of its own, or share it with a longer one that ends in it (`/versions/3.9.18`).
 * Other libraries in the same file have versions too, so a hint decides, then what a CPython can be.
 */
function searchVersion(elf: ElfFile, minorHint: string | null): string | null {
  let best: string | null = null;
  for (const text of readOnlyText(elf)) {
    for (const match of text.matchAll(/[\0/-]((?:2\.7|3\.\d{1,2})\.\d{1,2}(?:(?:a|b|rc)\d{1,2})?)\+?\0/g)) {
      const version = match[1]!;
      const minor = version.split(".").slice(0, 2).join(".");
      if (minorHint !== null && minor === minorHint) return version;
      if (minorHint === null && best === null && Number(version.split(".")[1]) < 24) best = version;
    }
  }
  return best;
}

/** PyPy's banner names the language version first: `3.9.18 (…)\n[PyPy 7.3.15 with GCC …]`. */
function pypyVersion(elf: ElfFile): string | null {
  for (const text of readOnlyText(elf)) {
    const match = /((?:2\.7|3\.\d{1,2})\.\d{1,2}) \([^)\0]{0,200}\)\s*\[PyPy/.exec(text);
    if (match !== null) return match[1]!;
  }
  return null;
}

function* readOnlyText(elf: ElfFile): Generator<string> {
  const section = elf.section(".rodata");
  const places =
    section !== null ? [section] : elf.segments.filter((part) => part.type === 1 && (part.flags & 2) === 0);
  for (const place of places) {
    const size = Math.min("size" in place ? place.size : place.fileBytes, LARGEST_SEARCH_BYTES);
    for (let done = 0; done < size; done += CHUNK_BYTES) {
      yield elf.chunkAt(place.offset + done, Math.min(CHUNK_BYTES + OVERLAP_BYTES, size - done)).toString("latin1");
    }
  }
}

/** What was found in the binaries seen so far, by device and inode and what changes when the file does. */
export class RuntimeBinaries {
  readonly #known = new Map<string, RuntimeBinary | null>();

  /**
   * Looks into the file behind a path, once per file. Null: no Python in it, or not readable.
   * `later`: the file was not looked into before and `deep` forbids doing it now, because that takes milliseconds.
   */
  at(path: string, minorHint: string | null, leastBytes: number, deep: boolean): RuntimeBinary | null | "later" {
    let fd = -1;
    try {
      const status = fs.statSync(path);
      if (!status.isFile() || status.size < leastBytes) return null;
      const key = `${status.dev}:${status.ino}:${status.size}:${status.mtimeMs}`;
      const known = this.#known.get(key);
      if (known !== undefined) return known;
      if (!deep) return "later";
      fd = fs.openSync(path, "r");
      const binary = readRuntimeBinary(fd, minorHint);
      if (this.#known.size >= 1024) this.#known.clear();
      this.#known.set(key, binary);
      return binary;
    } catch {
      return null;
    } finally {
      if (fd >= 0) fs.closeSync(fd);
    }
  }
}

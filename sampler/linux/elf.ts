import * as fs from "node:fs";

/** One section of an ELF file. */
export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly entryBytes: number;
}

/** One program header of an ELF file. */
export interface ElfSegment {
  readonly type: number;
  /** `PF_X` 1, `PF_W` 2, `PF_R` 4. */
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileBytes: number;
  readonly memoryBytes: number;
}

/** One symbol: address before relocation, and size. */
export interface ElfSymbol {
  readonly address: number;
  readonly size: number;
  /** 0: undefined here, only referred to. */
  readonly sectionIndex: number;
}

const SECTION_SYMTAB = 2;
const SECTION_DYNSYM = 11;
const SECTION_NOBITS = 8;
const SEGMENT_LOAD = 1;
const SEGMENT_DYNAMIC = 2;
const SYMBOL_BYTES = 24;
const MOST_HEADERS = 4096;
const CHUNK_BYTES = 1 << 18;
/** One buffer for all searches: a megabyte of garbage for each binary would stay in the program's memory. */
const CHUNK = Buffer.allocUnsafeSlow(CHUNK_BYTES + 512);
/** Tables above this size are not searched: no Python is near it. */
const LARGEST_TABLE_BYTES = 1 << 28;

/**
 * A 64-bit little-endian ELF file read through a descriptor: sections, segments and symbols by name (elf(5)).
 * Everything in the file is taken as hostile: counts are bounded, reads outside the file give nothing, nothing throws.
 */
export class ElfFile {
  /** `EM_X86_64` 62, `EM_AARCH64` 183. */
  readonly machine: number;
  /** `ET_EXEC` 2: linked to its place; `ET_DYN` 3: moved when loaded. */
  readonly type: number;
  readonly sections: readonly ElfSection[];
  readonly segments: readonly ElfSegment[];
  readonly #fd: number;
  readonly #size: number;

  private constructor(fd: number, size: number, header: Buffer) {
    this.#fd = fd;
    this.#size = size;
    this.type = header.readUInt16LE(16);
    this.machine = header.readUInt16LE(18);
    this.segments = this.#readSegments(header);
    this.sections = this.#readSections(header);
  }

  /** Null when the descriptor does not hold a 64-bit little-endian ELF file. The descriptor stays the caller's. */
  static open(fd: number): ElfFile | null {
    try {
      const header = Buffer.alloc(64);
      if (fs.readSync(fd, header, 0, 64, 0) < 64) return null;
      if (header.readUInt32BE(0) !== 0x7f454c46 || header[4] !== 2 || header[5] !== 1) return null;
      return new ElfFile(fd, fs.fstatSync(fd).size, header);
    } catch {
      return null;
    }
  }

  /** The first section of this name, or null. */
  section(name: string): ElfSection | null {
    return this.sections.find((section) => section.name === name) ?? null;
  }

  /** Bytes at a file offset; fewer than asked for at the end of the file or on an error. */
  bytesAt(offset: number, length: number): Buffer {
    if (!(offset >= 0) || !(length > 0) || offset >= this.#size) return Buffer.alloc(0);
    const wanted = Math.min(length, this.#size - offset);
    const bytes = Buffer.allocUnsafe(wanted);
    try {
      let have = 0;
      while (have < wanted) {
        const count = fs.readSync(this.#fd, bytes, have, wanted - have, offset + have);
        if (count === 0) break;
        have += count;
      }
      return bytes.subarray(0, have);
    } catch {
      return Buffer.alloc(0);
    }
  }

  /** The same without a new buffer: valid until the next call, at most `CHUNK_BYTES` and a little. */
  chunkAt(offset: number, length: number): Buffer {
    if (!(offset >= 0) || !(length > 0) || offset >= this.#size) return CHUNK.subarray(0, 0);
    const wanted = Math.min(length, this.#size - offset, CHUNK.length);
    try {
      let have = 0;
      while (have < wanted) {
        const count = fs.readSync(this.#fd, CHUNK, have, wanted - have, offset + have);
        if (count === 0) break;
        have += count;
      }
      return CHUNK.subarray(0, have);
    } catch {
      return CHUNK.subarray(0, 0);
    }
  }

  /** Where the byte at an address stands in the file; -1 when it is not in the file (`.bss`, outside). */
  offsetOf(address: number): number {
    for (const segment of this.segments) {
      if (segment.type !== SEGMENT_LOAD) continue;
      const inside = address - segment.address;
      if (inside >= 0 && inside < segment.fileBytes) return segment.offset + inside;
    }
    return -1;
  }

  /** Bytes at an address as the file has them before the program runs; empty when they are not in the file. */
  bytesAtAddress(address: number, length: number): Buffer {
    const offset = this.offsetOf(address);
    return offset < 0 ? Buffer.alloc(0) : this.bytesAt(offset, length);
  }

  /** Lowest address of the loaded segments: what the place in memory is measured from. */
  get baseAddress(): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (const segment of this.segments)
      if (segment.type === SEGMENT_LOAD && segment.address < lowest) lowest = segment.address;
    return lowest === Number.POSITIVE_INFINITY ? 0 : lowest;
  }

  /**
   * The named symbols that are defined here, from `.dynsym`, then `.symtab`; without section headers from the dynamic segment.
   * Names that are not there are missing from the answer.
   */
  symbols(names: readonly string[]): Map<string, ElfSymbol> {
    const found = new Map<string, ElfSymbol>();
    for (const type of [SECTION_DYNSYM, SECTION_SYMTAB]) {
      for (const section of this.sections) {
        if (section.type !== type || found.size === names.length) continue;
        const strings = this.sections[section.link];
        if (strings !== undefined) {
          this.#search(section.offset, section.size, strings.offset, strings.size, names, found);
        }
      }
    }
    if (this.sections.length === 0) this.#searchDynamic(names, found);
    return found;
  }

  #readSegments(header: Buffer): ElfSegment[] {
    const offset = number64(header, 32);
    const entryBytes = header.readUInt16LE(54);
    const count = Math.min(header.readUInt16LE(56), MOST_HEADERS);
    if (entryBytes < 56) return [];
    const table = this.bytesAt(offset, count * entryBytes);
    const segments: ElfSegment[] = [];
    for (let at = 0; at + 56 <= table.length; at += entryBytes) {
      segments.push({
        type: table.readUInt32LE(at),
        flags: table.readUInt32LE(at + 4),
        offset: number64(table, at + 8),
        address: number64(table, at + 16),
        fileBytes: number64(table, at + 32),
        memoryBytes: number64(table, at + 40),
      });
    }
    return segments;
  }

  #readSections(header: Buffer): ElfSection[] {
    const offset = number64(header, 40);
    const entryBytes = header.readUInt16LE(58);
    const count = Math.min(header.readUInt16LE(60), MOST_HEADERS);
    if (entryBytes < 64) return [];
    const table = this.bytesAt(offset, count * entryBytes);
    const nameIndex = header.readUInt16LE(62) * entryBytes;
    const names =
      nameIndex + 64 <= table.length
        ? this.bytesAt(number64(table, nameIndex + 24), Math.min(number64(table, nameIndex + 32), 1 << 20))
        : Buffer.alloc(0);
    const sections: ElfSection[] = [];
    for (let at = 0; at + 64 <= table.length; at += entryBytes) {
      sections.push({
        name: stringAt(names, table.readUInt32LE(at)),
        type: table.readUInt32LE(at + 4),
        address: number64(table, at + 16),
        offset: number64(table, at + 24),
        size: table.readUInt32LE(at + 4) === SECTION_NOBITS ? 0 : number64(table, at + 32),
        link: table.readUInt32LE(at + 40),
        entryBytes: number64(table, at + 56),
      });
    }
    return sections;
  }

  /** Looks the names up in the string table first, then for symbols that point at the places found. */
  #search(
    symbolsAt: number,
    symbolsBytes: number,
    stringsAt: number,
    stringsBytes: number,
    names: readonly string[],
    found: Map<string, ElfSymbol>,
  ): void {
    if (symbolsBytes > LARGEST_TABLE_BYTES || stringsBytes > LARGEST_TABLE_BYTES) return;
    const places = this.#placesOf(stringsAt, stringsBytes, names);
    if (places.size === 0) return;
    const chunk = CHUNK_BYTES - (CHUNK_BYTES % SYMBOL_BYTES);
    for (let done = 0; done < symbolsBytes; done += chunk) {
      const table = this.chunkAt(symbolsAt + done, Math.min(chunk, symbolsBytes - done));
      if (table.length === 0) return;
      for (let at = 0; at + SYMBOL_BYTES <= table.length; at += SYMBOL_BYTES) {
        const place = table[at]! + table[at + 1]! * 0x100 + table[at + 2]! * 0x1_0000 + table[at + 3]! * 0x100_0000;
        if (place === 0) continue;
        const name = places.get(place);
        if (name === undefined || found.has(name)) continue;
        const sectionIndex = table.readUInt16LE(at + 6);
        if (sectionIndex === 0) continue;
        found.set(name, { address: number64(table, at + 8), size: number64(table, at + 16), sectionIndex });
        if (found.size === names.length) return;
      }
    }
  }

  /** Offsets in a string table at which one of the names ends a string; linkers share endings, so a name may start inside another. */
  #placesOf(stringsAt: number, stringsBytes: number, names: readonly string[]): Map<number, string> {
    const places = new Map<number, string>();
    const needles = names.map((name) => Buffer.from(`${name}\0`, "latin1"));
    const overlap = Math.max(1, ...needles.map((needle) => needle.length)) - 1;
    for (let done = 0; done < stringsBytes; done += CHUNK_BYTES) {
      const chunk = this.chunkAt(stringsAt + done, Math.min(CHUNK_BYTES + overlap, stringsBytes - done));
      if (chunk.length === 0) break;
      for (let i = 0; i < needles.length; i += 1) {
        const needle = needles[i]!;
        let at = chunk.indexOf(needle);
        let most = 64;
        while (at >= 0 && most > 0) {
          places.set(done + at, names[i]!);
          at = chunk.indexOf(needle, at + 1);
          most -= 1;
        }
      }
    }
    return places;
  }

  /** Symbols of a file without section headers: the dynamic segment names symbol and string table. */
  #searchDynamic(names: readonly string[], found: Map<string, ElfSymbol>): void {
    const dynamic = this.segments.find((segment) => segment.type === SEGMENT_DYNAMIC);
    if (dynamic === undefined) return;
    const table = this.bytesAt(dynamic.offset, Math.min(dynamic.fileBytes, 1 << 16));
    let strings = -1;
    let stringsBytes = 0;
    let symbols = -1;
    for (let at = 0; at + 16 <= table.length; at += 16) {
      const tag = number64(table, at);
      const value = number64(table, at + 8);
      if (tag === 0) break;
      if (tag === 5) strings = this.offsetOf(value);
      else if (tag === 6) symbols = this.offsetOf(value);
      else if (tag === 10) stringsBytes = value;
    }
    // Linkers put the string table right after the symbols; the dynamic segment tells no count.
    if (symbols < 0 || strings <= symbols) return;
    this.#search(symbols, strings - symbols, strings, stringsBytes, names, found);
  }
}

/** An unsigned 64-bit number; beyond 2^53 precision is lost, which only a damaged file reaches. */
function number64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 0x1_0000_0000;
}

function stringAt(table: Buffer, start: number): string {
  if (start >= table.length) return "";
  let end = table.indexOf(0, start);
  if (end < 0 || end - start > 256) end = Math.min(table.length, start + 256);
  return table.toString("latin1", start, end);
}

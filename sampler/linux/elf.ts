/** Reads `length` bytes at `offset`. Fewer bytes than asked for means the end; null means that nothing can be read there. */
export type ByteSource = (offset: number, length: number) => Buffer | null;

/** A PT_LOAD segment (elf(5)). Offsets and sizes in bytes. */
export interface ElfSegment {
  readonly virtualAddress: number;
  readonly fileOffset: number;
  readonly fileBytes: number;
  readonly memoryBytes: number;
  readonly writable: boolean;
  readonly executable: boolean;
}

/** A section header (elf(5)). */
export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly virtualAddress: number;
  readonly fileOffset: number;
  readonly bytes: number;
  readonly link: number;
}

/** What is needed of a 64-bit little-endian ELF file. */
export interface ElfFile {
  /** `fixed`: ET_EXEC, addresses are final. `relocatable`: ET_DYN, a position-independent executable or a library. */
  readonly kind: "fixed" | "relocatable";
  readonly machine: "x86_64" | "aarch64" | "other";
  readonly segments: readonly ElfSegment[];
  /** Empty where the section headers were removed. */
  readonly sections: readonly ElfSection[];
  /** The PT_DYNAMIC segment, or null in a static executable. */
  readonly dynamic: { readonly fileOffset: number; readonly bytes: number } | null;
}

/** A defined symbol: address before relocation, and size in bytes. */
export interface ElfSymbol {
  readonly virtualAddress: number;
  readonly bytes: number;
}

const HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
const SECTION_HEADER_BYTES = 64;
const SYMBOL_BYTES = 24;
const MAX_PROGRAM_HEADERS = 512;
const MAX_SECTION_HEADERS = 4096;
const MAX_SECTION_NAMES_BYTES = 1 << 20;
const MAX_SYMBOL_TABLE_BYTES = 96 << 20;
const MAX_STRING_TABLE_BYTES = 256 << 20;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const SHT_SYMTAB = 2;
const SHT_DYNSYM = 11;
const SHT_NOBITS = 8;
const ADDRESS_LIMIT = 2 ** 52;

/**
 * A 64-bit little-endian word as a number; NaN above 2^52, which no offset or user address reaches.
 */
export function wordAt(bytes: Buffer, offset: number): number {
  if (offset < 0 || offset + 8 > bytes.length) return Number.NaN;
  const value = bytes.readUInt32LE(offset) + bytes.readUInt32LE(offset + 4) * 0x1_0000_0000;
  return value < ADDRESS_LIMIT ? value : Number.NaN;
}

/**
 * Reads the headers of an ELF file. Null for anything that is not a sound 64-bit little-endian ELF file;
 * never throws and never reads more than a few hundred kilobytes, whatever the bytes say.
 */
export function readElf(source: ByteSource): ElfFile | null {
  const header = readExactly(source, 0, HEADER_BYTES);
  if (header === null || header.readUInt32BE(0) !== 0x7f454c46) return null;
  if (header[4] !== 2 || header[5] !== 1) return null;
  const type = header.readUInt16LE(16);
  if (type !== 2 && type !== 3) return null;
  const machineCode = header.readUInt16LE(18);
  const programHeaders = readTable(
    source,
    wordAt(header, 32),
    header.readUInt16LE(54),
    header.readUInt16LE(56),
    PROGRAM_HEADER_BYTES,
    MAX_PROGRAM_HEADERS,
  );
  if (programHeaders === null) return null;
  const segments: ElfSegment[] = [];
  let dynamic: ElfFile["dynamic"] = null;
  for (let at = 0; at < programHeaders.length; at += PROGRAM_HEADER_BYTES) {
    const kind = programHeaders.readUInt32LE(at);
    const flags = programHeaders.readUInt32LE(at + 4);
    const fileOffset = wordAt(programHeaders, at + 8);
    const virtualAddress = wordAt(programHeaders, at + 16);
    const fileBytes = wordAt(programHeaders, at + 32);
    const memoryBytes = wordAt(programHeaders, at + 40);
    if (!Number.isFinite(fileOffset + virtualAddress + fileBytes + memoryBytes)) continue;
    if (kind === PT_DYNAMIC) dynamic = { fileOffset, bytes: fileBytes };
    if (kind !== PT_LOAD) continue;
    segments.push({
      virtualAddress,
      fileOffset,
      fileBytes,
      memoryBytes,
      writable: (flags & 2) !== 0,
      executable: (flags & 1) !== 0,
    });
  }
  if (segments.length === 0) return null;
  return {
    kind: type === 2 ? "fixed" : "relocatable",
    machine: machineCode === 62 ? "x86_64" : machineCode === 183 ? "aarch64" : "other",
    segments,
    sections: readSections(source, header),
    dynamic,
  };
}

/** The section of that name, or null. */
export function sectionNamed(elf: ElfFile, name: string): ElfSection | null {
  return elf.sections.find((section) => section.name === name) ?? null;
}

/**
 * Defined symbols by name, from the dynamic symbol table first and the full one for what is left.
 * A link-time optimiser appends `.lto_priv.0` and the like to local names, so a name followed by a dot matches as well.
 */
export function findSymbols(
  source: ByteSource,
  elf: ElfFile,
  names: readonly string[],
): ReadonlyMap<string, ElfSymbol> {
  const found = new Map<string, ElfSymbol>();
  const wanted = names.map((name) => ({ name, bytes: Buffer.from(name, "latin1") }));
  for (const type of [SHT_DYNSYM, SHT_SYMTAB]) {
    for (const table of elf.sections) {
      if (table.type !== type || found.size === names.length) continue;
      const strings = elf.sections[table.link];
      if (strings === undefined || strings.type === SHT_NOBITS) continue;
      searchTable(source, table.fileOffset, table.bytes, strings.fileOffset, strings.bytes, wanted, found);
    }
  }
  if (elf.sections.length === 0) searchDynamic(source, elf, wanted, found);
  return found;
}

/** Offset in the file of an address before relocation, or null where the file holds no bytes for it. */
export function fileOffsetOf(elf: ElfFile, virtualAddress: number): number | null {
  for (const segment of elf.segments) {
    const into = virtualAddress - segment.virtualAddress;
    if (into >= 0 && into < segment.fileBytes) return segment.fileOffset + into;
  }
  return null;
}

function readExactly(source: ByteSource, offset: number, length: number): Buffer | null {
  if (!Number.isSafeInteger(offset) || offset < 0 || length < 0) return null;
  const bytes = source(offset, length);
  return bytes !== null && bytes.length === length ? bytes : null;
}

function readTable(
  source: ByteSource,
  offset: number,
  entryBytes: number,
  count: number,
  expectedEntryBytes: number,
  maximum: number,
): Buffer | null {
  if (entryBytes !== expectedEntryBytes || count === 0 || count > maximum) return null;
  return readExactly(source, offset, count * entryBytes);
}

function readSections(source: ByteSource, header: Buffer): readonly ElfSection[] {
  const table = readTable(
    source,
    wordAt(header, 40),
    header.readUInt16LE(58),
    header.readUInt16LE(60),
    SECTION_HEADER_BYTES,
    MAX_SECTION_HEADERS,
  );
  if (table === null) return [];
  const raw: (Omit<ElfSection, "name"> & { readonly nameOffset: number })[] = [];
  for (let at = 0; at < table.length; at += SECTION_HEADER_BYTES) {
    raw.push({
      nameOffset: table.readUInt32LE(at),
      type: table.readUInt32LE(at + 4),
      virtualAddress: wordAt(table, at + 16),
      fileOffset: wordAt(table, at + 24),
      bytes: wordAt(table, at + 32),
      link: table.readUInt32LE(at + 40),
    });
  }
  const nameTable = raw[header.readUInt16LE(62)];
  const names =
    nameTable === undefined || !(nameTable.bytes <= MAX_SECTION_NAMES_BYTES)
      ? null
      : readExactly(source, nameTable.fileOffset, nameTable.bytes);
  return raw.map(({ nameOffset, ...section }) => ({ ...section, name: names === null ? "" : textAt(names, nameOffset) }));
}

function textAt(strings: Buffer, offset: number): string {
  if (offset >= strings.length) return "";
  const end = strings.indexOf(0, offset);
  return strings.toString("latin1", offset, Math.min(end < 0 ? strings.length : end, offset + 256));
}

type Wanted = readonly { readonly name: string; readonly bytes: Buffer }[];

function searchTable(
  source: ByteSource,
  tableOffset: number,
  tableBytes: number,
  stringsOffset: number,
  stringsBytes: number,
  wanted: Wanted,
  found: Map<string, ElfSymbol>,
): void {
  if (!(tableBytes <= MAX_SYMBOL_TABLE_BYTES) || !(stringsBytes <= MAX_STRING_TABLE_BYTES)) return;
  const table = readExactly(source, tableOffset, tableBytes - (tableBytes % SYMBOL_BYTES));
  const strings = readExactly(source, stringsOffset, stringsBytes);
  if (table === null || strings === null) return;
  const firstBytes = new Uint8Array(256);
  for (const { bytes } of wanted) firstBytes[bytes[0] ?? 0] = 1;
  for (let at = 0; at < table.length; at += SYMBOL_BYTES) {
    const nameOffset = table.readUInt32LE(at);
    const first = strings[nameOffset];
    if (first === undefined || firstBytes[first] === 0) continue;
    const defined = table.readUInt16LE(at + 6) !== 0;
    if (!defined) continue;
    for (const { name, bytes } of wanted) {
      const end = strings[nameOffset + bytes.length];
      if (end !== 0 && end !== 0x2e) continue;
      if (found.has(name) && end !== 0) continue;
      if (bytes.compare(strings, nameOffset, nameOffset + bytes.length) !== 0) continue;
      const virtualAddress = wordAt(table, at + 8);
      const size = wordAt(table, at + 16);
      if (Number.isFinite(virtualAddress + size) && !found.has(name)) found.set(name, { virtualAddress, bytes: size });
    }
  }
}

/** Symbols of a file without section headers: the dynamic segment says where they are (elf(5), DT_SYMTAB, DT_STRTAB). */
function searchDynamic(source: ByteSource, elf: ElfFile, wanted: Wanted, found: Map<string, ElfSymbol>): void {
  if (elf.dynamic === null) return;
  const entries = readExactly(source, elf.dynamic.fileOffset, Math.min(elf.dynamic.bytes, 16 * 512));
  if (entries === null) return;
  const tags = new Map<number, number>();
  for (let at = 0; at + 16 <= entries.length; at += 16) {
    const tag = wordAt(entries, at);
    if (tag === 0) break;
    tags.set(tag, wordAt(entries, at + 8));
  }
  const table = tags.get(6);
  const strings = tags.get(5);
  const stringsBytes = tags.get(10);
  if (table === undefined || strings === undefined || stringsBytes === undefined) return;
  const tableOffset = fileOffsetOf(elf, table);
  const stringsOffset = fileOffsetOf(elf, strings);
  if (tableOffset === null || stringsOffset === null) return;
  // The number of symbols is not recorded; linkers put the strings right behind the table, and otherwise DT_HASH tells.
  const count = stringsOffset > tableOffset ? (stringsOffset - tableOffset) / SYMBOL_BYTES : hashCount(source, elf, tags);
  if (!(count > 0)) return;
  searchTable(source, tableOffset, Math.floor(count) * SYMBOL_BYTES, stringsOffset, stringsBytes, wanted, found);
}

function hashCount(source: ByteSource, elf: ElfFile, tags: ReadonlyMap<number, number>): number {
  const hash = tags.get(4);
  const offset = hash === undefined ? null : fileOffsetOf(elf, hash);
  const header = offset === null ? null : readExactly(source, offset, 8);
  return header === null ? 0 : header.readUInt32LE(4);
}

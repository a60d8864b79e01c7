import { isPointer, readBytes, readWord, type TargetMemory, wordAt } from "./memory.ts";
import type { ObjectLayout } from "./object-offsets.ts";
import { readText } from "./text-object.ts";

/** One entry of a dictionary: addresses of two objects. */
export interface DictEntry {
  readonly key: number;
  readonly value: number;
}

const TYPE = 8;
const TYPE_BASIC_BYTES = 32;
const TYPE_FLAGS = 168;
const TYPE_DICT_OFFSET = 288;
const DICT_KEYS = 32;
const DICT_VALUES = 40;
const INTEGER_SIZE = 16;
const INTEGER_DIGITS = 24;
const DIGIT = 2 ** 30;
const MAX_ENTRIES = 1 << 16;
/** `Py_TPFLAGS_INLINE_VALUES` (3.13) and `Py_TPFLAGS_MANAGED_DICT` (3.11 and later), object.h. */
const INLINE_VALUES = 1 << 2;
const MANAGED_DICT = 1 << 4;

/** Reads dictionaries, attributes and integers of a program. Whatever does not make sense is null: the program may change it meanwhile. */
export class ObjectReader {
  readonly #memory: TargetMemory;
  readonly #layout: ObjectLayout;
  /** Address of the text that each name looked for was found under last. */
  readonly #interned = new Map<string, number>();

  constructor(memory: TargetMemory, layout: ObjectLayout) {
    this.#memory = memory;
    this.#layout = layout;
  }

  /** A `str`. */
  text(address: number): string | null {
    return readText(this.#memory, address, this.#layout)?.text ?? null;
  }

  /** A non-negative `int` below 2^53. */
  integer(address: number): number | null {
    const bytes = isPointer(address) ? readBytes(this.#memory, address + INTEGER_SIZE, 24) : null;
    if (bytes === null) return null;
    const size = this.#layout.taggedIntegers ? Math.floor(wordAt(bytes, 0) / 8) : wordAt(bytes, 0);
    if (!(size >= 0 && size <= 2)) return null;
    let value = 0;
    for (let digit = size - 1; digit >= 0; digit -= 1) {
      value = value * DIGIT + bytes.readUInt32LE(INTEGER_DIGITS - INTEGER_SIZE + digit * 4);
    }
    return value;
  }

  /** The entries of a dictionary; empty ones left out. */
  entries(dictionary: number): readonly DictEntry[] | null {
    if (!isPointer(dictionary)) return null;
    const keys = readWord(this.#memory, dictionary + DICT_KEYS);
    const values = readWord(this.#memory, dictionary + DICT_VALUES);
    if (keys === null || values === null) return null;
    return this.#entriesOf(keys, values === 0 ? null : values + this.#layout.valuesPointers);
  }

  /** Value of a text key. */
  lookUp(dictionary: number, name: string): number | null {
    return this.#find(this.entries(dictionary), name);
  }

  /** Attribute kept in an instance of an ordinary class. */
  attribute(object: number, name: string): number | null {
    const type = isPointer(object) ? readWord(this.#memory, object + TYPE) : null;
    if (type === null || !isPointer(type)) return null;
    if (this.#layout.instances === "dictionary") {
      const offset = readWord(this.#memory, type + TYPE_DICT_OFFSET);
      const dictionary = offset === null || offset === 0 ? null : readWord(this.#memory, object + offset);
      return dictionary === null ? null : this.lookUp(dictionary, name);
    }
    const flags = readWord(this.#memory, type + TYPE_FLAGS);
    const keys = readWord(this.#memory, type + this.#layout.cachedKeys);
    if (flags === null || keys === null || ((flags % 32) & MANAGED_DICT) === 0) return null;
    const values = this.#instanceValues(object, type, flags % 32);
    if (values === null) return null;
    if (values.dictionary !== null) return this.lookUp(values.dictionary, name);
    return isPointer(keys) ? this.#find(this.#entriesOf(keys, values.pointers), name) : null;
  }

  #instanceValues(
    object: number,
    type: number,
    flags: number,
  ):
    | { readonly dictionary: number; readonly pointers: null }
    | { readonly dictionary: null; readonly pointers: number }
    | null {
    const before = readWord(this.#memory, object - 24);
    if (before === null) return null;
    switch (this.#layout.instances) {
      case "values-before": {
        const values = readWord(this.#memory, object - 32);
        if (values !== null && isPointer(values)) return { dictionary: null, pointers: values };
        break;
      }
      case "tagged-before":
        if (before % 2 === 1) return { dictionary: null, pointers: before + 1 + this.#layout.valuesPointers };
        break;
      case "values-inline": {
        const size = readWord(this.#memory, type + TYPE_BASIC_BYTES);
        const head = size === null ? null : readBytes(this.#memory, object + size, 4);
        const valid = head !== null && head.readUInt8(3) === 1;
        if ((flags & INLINE_VALUES) !== 0 && valid && size !== null) {
          return { dictionary: null, pointers: object + size + this.#layout.valuesPointers };
        }
        break;
      }
      case "dictionary":
        break;
    }
    return isPointer(before) ? { dictionary: before, pointers: null } : null;
  }

  #find(entries: readonly DictEntry[] | null, name: string): number | null {
    if (entries === null) return null;
    // Attribute names are interned: where the name was once, it is again, and one text is read instead of all.
    const before = this.#interned.get(name);
    const known = before === undefined ? undefined : entries.find(({ key }) => key === before);
    if (known !== undefined && this.text(known.key) === name) return known.value;
    for (const { key, value } of entries) {
      if (this.text(key) !== name) continue;
      this.#interned.set(name, key);
      return value;
    }
    return null;
  }

  /** Entries of a keys object (Objects/dictobject.c); with split tables the values lie elsewhere, in the order of the entries. */
  #entriesOf(keys: number, values: number | null): readonly DictEntry[] | null {
    const header = isPointer(keys) ? readBytes(this.#memory, keys, 40) : null;
    if (header === null) return null;
    const { compactKeys } = this.#layout;
    const count = wordAt(header, compactKeys ? 24 : 32);
    if (!(count <= MAX_ENTRIES)) return null;
    if (count === 0) return [];
    let start: number;
    let entryBytes = 24;
    if (compactKeys) {
      const indexBits = header.readUInt8(9);
      if (indexBits > 24) return null;
      start = keys + 32 + 2 ** indexBits;
      // 0: general entries, which begin with the hash; others have text keys only.
      if (header.readUInt8(10) !== 0) entryBytes = 16;
    } else {
      const size = wordAt(header, 8);
      if (!(size <= 2 ** 24)) return null;
      start = keys + 40 + size * (size <= 0xff ? 1 : size <= 0xffff ? 2 : 4);
    }
    const bytes = readBytes(this.#memory, start, count * entryBytes);
    const split = values === null ? null : readBytes(this.#memory, values, count * 8);
    if (bytes === null || (values !== null && split === null)) return null;
    const entries: DictEntry[] = [];
    for (let index = 0; index < count; index += 1) {
      const key = wordAt(bytes, index * entryBytes + entryBytes - 16);
      const value = split === null ? wordAt(bytes, index * entryBytes + entryBytes - 8) : wordAt(split, index * 8);
      if (isPointer(key) && isPointer(value)) entries.push({ key, value });
    }
    return entries;
  }
}

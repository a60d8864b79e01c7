import type { FrameLayout } from "./frame-offsets.ts";
import { lineAt } from "./line-table.ts";
import { isPointer, readBytes, type TargetMemory, wordAt } from "./memory.ts";
import { readText, textHeader } from "./text-object.ts";

/** One function of a program as its code object describes it. */
export interface CodeDetails {
  readonly address: number;
  readonly functionName: string;
  readonly file: string;
  readonly firstLine: number;
  /** Line of an instruction, by its offset in bytes of code. */
  readonly lineAt: (offset: number) => number;
  /** What of the object is compared to tell whether it is still the same. */
  readonly identity: Buffer;
  readonly nameHeader: Buffer;
}

const MAX_CODES = 4096;
const MAX_TABLE_BYTES = 1 << 18;
const BYTES_SIZE = 16;
const BYTES_VALUE = 32;

/**
 * Code objects read before. An address can hold another code object later, so each use has to check that it is still the same:
 * its pointers, first line and the hash of its name.
 */
export class CodeCache {
  readonly #memory: TargetMemory;
  readonly #layout: FrameLayout;
  readonly #codes = new Map<number, CodeDetails>();

  constructor(memory: TargetMemory, layout: FrameLayout) {
    this.#memory = memory;
    this.#layout = layout;
  }

  /** The details read earlier, when the object is still the same. */
  known(address: number): CodeDetails | null {
    const details = this.#codes.get(address);
    if (details === undefined) return null;
    const identity = this.#identity(address);
    const name = identity === null ? null : textHeader(this.#memory, wordAt(identity, this.#layout.codeName));
    if (identity?.equals(details.identity) === true && name?.equals(details.nameHeader) === true) return details;
    this.#codes.delete(address);
    return null;
  }

  /** Reads a code object into the cache. False when there is none at the address. */
  load(address: number): boolean {
    const details = this.#read(address);
    if (details === null) return false;
    if (this.#codes.size >= MAX_CODES) this.#codes.clear();
    this.#codes.set(address, details);
    return true;
  }

  /** The object's bytes from behind its reference count on, the counters in between left out. */
  #identity(address: number): Buffer | null {
    const bytes = isPointer(address) ? readBytes(this.#memory, address, this.#layout.codeBytes) : null;
    if (bytes === null) return null;
    const { codeFile, codeName, codeFirstLine, codeLineTable } = this.#layout;
    const identity = Buffer.alloc(bytes.length);
    for (const offset of [codeFile, codeName, codeLineTable]) bytes.copy(identity, offset, offset, offset + 8);
    bytes.copy(identity, codeFirstLine, codeFirstLine, codeFirstLine + 4);
    bytes.copy(identity, 8, 8, 16);
    return identity;
  }

  #read(address: number): CodeDetails | null {
    const layout = this.#layout;
    const identity = this.#identity(address);
    if (identity === null) return null;
    const name = readText(this.#memory, wordAt(identity, layout.codeName), layout);
    const file = readText(this.#memory, wordAt(identity, layout.codeFile), layout);
    const table = this.#bytesObject(wordAt(identity, layout.codeLineTable));
    if (name === null || file === null || table === null) return null;
    const firstLine = identity.readInt32LE(layout.codeFirstLine);
    return {
      address,
      functionName: name.text,
      file: file.text,
      firstLine,
      lineAt: (offset) => lineAt(layout.lineTable, table, firstLine, offset),
      identity,
      nameHeader: name.header,
    };
  }

  #bytesObject(address: number): Buffer | null {
    const size = isPointer(address) ? readBytes(this.#memory, address + BYTES_SIZE, 8) : null;
    const length = size === null ? Number.NaN : wordAt(size, 0);
    if (!(length <= MAX_TABLE_BYTES)) return null;
    return length === 0 ? Buffer.alloc(0) : readBytes(this.#memory, address + BYTES_VALUE, length);
  }
}

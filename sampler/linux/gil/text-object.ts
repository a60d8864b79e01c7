import { isPointer, readBytes, type TargetMemory } from "./memory.ts";

const HEADER_BYTES = 40;
const LENGTH = 16;
const STATE = 32;
/** Longest text that is read, characters: names and paths are shorter. */
const MAX_CHARACTERS = 1024;

/** A `str` of a program: its text, and the bytes of its header, which hold length and hash and so tell whether it is still the same. */
export interface TextObject {
  readonly text: string;
  readonly header: Buffer;
}

/** Reads the head of a `str`, which tells whether it is still the one that was read before. */
export function textHeader(memory: TargetMemory, address: number): Buffer | null {
  const header = isPointer(address) ? readBytes(memory, address, HEADER_BYTES) : null;
  // The reference count comes first and changes all the time.
  return header === null ? null : header.subarray(8);
}

/**
 * Reads a compact `str` (PEP 393; cpython/unicodeobject.h): the characters follow a header of one of two sizes, one, two or four
 * bytes each. Null when it is none.
 */
export function readText(
  memory: TargetMemory,
  address: number,
  sizes: { readonly asciiBytes: number; readonly compactBytes: number },
): TextObject | null {
  const header = textHeader(memory, address);
  if (header === null) return null;
  const length = header.readUInt32LE(LENGTH - 8) + header.readUInt32LE(LENGTH - 4) * 0x1_0000_0000;
  // interned: 2 bits, kind: 3, compact: 1, ascii: 1.
  const state = header.readUInt32LE(STATE - 8);
  const kind = (state >> 2) & 7;
  const compact = ((state >> 5) & 1) === 1;
  const ascii = ((state >> 6) & 1) === 1;
  if (!compact || (kind !== 1 && kind !== 2 && kind !== 4) || length > 1 << 24) return null;
  const shown = Math.min(length, MAX_CHARACTERS);
  if (shown === 0) return { text: "", header };
  const bytes = readBytes(memory, address + (ascii ? sizes.asciiBytes : sizes.compactBytes), shown * kind);
  if (bytes === null) return null;
  if (kind === 1) return { text: bytes.toString("latin1"), header };
  if (kind === 2) return { text: bytes.toString("utf16le"), header };
  let text = "";
  for (let at = 0; at < bytes.length; at += 4) {
    const point = bytes.readUInt32LE(at);
    text += point <= 0x10ffff ? String.fromCodePoint(point) : "\ufffd";
  }
  return { text, header };
}

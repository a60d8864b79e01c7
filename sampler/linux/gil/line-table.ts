import type { LineTableKind } from "./frame-offsets.ts";

/** Line of the instruction at `offset` bytes of code; the first line where the table does not tell. */
export function lineAt(kind: LineTableKind, table: Buffer, firstLine: number, offset: number): number {
  switch (kind) {
    case "lnotab":
      return lineInLnotab(table, firstLine, offset);
    case "line-ranges":
      return lineInRanges(table, firstLine, offset);
    case "locations":
      return lineInLocations(table, firstLine, offset);
  }
}

/** Up to 3.9, Objects/lnotab_notes.txt: pairs of (bytes of code, signed lines) that add up. */
function lineInLnotab(table: Buffer, firstLine: number, offset: number): number {
  let line = firstLine;
  let address = 0;
  for (let at = 0; at + 1 < table.length; at += 2) {
    address += table.readUInt8(at);
    if (address > offset) break;
    line += table.readInt8(at + 1);
  }
  return line;
}

/** 3.10, Objects/lnotab_notes.txt: pairs of (bytes of code in this range, signed lines before it); -128 is a range without a line. */
function lineInRanges(table: Buffer, firstLine: number, offset: number): number {
  let line = firstLine;
  let address = 0;
  for (let at = 0; at + 1 < table.length; at += 2) {
    const change = table.readInt8(at + 1);
    if (change !== -128) line += change;
    address += table.readUInt8(at);
    if (offset < address) return change === -128 ? firstLine : line;
  }
  return line;
}

const NO_LOCATION = 15;
const LONG_FORM = 14;
const NO_COLUMNS = 13;
const FIRST_ONE_LINE = 10;
const CODE_UNIT_BYTES = 2;

/** 3.11 and later, Objects/locations.md: entries of a head byte (bit 7, four bits of form, three of length) and what the form adds. */
function lineInLocations(table: Buffer, firstLine: number, offset: number): number {
  let line = firstLine;
  let address = 0;
  for (let at = 0; at < table.length; ) {
    const head = table.readUInt8(at);
    const form = (head >> 3) & 15;
    address += ((head & 7) + 1) * CODE_UNIT_BYTES;
    let next = at + 1;
    if (form === LONG_FORM || form === NO_COLUMNS) {
      const [value, end] = variableLength(table, next);
      line += value & 1 ? -(value >>> 1) : value >>> 1;
      next = end;
    } else if (form >= FIRST_ONE_LINE && form < NO_COLUMNS) {
      line += form - FIRST_ONE_LINE;
    }
    if (offset < address) return form === NO_LOCATION ? firstLine : line;
    // Only the head byte of an entry has its top bit set.
    while (next < table.length && (table.readUInt8(next) & 0x80) === 0) next += 1;
    at = next;
  }
  return line;
}

/** Six bits a byte, lowest first; bit 6 says that more follow. */
function variableLength(table: Buffer, start: number): readonly [number, number] {
  let value = 0;
  let shift = 0;
  let at = start;
  while (at < table.length) {
    const byte = table.readUInt8(at);
    value |= (byte & 63) << shift;
    shift += 6;
    at += 1;
    if ((byte & 64) === 0 || shift > 30) break;
  }
  return [value, at];
}

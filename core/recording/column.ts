/** A column of a raw sample. */
export type Column = Float64Array | Uint32Array | Int32Array | Uint8Array;

/** Kind of a column, as its table declares it. */
export type ColumnKind = "f64" | "u32" | "i32" | "u8";

/** An absolute number in JSON: null stands for NaN, the infinities are text. */
type Absolute = number | string | null;

/**
 * One changed value: a number is the difference to the value expected there, in units of 10^-e;
 * a list of one holds a value that no such difference reaches exactly.
 */
type Cell = number | readonly [Absolute];

/** How a column differs from the one expected. Exactly the shape in the file; any part may be missing. */
export interface ColumnPatch {
  /** Every row is expected to hold this instead of its old value. */
  readonly f?: Absolute;
  /** Decimal digits of the differences; 0 when missing. */
  readonly e?: number;
  /** One cell for every row. */
  readonly l?: readonly Cell[];
  /** 1: the value expected in each row of `l` is the new one of the row above, as suits times of rows read one after the other. */
  readonly r?: 1;
  /** Steps between changed rows and their cells, in turns: step, cell, step, cell … The first step counts from row -1. */
  readonly v?: readonly (number | Cell)[];
}

const DIGITS = [0, 2, 3, 6, 9] as const;

/** An empty column of one kind. */
export function createColumn(kind: ColumnKind, length: number): Column {
  switch (kind) {
    case "f64":
      return new Float64Array(length);
    case "u32":
      return new Uint32Array(length);
    case "i32":
      return new Int32Array(length);
    case "u8":
      return new Uint8Array(length);
  }
}

function writeAbsolute(value: number): Absolute {
  if (Number.isNaN(value)) return null;
  return Number.isFinite(value) ? value : String(value);
}

function readAbsolute(value: unknown): number | null {
  if (value === null) return Number.NaN;
  if (typeof value === "number") return value;
  if (value === "Infinity") return Number.POSITIVE_INFINITY;
  return value === "-Infinity" ? Number.NEGATIVE_INFINITY : null;
}

function same(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** The expected value in whole units; both directions start from it, so they agree to the last bit. */
function units(expected: number, scale: number): number {
  return Number.isFinite(expected) ? Math.round(expected * scale) : 0;
}

/** Difference in units that leads from `expected` to exactly `value`, or null when there is none. */
function stepTo(expected: number, value: number, scale: number): number | null {
  const from = units(expected, scale);
  const step = Math.round(value * scale) - from;
  // No step at all stands for no change.
  return step !== 0 && Number.isSafeInteger(step) && (from + step) / scale === value ? step : null;
}

/** The most frequent value of a column and how many rows hold it. */
function mostFrequent(column: Column): { readonly value: number; readonly count: number } {
  const counts = new Map<number, number>();
  let value = 0;
  let count = 0;
  for (const item of column) {
    const seen = (counts.get(item) ?? 0) + 1;
    counts.set(item, seen);
    if (seen > count) {
      value = item;
      count = seen;
    }
  }
  return { value, count };
}

function changedRows(expected: Column, column: Column): number[] {
  const rows: number[] = [];
  for (let row = 0; row < column.length; row += 1) if (!same(expected[row]!, column[row]!)) rows.push(row);
  return rows;
}

/** What leads from the column expected to this one, or null when they are equal. Both have the same length. */
export function encodeColumn(expected: Column, column: Column): ColumnPatch | null {
  let base = expected;
  let rows = changedRows(base, column);
  if (rows.length === 0) return null;
  let fill: Absolute | undefined;
  if (rows.length > 3) {
    const frequent = mostFrequent(column);
    if (column.length - frequent.count < rows.length * 0.7) {
      fill = writeAbsolute(frequent.value);
      base = column.slice().fill(frequent.value);
      rows = changedRows(base, column);
    }
  }
  const filled = fill === undefined ? {} : { f: fill };
  if (rows.length === 0) return filled;
  if (rows.length <= column.length * 0.6) {
    const { digits, cellOf } = cellsFrom(base, column, rows);
    return { ...filled, ...digits, v: rows.flatMap((row, index) => [row - (rows[index - 1] ?? -1), cellOf(row)]) };
  }
  const dense = denseCells(base, column, rows);
  if (column.length < 8 || !(column instanceof Float64Array)) return { ...filled, ...dense };
  const above = column.slice();
  above.copyWithin(1, 0);
  above[0] = base[0]!;
  const chained: ColumnPatch = { ...denseCells(above, column, changedRows(above, column)), r: 1 };
  return JSON.stringify(chained).length < JSON.stringify(dense).length ? chained : { ...filled, ...dense };
}

interface Cells {
  readonly digits: { readonly e?: number };
  readonly cellOf: (row: number) => Cell;
}

/** Cells of changed rows, with as few digits as nearly all of them need. */
function cellsFrom(expected: Column, column: Column, rows: readonly number[]): Cells {
  const misses = (digits: number): number =>
    rows.reduce((count, row) => count + (stepTo(expected[row]!, column[row]!, 10 ** digits) === null ? 1 : 0), 0);
  const digits = DIGITS.find((candidate) => misses(candidate) <= rows.length / 16) ?? 9;
  return {
    digits: digits === 0 ? {} : { e: digits },
    cellOf: (row) => stepTo(expected[row]!, column[row]!, 10 ** digits) ?? [writeAbsolute(column[row]!)],
  };
}

function denseCells(expected: Column, column: Column, changed: readonly number[]): Pick<ColumnPatch, "e" | "l"> {
  const { digits, cellOf } = cellsFrom(expected, column, changed);
  const l: Cell[] = Array.from({ length: column.length }, () => 0);
  for (const row of changed) l[row] = cellOf(row);
  return { ...digits, l };
}

/** Value that a cell leads to, or null for a damaged cell. Infinite on purpose only. */
function readCell(expected: number, cell: unknown, scale: number): number | null {
  if (typeof cell === "number") return (units(expected, scale) + cell) / scale;
  return Array.isArray(cell) && cell.length === 1 ? readAbsolute(cell[0]) : null;
}

/** Sets a value where the kind of column can hold it; integers must be whole and in range. */
function store(column: Column, row: number, value: number | null): boolean {
  if (value === null) return false;
  column[row] = value;
  return same(column[row]!, value);
}

/** Applies what a file says to the column expected, in place. False when it does not fit; the column is then of no use. */
export function applyColumn(column: Column, patch: unknown): boolean {
  if (typeof patch !== "object" || patch === null) return false;
  const { f, e, l, r, v } = patch as Readonly<Record<string, unknown>>;
  if (e !== undefined && (typeof e !== "number" || !Number.isInteger(e) || e < 0 || e > 9)) return false;
  const scale = 10 ** (e ?? 0);
  if (f !== undefined) {
    const value = readAbsolute(f);
    if (value === null) return false;
    column.fill(value);
    if (column.length > 0 && !same(column[0]!, value)) return false;
  }
  if (l !== undefined) {
    if (!Array.isArray(l) || l.length !== column.length) return false;
    for (let row = 0; row < column.length; row += 1) {
      const expected = r === 1 && row > 0 ? column[row - 1]! : column[row]!;
      if (l[row] === 0) column[row] = expected;
      else if (!store(column, row, readCell(expected, l[row], scale))) return false;
    }
  }
  if (v !== undefined) {
    if (!Array.isArray(v) || v.length % 2 !== 0) return false;
    let row = -1;
    for (let index = 0; index < v.length; index += 2) {
      const step: unknown = v[index];
      if (typeof step !== "number" || !Number.isInteger(step) || step < 1) return false;
      row += step;
      if (row >= column.length || !store(column, row, readCell(column[row]!, v[index + 1], scale))) return false;
    }
  }
  return true;
}

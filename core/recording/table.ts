import { applyColumn, type Column, type ColumnKind, type ColumnPatch, createColumn, encodeColumn } from "./column.ts";

/** Columns of one table of a raw sample, in the order they are written. */
export type TableShape = Readonly<Record<string, ColumnKind>>;

interface ColumnOfKind {
  readonly f64: Float64Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly u8: Uint8Array;
}

/** A table of a raw sample, seen as named columns. */
export type Table<Shape extends TableShape> = { readonly length: number } & {
  readonly [Name in keyof Shape]: ColumnOfKind[Shape[Name]];
};

/** Most rows a table in a file may have. */
export const MAX_TABLE_ROWS = 200_000;

/**
 * How a table differs from the one before. `n`: a new table of so many rows; otherwise `d` and `a` list the old rows that went
 * and the new rows that came, as steps from row -1; a column that holds what was expected is missing.
 */
export type TablePatch = Readonly<Record<string, number | readonly number[] | ColumnPatch>>;

/** Steps from one listed row to the next; the first counts from row -1. */
function stepsOf(rows: readonly number[]): number[] {
  return rows.map((row, index) => row - (rows[index - 1] ?? -1));
}

interface RowMatch {
  /** For each new row its old row, or -1. */
  readonly from: Int32Array;
  readonly gone: readonly number[];
  readonly added: readonly number[];
}

/** Pairs rows by key; null when keys repeat or kept rows changed their order, so that no pairing is possible. */
function match(before: Float64Array, after: Float64Array): RowMatch | null {
  const rowOf = new Map<number, number>();
  before.forEach((key, row) => {
    rowOf.set(key, row);
  });
  if (rowOf.size !== before.length) return null;
  const from = new Int32Array(after.length).fill(-1);
  const added: number[] = [];
  const gone: number[] = [];
  let next = 0;
  for (let row = 0; row < after.length; row += 1) {
    const old = rowOf.get(after[row]!);
    if (old === undefined) {
      added.push(row);
      continue;
    }
    if (old < next) return null;
    while (next < old) gone.push(next++);
    next = old + 1;
    from[row] = old;
  }
  while (next < before.length) gone.push(next++);
  return { from, gone, added };
}

function equalKeys(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((key, row) => key === b[row]);
}

function expectedColumn(kind: ColumnKind, before: Column, from: Int32Array): Column {
  const column = createColumn(kind, from.length);
  for (let row = 0; row < from.length; row += 1) {
    const old = from[row]!;
    if (old >= 0) column[row] = before[old]!;
  }
  return column;
}

/**
 * What leads from one table to the next, or null when nothing changed. With `before` null the whole table is written.
 * `keysOf` gives each row's identity; identities may repeat or move, which only costs space.
 */
export function encodeTable<Shape extends TableShape>(
  shape: Shape,
  keysOf: (table: Table<Shape>) => Float64Array,
  before: Table<Shape> | null,
  after: Table<Shape>,
): TablePatch | null {
  const patch: Record<string, number | readonly number[] | ColumnPatch> = {};
  let from: Int32Array | null = null;
  let whole = before === null;
  if (before !== null) {
    const oldKeys = keysOf(before);
    const newKeys = keysOf(after);
    if (!equalKeys(oldKeys, newKeys)) {
      const rows = match(oldKeys, newKeys);
      if (rows === null) whole = true;
      else {
        from = rows.from;
        if (rows.gone.length > 0) patch["d"] = stepsOf(rows.gone);
        if (rows.added.length > 0) patch["a"] = stepsOf(rows.added);
      }
    }
  }
  if (whole) patch["n"] = after.length;
  for (const [name, kind] of Object.entries(shape) as [string & keyof Shape, ColumnKind][]) {
    const expected =
      before === null || whole
        ? createColumn(kind, after.length)
        : from === null
          ? before[name]
          : expectedColumn(kind, before[name], from);
    const column = encodeColumn(expected, after[name]);
    if (column !== null) patch[name] = column;
  }
  return Object.keys(patch).length === 0 ? null : patch;
}

/** Rows named by steps, or null when they are no ascending rows below `limit`. */
function rowsOf(steps: unknown, limit: number): number[] | null {
  if (steps === undefined) return [];
  if (!Array.isArray(steps) || steps.length > limit) return null;
  const rows: number[] = [];
  let row = -1;
  for (const step of steps as unknown[]) {
    if (typeof step !== "number" || !Number.isInteger(step) || step < 1) return null;
    row += step;
    if (row >= limit) return null;
    rows.push(row);
  }
  return rows;
}

/** For each new row its old row or -1; null when the lists do not fit the old table. */
function readRows(before: number, gone: unknown, added: unknown): Int32Array | null {
  const goneRows = rowsOf(gone, before);
  if (goneRows === null || (Array.isArray(added) && added.length > MAX_TABLE_ROWS)) return null;
  const length = before - goneRows.length + (Array.isArray(added) ? added.length : 0);
  if (length > MAX_TABLE_ROWS) return null;
  const addedRows = rowsOf(added, length);
  if (addedRows === null) return null;
  const from = new Int32Array(length);
  for (const row of addedRows) from[row] = -1;
  let old = 0;
  let nextGone = 0;
  for (let row = 0; row < length; row += 1) {
    if (from[row] === -1) continue;
    while (goneRows[nextGone] === old) {
      nextGone += 1;
      old += 1;
    }
    from[row] = old;
    old += 1;
  }
  return from;
}

/**
 * The table that a patch from a file leads to, or null when the patch is damaged or does not fit.
 * Columns without a change are shared with the table before, so a file of resting rows takes little memory.
 */
export function applyTable<Shape extends TableShape>(
  shape: Shape,
  before: Table<Shape> | null,
  patch: unknown,
): Table<Shape> | null {
  if (patch === undefined) return before;
  if (typeof patch !== "object" || patch === null) return null;
  const fields = patch as Readonly<Record<string, unknown>>;
  const count = fields["n"];
  let length: number;
  let from: Int32Array | null = null;
  if (count !== undefined) {
    if (typeof count !== "number" || !Number.isInteger(count) || count < 0 || count > MAX_TABLE_ROWS) return null;
    length = count;
  } else {
    if (before === null) return null;
    length = before.length;
    if (fields["d"] !== undefined || fields["a"] !== undefined) {
      from = readRows(before.length, fields["d"], fields["a"]);
      if (from === null) return null;
      length = from.length;
    }
  }
  const table: Record<string, Column | number> = { length };
  for (const [name, kind] of Object.entries(shape)) {
    const change = fields[name];
    const old = count === undefined ? (before?.[name] ?? null) : null;
    let column: Column;
    if (old === null) column = createColumn(kind, length);
    else if (from !== null) column = expectedColumn(kind, old, from);
    else column = change === undefined ? old : old.slice();
    if (change !== undefined && !applyColumn(column, change)) return null;
    table[name] = column;
  }
  return table as unknown as Table<Shape>;
}

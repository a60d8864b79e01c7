import fc from "fast-check";
import { expect, it } from "vitest";
import { applyColumn, type Column, createColumn, encodeColumn } from "./column.ts";

const NUMBER = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 0, 5, 5.000_000_1, 2 ** 53, 1e-12),
  fc.integer({ min: 0, max: 2e9 }).map((ticks) => ticks / 100),
  fc.integer({ min: 0, max: 2e15 }).map((nanoseconds) => nanoseconds / 1e6),
);

function check(expected: Column, column: Column): void {
  const patch = encodeColumn(expected, column);
  const again = expected.slice();
  if (patch !== null) expect(applyColumn(again, JSON.parse(JSON.stringify(patch)))).toBe(true);
  // Negative zero is written as zero.
  expect(Array.from(again, (value) => value + 0)).toEqual(Array.from(column, (value) => value + 0));
}

it("leads from any column to any other exactly", () => {
  const pairs = fc.array(fc.tuple(NUMBER, NUMBER, fc.boolean()), { maxLength: 40 });
  fc.assert(
    fc.property(pairs, (rows) => {
      const expected = Float64Array.from(rows, ([before]) => before);
      check(
        expected,
        Float64Array.from(rows, ([before, after, same]) => (same ? before : after)),
      );
    }),
    { numRuns: 500 },
  );
});

it("does so for whole numbers of every kind", () => {
  const whole = fc.array(fc.tuple(fc.integer(), fc.integer()), { maxLength: 40 });
  fc.assert(
    fc.property(whole, fc.constantFrom("u32", "i32", "u8"), (rows, kind) => {
      const expected = createColumn(kind, rows.length);
      const column = createColumn(kind, rows.length);
      rows.forEach(([before, after], row) => {
        expected[row] = before;
        column[row] = after;
      });
      check(expected, column);
    }),
  );
});

it("writes times of rows read one after the other in few digits", () => {
  const before = Float64Array.from({ length: 100 }, (_, row) => 1000 + row * 0.021);
  const after = Float64Array.from({ length: 100 }, (_, row) => 2000.5 + row * 0.023);
  expect(JSON.stringify(encodeColumn(before, after)).length).toBeLessThan(100 * 7);
});

it("refuses patches that do not fit, whatever they hold", () => {
  const patches = fc.oneof(
    fc.anything(),
    fc.object({
      key: fc.constantFrom("f", "e", "l", "r", "v"),
      maxDepth: 3,
      values: [fc.integer(), fc.double(), fc.constant(null), fc.string()],
    }),
  );
  fc.assert(
    fc.property(patches, (patch) => {
      const column = new Uint32Array(4);
      expect(typeof applyColumn(column, patch)).toBe("boolean");
      expect(column).toHaveLength(4);
    }),
  );
  expect(applyColumn(new Uint8Array(2), { l: [300, 0] })).toBe(false);
  expect(applyColumn(new Uint32Array(2), { l: [0.5, 0] })).toBe(false);
  expect(applyColumn(new Uint32Array(2), { v: [3, 1] })).toBe(false);
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { familiesOf, row } from "../testing/rows.ts";
import { EMPTY_ORDER, keepOrder, maySort, RESORT_MS, sortOrder } from "./order.ts";

const byId = (rows: readonly ReturnType<typeof row>[]) => new Map(rows.map((entry) => [entry.rowId, entry]));
const ids = (order: { families: readonly { rowIds: readonly number[] }[] }) =>
  order.families.flatMap((family) => family.rowIds);

describe("sortOrder", () => {
  it("puts lost cores first, then CPU", () => {
    const rows = [row(1, { cpuCores: 2 }), row(2, { lostCores: 2.9, cpuCores: 1 }), row(3, { cpuCores: 0.5 })];
    expect(ids(sortOrder(EMPTY_ORDER, byId(rows), familiesOf(rows), "lost"))).toEqual([2, 1, 3]);
  });

  it("ranks a loss that is not known like none", () => {
    const rows = [row(1, { cpuCores: 0.1 }), row(2, { lostCores: null, cpuCores: 0.9 })];
    expect(ids(sortOrder(EMPTY_ORDER, byId(rows), familiesOf(rows), "lost"))).toEqual([2, 1]);
  });

  it("keeps the old order between figures that hardly differ", () => {
    const rows = [row(1, { cpuCores: 0.5 }), row(2, { cpuCores: 0.51 })];
    const old = { families: [...familiesOf(rows)].map(({ id, memberRowIds }) => ({ id, rowIds: memberRowIds })) };
    expect(ids(sortOrder(old, byId(rows), familiesOf(rows), "cpu"))).toEqual([1, 2]);
  });

  it("puts parents first and helpers last in a family", () => {
    const family = { familyId: "pool" };
    const rows = [
      row(1, { ...family, role: "helper", cpuCores: 1 }),
      row(2, { ...family, role: "worker", cpuCores: 0.2 }),
      row(3, { ...family, role: "worker", cpuCores: 0.9 }),
      row(4, { ...family, role: "parent", cpuCores: 0 }),
    ];
    expect(ids(sortOrder(EMPTY_ORDER, byId(rows), familiesOf(rows), "lost"))).toEqual([4, 3, 2, 1]);
  });

  it("sorts names as people do", () => {
    const rows = [row(1, { name: "w-10", familyId: "a" }), row(2, { name: "w-2", familyId: "a" })];
    expect(ids(sortOrder(EMPTY_ORDER, byId(rows), familiesOf(rows), "name"))).toEqual([2, 1]);
  });

  it("keeps every row exactly once", () => {
    const anyRows = fc.uniqueArray(
      fc.record({
        rowId: fc.integer({ min: 1, max: 50 }),
        family: fc.integer({ min: 0, max: 5 }),
        cpu: fc.double({ noNaN: true, min: 0, max: 9 }),
      }),
      { selector: (entry) => entry.rowId },
    );
    fc.assert(
      fc.property(anyRows, anyRows, (before, after) => {
        const make = (entries: typeof before) =>
          entries.map(({ rowId, family, cpu }) => row(rowId, { familyId: `f${family}`, cpuCores: cpu }));
        const old = sortOrder(EMPTY_ORDER, byId(make(before)), familiesOf(make(before)), "lost");
        const rows = make(after);
        const kept = keepOrder(old, familiesOf(rows), (rowId) => byId(rows).has(rowId));
        const sorted = sortOrder(kept, byId(rows), familiesOf(rows), "lost");
        const all = rows.map((entry) => entry.rowId).sort((a, b) => a - b);
        expect(ids(kept).sort((a, b) => a - b)).toEqual(all);
        expect(ids(sorted).sort((a, b) => a - b)).toEqual(all);
      }),
    );
  });
});

describe("keepOrder", () => {
  it("moves nothing: the gone drop out, the new come last", () => {
    const old = {
      families: [
        { id: "a", rowIds: [3, 1] },
        { id: "b", rowIds: [2] },
      ],
    };
    const rows = [
      row(1, { familyId: "a" }),
      row(2, { familyId: "b" }),
      row(4, { familyId: "a" }),
      row(5, { familyId: "c" }),
    ];
    const kept = keepOrder(old, familiesOf(rows), (rowId) => rowId !== 3);
    expect(kept.families).toEqual([
      { id: "a", rowIds: [1, 4] },
      { id: "b", rowIds: [2] },
      { id: "c", rowIds: [5] },
    ]);
  });
});

describe("maySort", () => {
  const free = { pointerInside: false, keyboardInside: false, nowMs: RESORT_MS, sortedAtMs: 0 };

  it("waits between two sorts", () => {
    expect(maySort(free)).toBe(true);
    expect(maySort({ ...free, nowMs: RESORT_MS - 1 })).toBe(false);
  });

  it("never sorts under a pointer or a keyboard", () => {
    expect(maySort({ ...free, pointerInside: true })).toBe(false);
    expect(maySort({ ...free, keyboardInside: true })).toBe(false);
  });
});

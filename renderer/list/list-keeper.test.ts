import { describe, expect, it } from "vitest";
import { frameView, row } from "../testing/rows.ts";
import type { ListContent } from "./list-items.ts";
import { createListKeeper } from "./list-keeper.ts";

function keeper(selected: number | null = null) {
  let selectedRowId = selected;
  const list = createListKeeper({ selected: () => selectedRowId, sortKey: () => "lost" });
  return {
    list,
    select: (rowId: number | null) => {
      selectedRowId = rowId;
    },
  };
}

const NONE: ReadonlySet<string> = new Set();
const shown = (content: ListContent) =>
  content.items.map((item) => (item.kind === "family" ? item.familyId : item.ended ? -item.rowId : item.rowId));

describe("the list keeper", () => {
  it("sorts when figures come for the first time, and then not for a while", () => {
    const { list } = keeper();
    list.take(frameView([row(1), row(2)], { windowSeconds: 0 }), 0);
    list.take(frameView([row(1), row(2, { cpuCores: 1 })]), 500);
    expect(shown(list.content("", NONE))).toEqual([2, 1]);
    list.take(frameView([row(1, { cpuCores: 2 }), row(2, { cpuCores: 1 })]), 1500);
    expect(shown(list.content("", NONE))).toEqual([2, 1]);
    list.take(frameView([row(1, { cpuCores: 2 }), row(2, { cpuCores: 1 })]), 5600);
    expect(shown(list.content("", NONE))).toEqual([1, 2]);
  });

  it("does not sort while the pointer is over it", () => {
    const { list } = keeper();
    list.take(frameView([row(1, { cpuCores: 1 }), row(2)]), 0);
    list.setHands({ pointerInside: true });
    list.take(frameView([row(1), row(2, { cpuCores: 1 })]), 60_000);
    expect(shown(list.content("", NONE))).toEqual([1, 2]);
    list.setHands({ pointerInside: false });
    list.take(frameView([row(1), row(2, { cpuCores: 1 })]), 61_000);
    expect(shown(list.content("", NONE))).toEqual([2, 1]);
  });

  it("keeps what ended while it is selected or hands are on the list", () => {
    const { list, select } = keeper(1);
    list.take(frameView([row(1, { cpuCores: 1 }), row(2)]), 0);
    list.take(frameView([row(2)]), 1000);
    expect(shown(list.content("", NONE))).toEqual([-1, 2]);
    select(2);
    list.take(frameView([row(2)]), 2000);
    expect(shown(list.content("", NONE))).toEqual([2]);
    list.setHands({ keyboardInside: true });
    list.take(frameView([row(3)]), 3000);
    expect(shown(list.content("", NONE))).toEqual([-2, 3]);
  });

  it("heads families of more than one and folds them", () => {
    const { list } = keeper();
    const family = { familyId: "pool" };
    list.take(
      frameView([row(1, { ...family, cpuCores: 1 }), row(2, { ...family, role: "worker", parentRowId: 1 }), row(3)]),
      0,
    );
    const open = list.content("", NONE);
    expect(shown(open)).toEqual(["pool", 1, 2, 3]);
    expect(open.items.map((item) => (item.kind === "runtime" ? item.depth : null))).toEqual([null, 1, 2, 0]);
    expect(shown(list.content("", new Set(["pool"])))).toEqual(["pool", 3]);
    expect(shown(list.content("app-2", NONE))).toEqual(["pool", 2]);
    expect(list.content("app-2", NONE)).toMatchObject({ runtimes: 3, shownRuntimes: 1 });
  });

  it("hands out the same content while nothing that is drawn changed", () => {
    const { list } = keeper();
    list.take(frameView([row(1), row(2)]), 0);
    const before = list.content("", NONE);
    const rowBefore = list.rows.get(1);
    list.take(frameView([row(1, { cpuCores: 0.001 }), row(2)]), 1000);
    expect(list.content("", NONE)).toBe(before);
    expect(list.rows.get(1)).toBe(rowBefore);
  });

  it("lays runtimes out by family or in one order, with or without helpers", () => {
    const { list } = keeper();
    const rows = [
      row(1, { familyId: "pool", cpuCores: 0.1 }),
      row(2, { familyId: "pool", role: "worker", parentRowId: 1, cpuCores: 0.9 }),
      row(3, { familyId: "pool", role: "helper", parentRowId: 1 }),
      row(4, { cpuCores: 0.5 }),
    ];
    list.take(frameView(rows), 0);
    expect(shown(list.content("", NONE))).toEqual(["pool", 1, 2, 3, 4]);
    expect(list.setShape({ flat: true, hideHelpers: false })).toBe(true);
    list.take(frameView(rows), 1000, true);
    expect(shown(list.content("", NONE))).toEqual([2, 4, 1, 3]);
    expect(list.setShape({ flat: true, hideHelpers: true })).toBe(true);
    expect(list.content("", NONE)).toMatchObject({ runtimes: 4, shownRuntimes: 3 });
    expect(list.setShape({ flat: true, hideHelpers: true })).toBe(false);
  });
});

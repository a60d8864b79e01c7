import { describe, expect, it } from "vitest";
import { advance, initialState } from "../advance.ts";
import { simulate } from "../testing/sample-builder.ts";
import { BUSY_MACHINE, FOUR_ON_ONE_GIL } from "../testing/scenarios.ts";
import { THREAD_STATE_COUNT } from "../thread/thread-state.ts";
import { viewOf } from "./view-of.ts";

const { header, samples } = simulate(BUSY_MACHINE, 6);
let state = initialState(header);
for (const sample of samples) state = advance(state, sample).state;
const frame = state.frame;

describe("viewOf", () => {
  it("has a row for every runtime and threads only of the selected one", () => {
    if (frame === null) throw new Error("no frame");
    const selected = frame.runtimes.find(({ pid }) => pid === FOUR_ON_ONE_GIL.pid);
    const view = viewOf(frame, selected?.rowId ?? null);
    expect(view.rows).toHaveLength(frame.runtimes.length);
    expect(view.selected?.threads.length).toBe(5);
    expect(view.selected?.threads.states).toHaveLength(5 * THREAD_STATE_COUNT);
    expect([...(view.selected?.threads.tid ?? [])]).toEqual([4100, 4101, 4102, 4103, 4104]);
    expect(view.selected?.family.memberRowIds).toContain(selected?.rowId);
    expect(view.rows.find(({ pid }) => pid === FOUR_ON_ONE_GIL.pid)?.gilBoundThreads).toBe(4);
    expect(view.rows[0]?.searchText).toContain("train.py");
  });

  it("has a row for what ended inside a range, in its family, and shows it when it is selected", () => {
    if (frame === null) throw new Error("no frame");
    const [gone, ...alive] = frame.runtimes;
    if (gone === undefined) throw new Error("no runtime");
    const families = frame.families.filter(({ id }) => id !== gone.familyId);
    const ended = { endings: [{ frame: { ...frame, wallMs: 5 }, rowIds: new Set([gone.rowId]) }], leftOut: 2 };
    const view = viewOf({ ...frame, runtimes: alive, families }, gone.rowId, ended);
    expect(view.rows.filter(({ endedWallMs }) => endedWallMs === 5).map(({ rowId }) => rowId)).toEqual([gone.rowId]);
    expect(view.rows).toHaveLength(frame.runtimes.length);
    expect(view.families.find(({ id }) => id === gone.familyId)?.memberRowIds).toEqual([gone.rowId]);
    expect(view.selected?.runtime.rowId).toBe(gone.rowId);
    expect(view.endedLeftOut).toBe(2);
  });

  it("selects nothing that is not there", () => {
    if (frame === null) throw new Error("no frame");
    expect(viewOf(frame, null).selected).toBeNull();
    expect(viewOf(frame, 99_999).selected).toBeNull();
  });
});

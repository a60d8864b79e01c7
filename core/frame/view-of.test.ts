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

  it("selects nothing that is not there", () => {
    if (frame === null) throw new Error("no frame");
    expect(viewOf(frame, null).selected).toBeNull();
    expect(viewOf(frame, 99_999).selected).toBeNull();
  });
});

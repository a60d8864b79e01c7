import { describe, expect, it } from "vitest";
import { advance, initialState } from "../core/advance.ts";
import type { RuntimeRow } from "../core/frame/view.ts";
import { viewOf } from "../core/frame/view-of.ts";
import { SimulatedSession } from "../core/testing/sample-builder.ts";
import { FOUR_ON_ONE_GIL, SLEEPERS } from "../core/testing/scenarios.ts";
import { runtimeTable } from "./runtime-table.ts";
import { stacksText } from "./stack-text.ts";
import { verdictMarkdown } from "./verdict-markdown.ts";

const session = new SimulatedSession(8);
let state = initialState(session.header);
for (let second = 0; second < 7; second += 1) {
  state = advance(state, session.step({ processes: [FOUR_ON_ONE_GIL, SLEEPERS] })).state;
}
const frame = state.frame;
if (frame === null) throw new Error("no frame");
const [runtime] = frame.runtimes;
if (runtime === undefined) throw new Error("no runtime");

describe("what is copied", () => {
  it("is a table that spreadsheets paste, with nothing in it that acts", () => {
    const { rows } = viewOf(frame, null);
    const hostile: RuntimeRow = { ...rows[0]!, name: "=cmd|'/C calc'!A0\t\u001b[31m\nx", cpuCores: null };
    const lines = runtimeTable([...rows, hostile]).split("\n");
    expect(lines[0]?.split("\t").slice(0, 2)).toEqual(["name", "pid"]);
    expect(lines[1]).toContain("train.py\t4100\tCPython");
    expect(lines).toHaveLength(rows.length + 3);
    expect(lines[rows.length + 1]).toMatch(/^'=cmd/);
    expect(lines[rows.length + 1]).toContain("\\t\\x1b[31m\\nx\t");
    expect(new Set(lines.slice(0, -1).map((line) => line.split("\t").length)).size).toBe(1);
  });

  it("is a verdict as Markdown in which names stay text", () => {
    const markdown = verdictMarkdown({ ...runtime, name: "[x](http://evil) <b>*a*" });
    expect(markdown).toContain("GIL-bound");
    expect(markdown).toContain("\n- ");
    expect(markdown).not.toMatch(/(?<!\\)<b>|(?<!\\)\[x|http:\/\//);
  });

  it("is a stack for each thread, innermost function first", () => {
    const thread = { threadRowId: 1, tid: 4101, name: "worker-0", readAtMs: 0, inGarbageCollection: true };
    const text = stacksText("train.py", 4100, {
      state: "read",
      wallMs: 0,
      threads: [
        { ...thread, frames: [{ functionName: "score\u001b", file: "rank.py", line: 88 }] },
        { ...thread, inGarbageCollection: null, frames: [] },
      ],
    });
    expect(text).toContain('Thread 4101 "worker-0", collecting garbage\n    score\\x1b (rank.py:88)\n');
    expect(text).toContain("(no Python)");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SimulatedMachine, simulate } from "../../core/testing/sample-builder.ts";
import { BUSY_MACHINE, FOUR_ON_ONE_GIL, SPAWN_POOL } from "../../core/testing/scenarios.ts";
import { replay } from "../../sampler/source.ts";
import { displayWidth } from "../terminal-text.ts";
import { sparkline, stateBar } from "./bars.ts";
import { keysOf } from "./keys.ts";
import { topScreen } from "./screen.ts";
import { afterKey, FIRST_STATE, rowsOf, type Shown, type TopState } from "./state.ts";
import { styleFor } from "./style.ts";

const HOSTILE: SimulatedMachine = {
  processes: [
    {
      ...FOUR_ON_ONE_GIL,
      commandLine: ["python3", "\u001b]0;owned\u0007\u001b[2J\u202e漢字漢字漢字漢字漢字漢字.py"],
      threads: FOUR_ON_ONE_GIL.threads.map((thread) => ({ ...thread, name: "\u001b[31m\u0007x" })),
    },
  ],
};

function frameOf(machine: SimulatedMachine) {
  const { header, samples } = simulate(machine, 8);
  return replay(header, samples)!;
}

const busy = frameOf(BUSY_MACHINE);
const NO_SPARKS = { rowIds: [], points: 8, cpuCores: new Float32Array() };
// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences this program writes itself
const OWN = /\u001b\[[0-9;]*m/g;

function screen(machineFrame: typeof busy, columns: number, lines: number, state: TopState = FIRST_STATE) {
  return topScreen({
    frame: machineFrame,
    rows: rowsOf(machineFrame, state),
    state,
    sparklines: NO_SPARKS,
    title: "orion",
    live: true,
    columns,
    lines,
    style: styleFor({}),
  });
}

function shownOf(state: TopState): Shown {
  return {
    rows: rowsOf(busy, state),
    pageRows: 5,
    wallMs: busy.wallMs,
    firstMs: busy.wallMs - 9000,
    lastMs: busy.wallMs,
  };
}

function typed(text: string, from: TopState = FIRST_STATE): TopState {
  return keysOf(text).reduce((state, key) => {
    const next = afterKey(state, key, shownOf(state));
    if (next === "quit") throw new Error("quit");
    return next;
  }, from);
}

describe("the screen", () => {
  it("has exactly so many lines, none too wide, at any size, whatever names say", () => {
    const hostile = frameOf(HOSTILE);
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 220 }),
        fc.integer({ min: 5, max: 70 }),
        fc.boolean(),
        (columns, lines, help) => {
          for (const frame of [busy, hostile]) {
            const drawn = screen(frame, columns, lines, { ...FIRST_STATE, help });
            expect(drawn).toHaveLength(lines);
            for (const line of drawn) {
              const bare = line.replace(OWN, "");
              expect(bare).not.toMatch(/[\p{Cc}\p{Cf}]/u);
              if (columns >= 80) expect(displayWidth(bare)).toBeLessThanOrEqual(columns);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("shows verdict, figures and the sentence of what is selected", () => {
    const text = screen(busy, 80, 24).join("\n").replace(OWN, "");
    expect(text).toMatch(/> +4100 GIL-bound +\d\.\d\d +0\.99 .*train\.py/);
    expect(text).toMatch(/wait for one GIL: together they want/);
    expect(text).toContain("q quit");
    const wide = screen(busy, 200, 50).join("\n").replace(OWN, "");
    expect(wide).toContain("MEMORY");
    expect(wide).toContain("multiprocessing");
  });

  it("draws no colour with NO_COLOR, and says as much", () => {
    const style = styleFor({ NO_COLOR: "1" });
    expect(style.verdict("gil-bound", "x") + style.state("gilWait", "x")).toBe("xx");
    expect(stateBar([0.25, 0, 0, 0.75, 0, 0, 0, 0, 0, 0, 0], 8, style)).toBe("██xxxxxx");
  });

  it("draws bars of exactly their width", () => {
    const style = styleFor({ NO_COLOR: "1" });
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 11, maxLength: 11 }), (raw) => {
        const total = raw.reduce((sum, value) => sum + value, 0);
        const shares = raw.map((value) => (total > 1e-9 ? value / total : 0));
        expect(stateBar(shares, 10, style)).toHaveLength(10);
      }),
    );
    expect(sparkline(Float32Array.of(Number.NaN, 0, 0.5, 1))).toBe(" ▁▅█");
  });
});

describe("keys", () => {
  it("are read from what terminals send", () => {
    expect(keysOf("q\u001b[A\u001bOB\u001b[6~\u001b\u0003é/\u001b[1;5C\r")).toEqual([
      "q",
      "up",
      "down",
      "page-down",
      "escape",
      "interrupt",
      "é",
      "/",
      "enter",
    ]);
    fc.assert(fc.property(fc.string(), (text) => keysOf(text).every((key) => !/[\p{Cc}]/u.test(key))));
  });

  it("select, sort, filter, pause, seek and quit", () => {
    const rows = rowsOf(busy, FIRST_STATE);
    expect(typed("j\u001b[B").selected).toBe(rows[2]!.runtime.rowId);
    expect(typed("G").selected).toBe(rows.at(-1)!.runtime.rowId);
    expect(typed("Gg").selected).toBe(rows[0]!.runtime.rowId);
    const byCpu = typed("s");
    expect(byCpu.sort).toBe("cpu");
    const heads = rowsOf(busy, typed("sssss")).filter(({ depth }) => depth === 0);
    expect(heads.map(({ runtime }) => runtime.pid)).toEqual(
      heads.map(({ runtime }) => runtime.pid).sort((a, b) => a - b),
    );
    const filtered = typed("/Train gil\r");
    expect(filtered).toMatchObject({ filter: "Train gil", editing: false });
    expect(rowsOf(busy, filtered).map(({ runtime }) => runtime.pid)).toEqual([4100]);
    expect(typed("/ab\u007f\u001b").filter).toBe("");
    const paused = typed(" \u001b[D\u001b[D");
    expect(paused.pausedAtMs).toBe(busy.wallMs - 2000);
    expect(typed(" ", paused).pausedAtMs).toBeNull();
    expect(afterKey(FIRST_STATE, "q", shownOf(FIRST_STATE))).toBe("quit");
    expect(afterKey(typed("/q"), "interrupt", shownOf(FIRST_STATE))).toBe("quit");
  });

  it("keep the selection through other orders, and families together", () => {
    const frame = frameOf({ processes: [...SPAWN_POOL, FOUR_ON_ONE_GIL] });
    const rows = rowsOf(frame, { ...FIRST_STATE, sort: "cpu" });
    const members = rows.flatMap(({ runtime }, index) => (runtime.pid >= 5200 ? [index] : []));
    expect(members.at(-1)! - members[0]!).toBe(members.length - 1);
  });
});

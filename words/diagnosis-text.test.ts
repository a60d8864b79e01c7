import { describe, expect, it } from "vitest";
import { advance, initialState } from "../core/advance.ts";
import { type SimulatedProcess, simulate } from "../core/testing/sample-builder.ts";
import * as scenarios from "../core/testing/scenarios.ts";
import { diagnosisText } from "./diagnosis-text.ts";

function textOf(process: SimulatedProcess): string {
  const { header, samples } = simulate({ processes: [process] }, 6);
  let state = initialState(header);
  for (const sample of samples) state = advance(state, sample).state;
  const runtime = state.frame?.runtimes[0];
  if (runtime === undefined || state.frame === null) throw new Error("no runtime");
  return diagnosisText(runtime, state.frame.wallMs);
}

describe("diagnosisText", () => {
  it("says what it is, why, and what would help", () => {
    expect(textOf({ ...scenarios.FOUR_ON_ONE_GIL, rung: "memory" })).toMatchInlineSnapshot(`
      "train.py  pid 4100 · CPython 3.12.1 · 5 threads
      GIL-bound: Four threads wait for one GIL: together they want 3.88 cores but take turns and use 0.99 over the last 5.0 s.

        · Some thread holds the GIL 97 % of the time (± 1.5 points).
        · Four threads spend 69 % of their time waiting for the GIL.
        · Total CPU is 0.99 cores while 3.8 threads want to run at any time.
        · The GIL changes hands 198 times a second; the switch interval is 5 ms.
        · A hold lasts 5 ms on average, the switch interval: threads are made to hand the GIL over, none lets go by itself.
        · 3.01 cores of 4 are idle, and no limit keeps this program from them.
        · Threads that could run wait for a CPU 5 % of the time: the CPUs are not the limit.
        · Threads were looked at 505 times in 5.0 s, and the GIL was read from memory.

      What would help:
        · Move the work to processes (multiprocessing, concurrent.futures.ProcessPoolExecutor): 0.99 → 3.88 cores, at the price of each process's own memory.
        · Or move the hot part to code that releases the GIL (NumPy, Cython with nogil, a C extension): up to 3.88 cores.
        · Or run a free-threaded build of Python (this is 3.12.1; such builds exist from 3.13 on): 0.99 → 3.88 cores, where the extension modules in use support it.
        · Or run the work in sub-interpreters, each with a GIL of its own (concurrent.futures.InterpreterPoolExecutor from 3.14 on; this is 3.12.1): 0.99 → 3.88 cores, where the extension modules in use support it.

      Who holds the GIL, of the time it was held (of 124 moments seen):
           25 %  worker-0
           25 %  worker-1
           25 %  worker-2
           25 %  worker-3

      Memory:
        · Its memory maps are not known: This system or interpreter does not offer it.

      Uses 0.99 cores, wants 3.88 cores, may use 4.00 cores; the GIL costs 2.78 cores.
      Measured: the GIL was read, 91 % sure, over 5.0 s; it has held for 6.0 s or longer.
      "
    `);
  });

  it("says why the GIL was not read", () => {
    const futex = { ...scenarios.FOUR_ON_ONE_GIL, rung: "futex" } as const;
    expect(textOf(futex)).not.toContain("is not read");
    expect(textOf({ ...futex, probeObstacle: "unknown-layout" })).toContain(
      "for what they were waiting for. The memory layout of this interpreter is not known, so its GIL is not read.",
    );
  });

  it("promises PyPy nothing that only CPython has", () => {
    const text = textOf({
      ...scenarios.FOUR_ON_ONE_GIL,
      rung: "futex",
      python: { implementation: "PyPy", version: "3.11" },
    });
    expect(text).toContain("so PyPy's GIL is not read");
    expect(text).toContain("Move the work to processes");
    expect(text).not.toMatch(/free-threaded|sub-interpreters|every 5 ms/);
    expect(textOf({ ...scenarios.FOUR_ON_ONE_GIL, rung: "futex" })).toContain("every 5 ms, unless changed");
  });

  it("has no empty figure for any usual case", () => {
    const all = Object.values(scenarios).filter(
      (value): value is SimulatedProcess => typeof value === "object" && "pid" in value,
    );
    expect(all.length).toBeGreaterThan(8);
    for (const process of all.filter(({ python }) => python !== null)) {
      const text = textOf(process);
      expect(text).not.toMatch(/undefined|null|NaN|\[object| {3}· *$/m);
      expect(text.endsWith("\n")).toBe(true);
    }
  });
});

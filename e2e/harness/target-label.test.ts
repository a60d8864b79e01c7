import { join } from "node:path";
import { expect, test } from "vitest";
import { VERDICT_IDS } from "../../core/verdict/verdict.ts";
import { parseLabels, readLabels, splitOf } from "./target-label.ts";

const labels = readLabels(join(import.meta.dirname, "..", "targets"));

test("a variant takes over what it does not change", () => {
  const source = `"""What it does.

label: gil-bound
asleep: gil 0.5-1
conditions: quota=0.5
variants:
  more: threads=8 label=quota-limited asleep=lock:0.2-0.4
"""`;
  const [base, more] = parseLabels("/somewhere/gil_some.py", source);
  expect(base).toMatchObject({
    name: "gil_some",
    what: "What it does.",
    verdict: "gil-bound",
    asleep: { for: "gil", least: 0.5, most: 1 },
    conditions: { quotaCores: 0.5, affinityCpus: null, foreignPerCpu: 0 },
    parameters: {},
  });
  expect(more).toMatchObject({
    name: "gil_some.more",
    program: "gil_some",
    verdict: "quota-limited",
    asleep: { for: "lock", least: 0.2, most: 0.4 },
    conditions: { quotaCores: 0.5 },
    parameters: { threads: "8" },
  });
  expect(more?.split).toBe(base?.split);
});

test("a label that is no verdict is refused", () => {
  expect(() => parseLabels("/x.py", '"""What.\n\nlabel: slow\n"""')).toThrow("not a verdict");
});

test("the corpus is large, names each program once and covers every verdict that is not the lack of one, in both halves", () => {
  expect(labels.length).toBeGreaterThanOrEqual(120);
  expect(new Set(labels.map(({ name }) => name)).size).toBe(labels.length);
  for (const id of VERDICT_IDS.filter((verdict) => verdict !== "undetermined")) {
    const some = labels.filter(({ verdict }) => verdict === id);
    expect(new Set(some.map(({ split }) => split)), id).toEqual(new Set(["tune", "report"]));
  }
});

test("the halves are fixed by the program's name and about as large", () => {
  expect(splitOf("gil_four_threads")).toBe(splitOf("gil_four_threads"));
  const tuned = labels.filter(({ split }) => split === "tune").length / labels.length;
  expect(tuned).toBeGreaterThan(0.35);
  expect(tuned).toBeLessThan(0.65);
});

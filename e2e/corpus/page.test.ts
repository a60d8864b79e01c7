import { expect, test } from "vitest";
import { pageOf } from "./page.ts";
import { parseResults, type TrialResult } from "./result.ts";
import { bootstrapMean, median, wilson } from "./statistics.ts";
import { matrixOf, tallyOf, trialsOf } from "./summary.ts";

const RIGHT: TrialResult = {
  kind: "trial",
  name: "gil_four_threads",
  program: "gil_four_threads",
  split: "tune",
  python: "3.12.1",
  condition: "quiet",
  rights: "full",
  run: 1,
  declared: "gil-bound",
  label: "gil-bound",
  accepted: ["gil-bound"],
  said: "gil-bound",
  outcome: "right",
  basis: "measured",
  confidence: 0.9,
  sentence: "Four threads take turns.",
  firstRightSeconds: 1.2,
  stableSeconds: 1.2,
  othersCores: 0.05,
};
const FIXTURE = [
  {
    kind: "session",
    command: "verdicts -- --pythons 3.12",
    date: "2026-01-01",
    version: "0123456789",
    node: "v20.0.0",
    kernel: "6.1.0",
    cpuModel: "A processor",
    cpus: 2,
    memoryBytes: 8 * 2 ** 30,
  },
  RIGHT,
  {
    ...RIGHT,
    name: "single_main",
    split: "report",
    label: "single-threaded",
    declared: "single-threaded",
    accepted: ["single-threaded"],
    outcome: "wrong",
    sentence: "a | b <script>",
  },
  {
    ...RIGHT,
    name: "gil_churn",
    said: "undetermined",
    outcome: "undetermined",
    firstRightSeconds: null,
    stableSeconds: null,
  },
  { ...RIGHT, condition: "load", said: "cpu-starved", label: "gil-bound", accepted: ["gil-bound", "cpu-starved"] },
  { ...RIGHT, rights: "none", said: null, outcome: "undetermined" },
  {
    kind: "held",
    python: "3.12.1",
    condition: "quiet",
    duty: 0.3,
    periodMs: 20,
    who: "gilscope",
    rateHz: 100,
    truth: 0.3,
    measured: 0.31,
    standardError: 0.01,
  },
  {
    kind: "slowdown",
    python: "3.12.1",
    work: "python",
    who: "gilscope",
    rateHz: 500,
    pairs: 200,
    mean: 0.001,
    low: -0.002,
    high: 0.004,
    proberCores: 0.012,
    achievedHz: 498,
  },
  { kind: "skipped", what: "gil_load on Python 3.12", reason: "it does not load" },
];
const text = `${FIXTURE.map((line) => JSON.stringify(line)).join("\n")}\n`;

test("a results file survives a run that was cut short", () => {
  expect(parseResults(`${text}{"kind":"tri`)).toHaveLength(FIXTURE.length);
  expect(() => parseResults(`{"kind":"other"}\n${text}`)).toThrow();
});

test("undetermined is counted apart, and a verdict on the other side of a near border line is right", () => {
  const tally = tallyOf(trialsOf(parseResults(text)));
  expect(tally).toMatchObject({
    trials: 5,
    right: 2,
    wrong: 1,
    undetermined: 2,
    nearBorder: 1,
    firstRightSeconds: 1.2,
  });
  expect(tally.rightRatio).toBeCloseTo(2 / 3);
  const starved = matrixOf(trialsOf(parseResults(text))).find(({ label }) => label === "cpu-starved");
  expect(starved?.said.reduce((sum, count) => sum + count)).toBe(1);
});

test("the page holds every figure, the halves apart, and what went wrong in words", () => {
  const page = pageOf(parseResults(text));
  expect(page).toContain("npm run bench:verdicts -- --pythons 3.12");
  expect(page).toContain("| 3.12.1, quiet | 3 | 3 | 1 | 1 | 1 (33.3 %) | 50.0 % |");
  expect(page).toContain("| 3.12.1, quiet, without rights |");
  expect(page).toContain("| tune, quiet |");
  expect(page).toContain("| report, quiet |");
  expect(page).toContain("`gil-bound` said of a program with one working thread: 1 of 1 runs");
  expect(page).toContain("a \\| b &lt;script>");
  expect(page).toContain("| 0.9 and more | 2 | 3 | 2 | 1 |");
  expect(page).toContain("| gilscope | 500 Hz (498) | python | 3.12.1 | 200 | +0.10 % | −0.20 % … +0.40 % | 1.2 % |");
  expect(page).toContain("| gilscope | quiet | 1 | 1.0 points | 1.0 points | 1 of 1 |");
  expect(page).toContain("Undetermined without rights in 1 runs: gil_four_threads.");
  expect(page).toContain("- gil_load on Python 3.12: it does not load");
  expect(page).not.toMatch(/NaN|undefined|null/);
});

test("nothing measured makes a page that says nothing", () => {
  expect(pageOf([])).not.toMatch(/NaN|undefined|null/);
});

test("statistics", () => {
  const [low, high] = wilson(98, 100);
  expect(low).toBeCloseTo(0.93, 2);
  expect(high).toBeCloseTo(0.994, 2);
  expect(wilson(0, 0)).toEqual([0, 1]);
  expect(median([3, null, 1, 2])).toBe(2);
  expect(median([1, 2])).toBe(1.5);
  expect(median([null])).toBeNull();
  const same = bootstrapMean([0.1, 0.1, 0.1]);
  expect(same.low).toBeCloseTo(0.1);
  expect(same.high).toBeCloseTo(0.1);
});

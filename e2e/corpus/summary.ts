import { VERDICT_IDS, type VerdictId } from "../../core/verdict/verdict.ts";
import type { Result, TrialResult } from "./result.ts";
import { median, wilson } from "./statistics.ts";

/** Figures of some trials. */
export interface Tally {
  readonly trials: number;
  readonly programs: number;
  readonly right: number;
  readonly wrong: number;
  readonly undetermined: number;
  /** Right ones of those that were decided, and the ends of the Wilson interval; 0 … 1. */
  readonly rightRatio: number;
  readonly low: number;
  readonly high: number;
  readonly firstRightSeconds: number | null;
  readonly stableSeconds: number | null;
  /** Median of the cores that others used meanwhile. */
  readonly othersCores: number | null;
  /** Trials whose figures lie so near a border line that both sides count as right. */
  readonly nearBorder: number;
}

/** Counts trials. */
export function tallyOf(trials: readonly TrialResult[]): Tally {
  const count = (outcome: TrialResult["outcome"]): number => trials.filter((trial) => trial.outcome === outcome).length;
  const right = count("right");
  const wrong = count("wrong");
  const [low, high] = wilson(right, right + wrong);
  return {
    trials: trials.length,
    programs: new Set(trials.map(({ name }) => name)).size,
    right,
    wrong,
    undetermined: count("undetermined"),
    rightRatio: right / (right + wrong),
    low,
    high,
    firstRightSeconds: median(trials.map(({ firstRightSeconds }) => firstRightSeconds)),
    stableSeconds: median(trials.map(({ stableSeconds }) => stableSeconds)),
    othersCores: median(trials.map(({ othersCores }) => othersCores)),
    nearBorder: trials.filter(({ accepted }) => accepted.length > 1).length,
  };
}

/** One line of a confusion matrix: how often each verdict was said of programs of one label. */
export interface MatrixRow {
  readonly label: VerdictId;
  readonly said: readonly number[];
}

/**
 * Confusion matrix over `VERDICT_IDS`, with the labels that occur. A trial near a border line whose verdict is one of the sides
 * stands under that side. What was never seen counts as undetermined.
 */
export function matrixOf(trials: readonly TrialResult[]): readonly MatrixRow[] {
  const labelOf = (trial: TrialResult): VerdictId =>
    trial.outcome === "right" && trial.said !== null ? trial.said : trial.label;
  return VERDICT_IDS.flatMap((label) => {
    const row = trials.filter((trial) => labelOf(trial) === label);
    if (row.length === 0) return [];
    return [{ label, said: VERDICT_IDS.map((id) => row.filter(({ said }) => (said ?? "undetermined") === id).length) }];
  });
}

/** The trials of a results file. */
export function trialsOf(results: readonly Result[]): readonly TrialResult[] {
  return results.filter((result): result is TrialResult => result.kind === "trial");
}

/** Values of a key, each with the trials that have it, in the order in which they first occur. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** What a person at the terminal wants to know of all results so far. */
export function summaryOf(results: readonly Result[]): string {
  const trials = trialsOf(results);
  const lines: string[] = [];
  for (const [name, group] of groupBy(trials, ({ condition, python, rights }) =>
    [python, condition, rights === "full" ? "" : "without rights"].join(" ").trim(),
  )) {
    lines.push("", `== ${name}: ${lineOf(tallyOf(group))}`);
    for (const split of ["tune", "report"] as const) {
      lines.push(`   ${split} half: ${lineOf(tallyOf(group.filter((trial) => trial.split === split)))}`);
    }
    lines.push(...matrixLines(matrixOf(group)));
  }
  return lines.join("\n");
}

function lineOf(tally: Tally): string {
  const share = (ratio: number): string => (Number.isNaN(ratio) ? "–" : `${(ratio * 100).toFixed(1)} %`);
  const seconds = (value: number | null): string => (value === null ? "–" : `${value.toFixed(1)} s`);
  return `${tally.right} of ${tally.right + tally.wrong} decided right (${share(tally.rightRatio)}, ${share(tally.low)}–${share(tally.high)}), ${tally.undetermined} of ${tally.trials} undetermined, ${tally.nearBorder} near a border line; first right after ${seconds(tally.firstRightSeconds)}, stable after ${seconds(tally.stableSeconds)}`;
}

function matrixLines(rows: readonly MatrixRow[]): readonly string[] {
  const head = `${"label \\ said".padEnd(18)}${VERDICT_IDS.map((id) => id.slice(0, 10).padStart(12)).join("")}`;
  return [
    head,
    ...rows.map(
      ({ label, said }) =>
        `${label.padEnd(18)}${said.map((count) => String(count === 0 ? "·" : count).padStart(12)).join("")}`,
    ),
  ];
}

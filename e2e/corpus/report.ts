import { VERDICT_IDS } from "../../core/verdict/verdict.ts";
import type { Trial } from "./trial.ts";

const Z_95 = 1.96;

/** Wilson score interval of a proportion at 95 %: lower and upper bound. */
export function wilson(successes: number, trials: number): readonly [number, number] {
  if (trials === 0) return [0, 1];
  const p = successes / trials;
  const z2 = (Z_95 * Z_95) / trials;
  const centre = p + z2 / 2;
  const spread = Z_95 * Math.sqrt((p * (1 - p)) / trials + z2 / (4 * trials));
  return [(centre - spread) / (1 + z2), (centre + spread) / (1 + z2)];
}

/** Prints the confusion matrix, the shares with their intervals, and the times to the right verdict. */
export function printReport(trials: readonly Trial[]): void {
  for (const split of ["tune", "report"] as const) {
    const some = trials.filter(({ label }) => label.split === split);
    if (some.length === 0) continue;
    const right = some.filter((trial) => trial.right).length;
    const undetermined = some.filter((trial) => trial.verdict === "undetermined").length;
    const decided = some.length - undetermined;
    const [low, high] = wilson(right, decided);
    console.log(
      `\n${split} half: ${right} of ${decided} decided right (${share(right, decided)}, 95 % interval ${low.toFixed(3)}–${high.toFixed(3)}), ${undetermined} of ${some.length} undetermined`,
    );
  }
  printMatrix(trials);
  console.log(`median time to the first right verdict: ${median(trials.map((trial) => trial.firstRightSeconds))} s`);
  console.log(`median time to a stable verdict: ${median(trials.map((trial) => trial.stableSeconds))} s`);
}

function printMatrix(trials: readonly Trial[]): void {
  console.log(`\n${"label \\ said".padEnd(18)}${VERDICT_IDS.map((id) => id.slice(0, 10).padStart(12)).join("")}`);
  for (const label of VERDICT_IDS) {
    const row = trials.filter((trial) => trial.label.verdict === label);
    if (row.length === 0) continue;
    const cells = VERDICT_IDS.map((said) => {
      const count = row.filter((trial) => trial.verdict === said).length;
      return String(count === 0 ? "·" : count).padStart(12);
    });
    console.log(`${label.padEnd(18)}${cells.join("")}`);
  }
}

function share(part: number, whole: number): string {
  return whole === 0 ? "–" : `${((part / whole) * 100).toFixed(1)} %`;
}

function median(values: readonly (number | null)[]): string {
  const known = values.filter((value): value is number => value !== null).sort((a, b) => a - b);
  const middle = known[Math.floor(known.length / 2)];
  return middle === undefined ? "–" : middle.toFixed(1);
}

import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEngine } from "../../sampler/engine.ts";
import { defaultPython, pyenvPythons } from "../harness/pythons.ts";
import { quotaGroupsPossible } from "../harness/quota-group.ts";
import { readLabels } from "../harness/target.ts";
import { printReport } from "./report.ts";
import { runTrial, type Trial } from "./trial.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    pythons: { type: "string" },
    runs: { type: "string", default: "1" },
    split: { type: "string" },
    verbose: { type: "boolean", default: false },
  },
});

const wanted = values.only === undefined ? null : new RegExp(values.only);
const labels = readLabels(join(process.cwd(), "e2e", "targets"))
  .filter(({ name }) => wanted?.test(name) ?? true)
  .filter(({ split }) => values.split === undefined || split === values.split)
  .filter(({ conditions, name }) => {
    const possible = conditions.quotaCores === null || quotaGroupsPossible();
    if (!possible) console.log(`skipped ${name}: making a cgroup needs root and a CPU controller`);
    return possible;
  });
const minors = values.pythons?.split(",");
const pythons =
  minors === undefined
    ? [defaultPython()]
    : pyenvPythons()
        .filter(({ minorVersion }) => minors.includes(minorVersion))
        .map(({ path }) => path);

async function main(): Promise<void> {
  const engine = await startEngine({
    intervalMs: 1000,
    workersDirectory: __dirname,
    threadScope: "runtimes",
    programVersion: "corpus",
    probe: true,
  });
  const trials: Trial[] = [];
  for (let run = 0; run < Number(values.runs); run += 1) {
    for (const python of pythons) {
      for (const label of labels) {
        const trial = await runTrial(engine, label, python);
        trials.push(trial);
        const mark = trial.right ? "right" : trial.verdict === "undetermined" ? "undetermined" : "WRONG";
        console.log(
          `${mark.padEnd(12)} ${label.name.padEnd(28)} said ${trial.verdict ?? "nothing"} (${trial.runtime?.verdict.basis ?? "–"}, ${trial.confidence.toFixed(2)}), label ${label.verdict}`,
        );
        if (values.verbose || !trial.right) console.log(JSON.stringify(trial.runtime?.verdict ?? null));
      }
    }
  }
  await engine.stop();
  printReport(trials);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

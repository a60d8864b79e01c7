import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { quotaGroupsPossible } from "../harness/quota-group.ts";
import { messageOf, runMain } from "../harness/run-main.ts";
import { startForeignLoad } from "../harness/target.ts";
import { readLabels, type TargetLabel } from "../harness/target-label.ts";
import { parseOptions } from "./options.ts";
import { installPackages } from "./packages.ts";
import { pageOf } from "./page.ts";
import { type CorpusPython, corpusPythons, unmetNeed } from "./pythons.ts";
import { type Recorder, recorderTo, reopenResults, type Skip, type TrialResult } from "./result.ts";
import { sessionFacts } from "./session.ts";
import { summaryOf } from "./summary.ts";
import { runTrial, WATCH_SECONDS } from "./trial.ts";
import { mayGiveUpRights, startWatch, type Watch } from "./watch.ts";

const values = parseOptions({
  only: { type: "string" },
  pythons: { type: "string", default: "3.12" },
  runs: { type: "string", default: "1" },
  split: { type: "string" },
  minutes: { type: "string" },
  load: { type: "boolean", default: false },
  unprivileged: { type: "boolean", default: false },
  fresh: { type: "boolean", default: false },
  report: { type: "boolean", default: false },
  results: { type: "string", default: join(".cache", "verdicts.ndjson") },
  page: { type: "string", default: join("docs", "verdicts.md") },
  packages: { type: "string", default: join(".cache", "corpus") },
});

/** Foreign computing programs beside the corpus under `--load`. */
const LOAD_PROGRAMS = 2;
/** What a job takes with its start and end. */
const JOB_SECONDS = WATCH_SECONDS + 0.6;
/** Programs that hardly use a CPU are run beside each other, so many at once. */
const AT_ONCE = 4;

interface Job {
  readonly label: TargetLabel;
  readonly python: CorpusPython;
  readonly run: number;
}

/** Jobs of one Python in an order that has nothing to do with their names, so that a run cut short is a fair part of the whole. */
function jobsOf(labels: readonly TargetLabel[], python: CorpusPython, run: number): readonly (readonly Job[])[] {
  const shuffled = [...labels].sort((a, b) => scatter(a.name, run) - scatter(b.name, run));
  const light = shuffled.filter(isLight);
  const alone = shuffled.filter((label) => !isLight(label)).map((label) => [{ label, python, run }]);
  const together: Job[][] = [];
  for (let i = 0; i < light.length; i += AT_ONCE) {
    together.push(light.slice(i, i + AT_ONCE).map((label) => ({ label, python, run })));
  }
  const batches = [...alone, ...together];
  return batches.sort((a, b) => scatter(a[0]?.label.name ?? "", run) - scatter(b[0]?.label.name ?? "", run));
}

function isLight({ verdict, childVerdict, conditions }: TargetLabel): boolean {
  return (verdict === "idle" || verdict === "io-bound") && childVerdict === null && conditions.foreignPerCpu === 0;
}

function scatter(name: string, run: number): number {
  let hash = 2166136261 + run;
  for (const character of name) hash = Math.imul(hash ^ character.charCodeAt(0), 16777619);
  return hash >>> 0;
}

/** Takes a job of each list in turn, so that a budget of time spreads over all. */
function interleave(lists: readonly (readonly (readonly Job[])[])[]): readonly (readonly Job[])[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, index) =>
    lists.flatMap((list) => {
      const job = list[index];
      return job === undefined ? [] : [job];
    }),
  ).flat();
}

async function main(): Promise<void> {
  const known = values.fresh ? [] : reopenResults(values.results);
  if (values.report) {
    writeFileSync(values.page, pageOf(known));
    console.log(`wrote ${values.page} from ${known.length} results`);
    return;
  }
  const path = values.results;
  if (values.fresh) rmSync(path, { force: true });
  const recorder = recorderTo(path);
  const { record, skip } = recorder;
  record(sessionFacts(["verdicts", "--", ...process.argv.slice(2)]));
  const pythons = corpusPythons(values.pythons.split(","), skip);
  const labels = wantedLabels(skip);
  const modules = [...new Set(labels.flatMap(({ needs }) => (needs === null || /^\d/.test(needs) ? [] : [needs])))];
  const folders = new Map(
    pythons.map((python) => [python.version, installPackages(python, values.packages, modules, skip)]),
  );
  const condition = values.load ? "load" : "quiet";
  const done = new Set(known.flatMap((result) => (result.kind === "trial" ? [keyOf(result)] : [])));
  const wants = (job: Job): boolean =>
    !done.has(
      keyOf({
        name: job.label.name,
        python: job.python.version,
        condition,
        run: job.run,
        rights: values.unprivileged ? "none" : "full",
      }),
    );
  const jobs: (readonly Job[])[] = [];
  for (let run = 1; run <= Number(values.runs); run += 1) {
    const lists = pythons.map((python) => {
      const possible = labels.filter((label) => {
        const need = unmetNeed(label, python, folders.get(python.version));
        if (need !== null && run === 1) skip(`${label.name} on ${python.version}`, need);
        return need === null;
      });
      return jobsOf(possible, python, run);
    });
    jobs.push(
      ...interleave(lists)
        .map((batch) => batch.filter(wants))
        .filter((batch) => batch.length > 0),
    );
  }
  const watches: Watch[] = [await startWatch(__dirname, "full")];
  if (values.unprivileged) {
    if (mayGiveUpRights()) watches.push(await startWatch(__dirname, "none"));
    else skip("runs without rights", "only root can start a watcher as another user");
  }
  await runJobs(jobs, watches, folders, condition, recorder);
  await Promise.all(watches.map((watch) => watch.stop()));
  console.log(summaryOf(reopenResults(path)));
}

async function runJobs(
  jobs: readonly (readonly Job[])[],
  watches: readonly Watch[],
  folders: ReadonlyMap<string, ReadonlyMap<string, string>>,
  condition: TrialResult["condition"],
  { record, skip }: Recorder,
): Promise<void> {
  const minutes = (jobs.length * JOB_SECONDS) / 60;
  console.log(`${jobs.flat().length} programs to run in ${jobs.length} jobs, about ${minutes.toFixed(1)} min`);
  const began = performance.now();
  const budgetMs = values.minutes === undefined ? Number.POSITIVE_INFINITY : Number(values.minutes) * 60_000;
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  let trials = 0;
  for (const [index, batch] of jobs.entries()) {
    if (stopped || performance.now() - began > budgetMs - WATCH_SECONDS * 1000) {
      console.log(
        `stopped with ${jobs.length - index} of ${jobs.length} jobs undone; the same command goes on from here`,
      );
      break;
    }
    const stopLoad = startForeignLoad(condition === "load" ? LOAD_PROGRAMS : 0, 4 * WATCH_SECONDS);
    await Promise.all(
      batch.map(async ({ label, python, run }) => {
        try {
          const results = await runTrial(watches, {
            label,
            python: python.path,
            version: python.version,
            condition,
            run,
            environment: { PYTHONPATH: [...(folders.get(python.version)?.values() ?? [])].join(":") },
          });
          for (const result of results) {
            record(result);
            printTrial(result);
          }
          trials += 1;
        } catch (error) {
          skip(`${label.name} on ${python.version}`, messageOf(error));
        }
      }),
    );
    stopLoad();
  }
  console.log(`${trials} programs in ${((performance.now() - began) / 60_000).toFixed(1)} min`);
}

function wantedLabels(skip: Skip): readonly TargetLabel[] {
  const wanted = values.only === undefined ? null : new RegExp(values.only);
  const quotas = quotaGroupsPossible();
  return readLabels(join(process.cwd(), "e2e", "targets"))
    .filter(({ name }) => wanted?.test(name) ?? true)
    .filter(({ split }) => values.split === undefined || split === values.split)
    .filter(({ conditions, name }) => {
      const possible = conditions.quotaCores === null || quotas;
      if (!possible) skip(name, "making a cgroup needs root and a CPU controller");
      return possible;
    });
}

function keyOf(trial: Pick<TrialResult, "name" | "python" | "condition" | "run" | "rights">): string {
  return [trial.name, trial.python, trial.condition, trial.run, trial.rights].join(" ");
}

function printTrial(result: TrialResult): void {
  const mark = result.outcome === "wrong" ? "WRONG" : result.outcome;
  const border = result.accepted.length > 1 ? `, near a border line: ${result.accepted.join(" or ")}` : "";
  const differs = result.label === result.declared ? "" : ` (its author says ${result.declared})`;
  console.log(
    `${mark.padEnd(12)} ${result.name.padEnd(36)} ${result.python.padEnd(8)} ${result.rights} said ${result.said ?? "nothing"} (${result.basis}, ${result.confidence.toFixed(2)}), label ${result.label}${differs}${border}`,
  );
  if (result.outcome === "right") return;
  console.log(`             ${result.sentence} Seen for ${result.windowSeconds ?? 0} s.`);
  if (result.outcome === "wrong") for (const line of result.evidence ?? []) console.log(`             · ${line}`);
}

runMain(main);

import { VERDICT_IDS } from "../../core/verdict/verdict.ts";
import type { HeldResult, Result, Session, SlowdownResult, TrialResult } from "./result.ts";
import { groupBy, matrixOf, type Tally, tallyOf, trialsOf } from "./summary.ts";

/** The report page, in Markdown, from a results file alone. */
export function pageOf(results: readonly Result[]): string {
  const sessions = results.filter((result): result is Session => result.kind === "session");
  const trials = trialsOf(results);
  const held = results.filter((result): result is HeldResult => result.kind === "held");
  const slowdowns = results.filter((result): result is SlowdownResult => result.kind === "slowdown");
  const skipped = results.flatMap((result) => (result.kind === "skipped" ? [`${result.what}: ${result.reason}`] : []));
  const sections = [
    introduction(sessions, trials),
    overall(trials),
    halves(trials),
    ...matrices(trials),
    promises(trials),
    calibration(trials),
    misses(trials),
    relabelled(trials),
    heldSection(held),
    slowdownSection(slowdowns),
    skipped.length === 0 ? "" : `## Left out\n\n${[...new Set(skipped)].map((line) => `- ${cell(line)}`).join("\n")}`,
    programs(trials),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function introduction(sessions: readonly Session[], trials: readonly TrialResult[]): string {
  const last = sessions[sessions.length - 1];
  const commands = [...new Set(sessions.map(({ command }) => `npm run bench:${command}`.trim()))];
  const versions = [...new Set(sessions.map(({ version }) => version))];
  const pythons = [...new Set(trials.map(({ python }) => python))];
  return `# How often the verdicts are right

Made by \`npm run bench:verdicts -- --report\` from the results of the commands below; no figure here was typed by hand.

\`\`\`
${commands.join("\n")}
\`\`\`

- Measured ${[...new Set(sessions.map(({ date }) => date))].join(", ")} at commit ${versions.join(", ")}
- Python ${pythons.join(", ")}; Node ${last?.node ?? "–"}
- ${last === undefined ? "–" : `${last.cpuModel}, ${last.cpus} CPUs, ${(last.memoryBytes / 2 ** 30).toFixed(0)} GiB, Linux ${last.kernel}`}

Each program of \`e2e/targets/\` runs alone (those that hardly use a CPU four at a time). What the page would show of it five seconds after it says that it has begun is compared with its label.
Labels follow the product's border lines and are computed for each run from kernel counters that are read apart from the sampler (\`schedstat\`, \`/proc/stat\`, the cgroup's \`cpu.stat\`), from what the program knows of its own design (what its threads sleep for), and, where that varies, from books it keeps itself. Where these figures lie so near a border line that their uncertainty reaches across it, both sides count as right, as they do where the program's own start, which the engine may have seen or not, makes the difference; how often that was so is in the tables.
\`undetermined\` is counted apart: right + wrong are the decided ones. Intervals are Wilson's at 95 %. First right and stable are medians of the time until a verdict was right, and right from then on. Others' cores are the median of what everything but the program used meanwhile.`;
}

const TALLY_HEAD = `| programs | runs | right | wrong | undetermined | right of decided | 95 % interval | first right | stable | near a line | others' cores |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |`;

function tallyCells(tally: Tally): string {
  const undetermined = `${tally.undetermined} (${percent(tally.undetermined / tally.trials)})`;
  return `${tally.programs} | ${tally.trials} | ${tally.right} | ${tally.wrong} | ${undetermined} | ${percent(tally.rightRatio)} | ${percent(tally.low)}–${percent(tally.high)} | ${seconds(tally.firstRightSeconds)} | ${seconds(tally.stableSeconds)} | ${tally.nearBorder} | ${tally.othersCores === null ? "–" : tally.othersCores.toFixed(2)} |`;
}

/** Rows of tallies, with what they are of in a first column. */
function tallyTable(title: string, groups: ReadonlyMap<string, readonly TrialResult[]>): string {
  const [head = "", rule = ""] = TALLY_HEAD.split("\n");
  const rows = [...groups].map(([name, group]) => `| ${name} | ${tallyCells(tallyOf(group))}`);
  return [`| ${title} ${head}`, `| --- ${rule}`, ...rows].join("\n");
}

function overall(trials: readonly TrialResult[]): string {
  if (trials.length === 0) return "";
  return `## By interpreter and condition

\`load\`: two foreign programs compute beside it. \`without rights\`: the engine runs as a user who may not read the program's process.

${tallyTable("what", groupBy(trials, conditionOf))}`;
}

function conditionOf({ python, condition, rights }: TrialResult): string {
  return `${python}, ${condition}${rights === "none" ? ", without rights" : ""}`;
}

function halves(trials: readonly TrialResult[]): string {
  if (trials.length === 0) return "";
  return `## By half of the corpus

A hash of the program's name decides its half. Thresholds may be tuned on the first; the second only reports.

${tallyTable(
  "half",
  groupBy(
    [...trials].sort((a, b) => b.split.localeCompare(a.split)),
    ({ split, condition, rights }) => `${split}, ${condition}${rights === "none" ? ", without rights" : ""}`,
  ),
)}`;
}

function matrices(trials: readonly TrialResult[]): readonly string[] {
  return [
    ...groupBy(trials, ({ condition, rights }) => `${condition}${rights === "none" ? ", without rights" : ""}`),
  ].map(([name, group]) => {
    const rows = matrixOf(group).map(
      ({ label, said }) => `| **${label}** | ${said.map((count) => (count === 0 ? "·" : String(count))).join(" | ")} |`,
    );
    return `## Label (rows) and what was said (columns): ${name}

| | ${VERDICT_IDS.join(" | ")} |
| --- | ${VERDICT_IDS.map(() => "---:").join(" | ")} |
${rows.join("\n")}`;
  });
}

/** What must never be said. */
function promises(trials: readonly TrialResult[]): string {
  if (trials.length === 0) return "";
  const falseGil = trials.filter(({ outcome, said }) => outcome === "wrong" && said === "gil-bound");
  const single = falseGil.filter(({ label }) => label === "single-threaded").length;
  const capped = falseGil.filter(({ label }) => label === "quota-limited").length;
  const unprivileged = trials.filter(({ rights }) => rights === "none");
  const wrongUnprivileged = unprivileged.filter(({ outcome }) => outcome === "wrong").length;
  return `## What must never happen

- \`gil-bound\` said of a program with one working thread: ${single} of ${trials.filter(({ label }) => label === "single-threaded").length} runs
- \`gil-bound\` said under a cap that is reached: ${capped} of ${trials.filter(({ label }) => label === "quota-limited").length} runs
- a wrong verdict without rights: ${unprivileged.length === 0 ? "not measured" : `${wrongUnprivileged} of ${unprivileged.length} runs`}`;
}

/** Least confidence of each band, from the surest. */
const BANDS = [0.9, 0.8, 0.7, 0.5, 0] as const;

/** What confidence is worth: of the verdicts that were that sure, how many were right. */
function calibration(trials: readonly TrialResult[]): string {
  const decided = trials.filter(({ outcome }) => outcome !== "undetermined");
  if (decided.length === 0) return "";
  const bands = BANDS.flatMap((least, index) => {
    const below = BANDS[index - 1] ?? Number.POSITIVE_INFINITY;
    const group = decided.filter(({ confidence }) => confidence >= least && confidence < below);
    const name = index === 0 ? `${least} and more` : `${least} to ${below}`;
    return group.length === 0 ? [] : [[name, group] as const];
  });
  return `## How sure it was, and how often it was right

${tallyTable("confidence", new Map(bands))}`;
}

function misses(trials: readonly TrialResult[]): string {
  const silent = trials.filter(({ outcome, rights }) => outcome === "undetermined" && rights === "none");
  const some = trials.filter((trial) => trial.outcome !== "right" && !silent.includes(trial));
  const names = [...new Set(silent.map(({ name }) => name))].sort();
  const withoutRights =
    names.length === 0 ? "" : `\n\nUndetermined without rights in ${silent.length} runs: ${names.join(", ")}.`;
  if (some.length === 0) return trials.length === 0 ? "" : `## Wrong and undetermined\n\nNone.${withoutRights}`;
  const rows = [...some]
    .sort((a, b) => b.outcome.localeCompare(a.outcome) || a.name.localeCompare(b.name))
    .map(
      (trial) =>
        `| ${trial.outcome} | ${trial.name} | ${conditionOf(trial)} | ${trial.accepted.join(" or ")} | ${trial.said ?? "nothing"} | ${trial.confidence.toFixed(2)} | ${cell(trial.sentence)} |`,
    );
  return `## Wrong and undetermined

| outcome | program | run under | label | said | confidence | in words |
| --- | --- | --- | --- | --- | ---: | --- |
${rows.join("\n")}${withoutRights}`;
}

function relabelled(trials: readonly TrialResult[]): string {
  const rows = [
    ...groupBy(
      trials.filter(({ label, declared, rights }) => label !== declared && rights === "full"),
      ({ name, condition, declared, label }) => `${name} | ${condition} | ${declared} | ${label}`,
    ),
  ].map(([key, group]) => `| ${key} | ${group.length} |`);
  if (rows.length === 0) return "";
  return `## Labels that the conditions changed

What the counters of the run say where it is not what the author of the program says of it on a quiet machine.

| program | condition | author | counters | runs |
| --- | --- | --- | --- | ---: |
${rows.sort().join("\n")}`;
}

function heldSection(results: readonly HeldResult[]): string {
  if (results.length === 0) return "";
  const rows = results.map(
    ({ who, rateHz, python, condition, duty, periodMs, truth, measured, standardError }) =>
      `| ${who} | ${rateHz} Hz | ${python}, ${condition} | ${percent(duty)} of ${periodMs} ms | ${percent(truth)} | ${percent(measured)} | ${points(measured - truth)} | ${standardError === null ? "–" : points(standardError).replace("+", "")} |`,
  );
  const summary = [...groupBy(results, ({ who, condition }) => `${who} | ${condition}`)].map(([key, group]) => {
    const misses = group.map(({ truth, measured }) => Math.abs(measured - truth));
    const mean = misses.reduce((sum, miss) => sum + miss, 0) / misses.length;
    const within = group.filter(({ standardError }) => standardError !== null);
    const held = within.filter(
      ({ truth, measured, standardError }) => Math.abs(measured - truth) <= 2 * (standardError ?? 0),
    );
    return `| ${key} | ${group.length} | ${points(mean).replace("+", "")} | ${points(Math.max(...misses)).replace("+", "")} | ${within.length === 0 ? "–" : `${held.length} of ${within.length}`} |`;
  });
  return `## Share of the time the GIL is held, beside others

A program holds the GIL for a known part of each period and books what it really did.

| who | condition | cases | mean miss | largest miss | within two of its own standard errors |
| --- | --- | ---: | ---: | ---: | ---: |
${summary.join("\n")}

| who | rate | run under | duty | truth | measured | miss | own standard error |
| --- | ---: | --- | --- | ---: | ---: | ---: | ---: |
${rows.join("\n")}`;
}

function slowdownSection(results: readonly SlowdownResult[]): string {
  if (results.length === 0) return "";
  const rows = results.map(
    ({ who, rateHz, work, python, pairs, mean, low, high, proberCores, achievedHz }) =>
      `| ${who} | ${rateHz} Hz${achievedHz === null ? "" : ` (${achievedHz})`} | ${work} | ${python} | ${pairs} | ${signed(mean)} | ${signed(low)} … ${signed(high)} | ${proberCores === null ? "–" : percent(proberCores)} |`,
  );
  return `## What being watched costs the program

One program does the same short piece of work over and over; the prober is on and off in the order on, off, off, on (and off, on, on, off). The interval is a bootstrap over such blocks, at 95 %.

| who | rate (achieved) | work | CPython | pairs | slow-down | 95 % interval | prober's own CPU, of one core |
| --- | ---: | --- | --- | ---: | ---: | ---: | ---: |
${rows.join("\n")}`;
}

function programs(trials: readonly TrialResult[]): string {
  const rows = [
    ...groupBy(
      [...trials].sort((a, b) => a.name.localeCompare(b.name)),
      ({ name }) => name,
    ),
  ].map(([name, group]) => {
    const full = group.filter(({ rights }) => rights === "full");
    const tally = tallyOf(full);
    return `| ${name} | ${group[0]?.split} | ${group[0]?.declared} | ${tally.right} | ${tally.wrong} | ${tally.undetermined} |`;
  });
  if (rows.length === 0) return "";
  return `## Every program

With full rights, all interpreters and conditions together.

| program | half | author's label | right | wrong | undetermined |
| --- | --- | --- | ---: | ---: | ---: |
${rows.join("\n")}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ").replaceAll("<", "&lt;");
}

function percent(ratio: number): string {
  return Number.isFinite(ratio) ? `${(ratio * 100).toFixed(1)} %` : "–";
}

function points(difference: number): string {
  return `${difference >= 0 ? "+" : "−"}${Math.abs(difference * 100).toFixed(1)} points`;
}

function signed(ratio: number): string {
  return `${ratio >= 0 ? "+" : "−"}${Math.abs(ratio * 100).toFixed(2)} %`;
}

function seconds(value: number | null): string {
  return value === null ? "–" : `${value.toFixed(1)} s`;
}

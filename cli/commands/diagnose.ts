import { existsSync } from "node:fs";
import { compareWindow } from "../../core/frame/compare-window.ts";
import type { Frame, RuntimeFrame } from "../../core/frame/frame.ts";
import { runtimesByLoss } from "../../core/report/list-report.ts";
import type { RawSample, SessionHeader } from "../../core/sample/raw-sample.ts";
import { VERDICT_IDS, type VerdictId } from "../../core/verdict/verdict.ts";
import type { Engine } from "../../sampler/engine.ts";
import { type CommandArguments, numberOption } from "../arguments.ts";
import { CliError, EXIT } from "../cli-error.ts";
import type { Command } from "../command.ts";
import type { CliContext } from "../context.ts";
import { diagnosisOutput } from "../diagnosis-output.ts";
import { openFile, saveFile } from "../file.ts";
import { launchAndDiagnose } from "../launch.ts";
import { frameWhen, withLive } from "../live.ts";
import { findRuntime, goneWhileWatched, pidOf, requireProcess } from "../target.ts";

const DEFAULT_SECONDS = 5;
const MOST_SECONDS = 86_400;

interface Diagnosed {
  readonly header: SessionHeader;
  readonly frame: Frame;
  readonly runtime: RuntimeFrame;
}

/** Verdicts named with `--fail-on`, by repetition, by commas, or one after the other. */
function failOnVerdicts(given: CommandArguments, extra: readonly string[]): readonly VerdictId[] {
  const named = [...given.texts("fail-on").flatMap((text) => text.split(",")), ...extra];
  return named.map((name) => {
    const verdict = VERDICT_IDS.find((id) => id === name);
    if (verdict !== undefined) return verdict;
    throw new CliError("usage", `There is no verdict \`${name}\`; the verdicts are ${VERDICT_IDS.join(", ")}.`);
  });
}

/** The frame over all samples since the first, whose details are known from all of them. */
function frameOver(engine: Engine, first: RawSample): Frame | null {
  const samples = engine.history.samples(first.wallMs, Number.MAX_VALUE);
  const newest = samples.at(-1);
  const oldest = samples[0];
  if (newest === undefined || oldest === undefined) return null;
  const details = {
    processes: new Map(oldest.processDetails.map((detail) => [detail.rowId, detail])),
    threads: new Map(oldest.threadDetails.map((detail) => [detail.rowId, detail])),
  };
  const older = first.sequence < oldest.sequence ? [first, ...samples.slice(0, -1)] : samples.slice(0, -1);
  return compareWindow(engine.header, details, older, newest);
}

async function diagnoseLive(pid: number, seconds: number, context: CliContext): Promise<Diagnosed> {
  requireProcess(pid);
  return withLive(context, async (engine) => {
    let found: RuntimeFrame | null = null;
    await frameWhen(engine, (frame) => {
      found = findRuntime(engine, frame, pid);
      return found !== null;
    });
    const { rowId } = found as unknown as RuntimeFrame;
    engine.setAttention({ selectedRowId: rowId, visible: true });
    const startMs = engine.frame()?.wallMs ?? 0;
    const first = engine.history.samples(startMs, startMs).at(-1);
    const firstMs = first?.monotonicMs ?? 0;
    const last = await frameWhen(engine, (frame) => {
      if (!frame.runtimes.some((runtime) => runtime.rowId === rowId)) throw goneWhileWatched(pid);
      return frame.monotonicMs - firstMs >= seconds * 1000 - 100;
    });
    const frame = (first === undefined ? null : frameOver(engine, first)) ?? last;
    const runtime = frame.runtimes.find((candidate) => candidate.rowId === rowId);
    if (runtime === undefined) throw goneWhileWatched(pid);
    return { header: engine.header, frame, runtime };
  });
}

async function diagnoseFile(path: string, given: CommandArguments, context: CliContext): Promise<Diagnosed> {
  if (!/[./\\]/.test(path) && !existsSync(path)) {
    throw new CliError("unreadable", `${path} is neither a process id nor a file; \`gilscope list\` shows pids.`);
  }
  const { header, history } = await openFile(path, context);
  const frame = history.latest();
  if (frame === null) throw new CliError("bad-file", `There is no sample in ${path}; record again.`);
  const wanted = given.text("pid");
  const ordered = runtimesByLoss(frame);
  const runtime = wanted === null ? ordered[0] : ordered.find(({ pid }) => pid === pidOf(wanted));
  if (runtime === undefined && wanted !== null) {
    throw new CliError(
      "no-such-process",
      `No Python runtime ${wanted} is in ${path}; \`gilscope list\` shows those that are.`,
    );
  }
  if (runtime === undefined) throw new CliError("not-python", `No Python was running when ${path} was written.`);
  if (wanted === null && ordered.length > 1) {
    context.note(`${path} holds ${ordered.length} runtimes; this is the one that loses most, --pid chooses another.`);
  }
  return { header, frame, runtime };
}

async function diagnose(given: CommandArguments, context: CliContext): Promise<number> {
  const seconds = numberOption(given, "seconds", DEFAULT_SECONDS, 1, MOST_SECONDS);
  const [target, ...extra] = given.launched === null ? given.positionals : ["", ...given.positionals];
  if (given.launched === null && extra.length > 0 && given.texts("fail-on").length === 0) {
    throw new CliError("usage", "`gilscope diagnose` takes one PID or FILE; `gilscope help diagnose` shows how.");
  }
  const failOn = failOnVerdicts(given, extra);
  const outputPath = given.text("output");
  if (given.launched !== null) {
    const watchSeconds = given.text("seconds") === null ? null : seconds;
    const options = { failOn, watchSeconds, outputPath, json: given.flag("json") };
    return launchAndDiagnose(given.launched, options, context);
  }
  if (target === undefined) {
    throw new CliError("usage", "`gilscope diagnose` needs a PID, a FILE or `-- CMD`; `gilscope list` shows pids.");
  }
  const pid = pidOf(target);
  if (pid === null && /^-?[0-9]+$/.test(target)) throw new CliError("usage", `${target} is no process id.`);
  const { frame, header, runtime } =
    pid === null ? await diagnoseFile(target, given, context) : await diagnoseLive(pid, seconds, context);
  const text = diagnosisOutput(frame, header, runtime, given.flag("json"));
  if (outputPath === null) await context.print(text);
  else await saveFile(outputPath, text);
  return failOn.includes(runtime.verdict.id) ? EXIT.failOn : EXIT.ok;
}

export const diagnoseCommand: Command = {
  name: "diagnose",
  forms: [
    "diagnose PID|FILE [--seconds N] [--json] [--fail-on VERDICT…]",
    "diagnose [--seconds N] [--json] [--fail-on VERDICT…] [-o FILE] -- CMD…",
  ],
  summary: "Watches one runtime, or a command it starts, and says what keeps it from scaling.",
  options: {
    seconds: { type: "string", placeholder: "N", help: "Watch so long; default 5, with CMD until it ends." },
    json: { type: "boolean", help: "Print JSON (docs/schema/diagnose.schema.json)." },
    "fail-on": {
      type: "string",
      multiple: true,
      placeholder: "VERDICT",
      values: VERDICT_IDS,
      help: "Exit with 3 when this is the verdict; with CMD, when it held for at least half of the time watched.",
    },
    output: { type: "string", short: "o", placeholder: "FILE", help: "Write the report to a file." },
    pid: { type: "string", placeholder: "PID", help: "Of a FILE with several runtimes, take this one." },
  },
  run: diagnose,
};

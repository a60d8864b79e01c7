import type { Change, DiffReport, RuntimeDiff } from "../core/report/diff-report.ts";
import { plainText } from "../core/text/plain-text.ts";
import { VERDICT_LABELS } from "./labels.ts";
import { bytes, cores, coresWithUnit, duration, percent } from "./number.ts";

/** Changes below these are noise of measuring and not worth a sentence. */
const LEAST_CORES = 0.05;
const LEAST_RATIO = 0.05;
const LEAST_THREADS = 0.25;
const LEAST_BYTES = 2 ** 20;
/** And memory has to change by this share. */
const LEAST_BYTES_RATIO = 0.05;

/** A sentence on one figure; null where it did not change enough or is not known on both sides. */
function changed(
  subject: string,
  { before, after, difference }: Change,
  least: number,
  show: (value: number) => string,
): string | null {
  if (before === null || after === null || difference === null || Math.abs(difference) < least) return null;
  return `${subject} ${difference > 0 ? "rose" : "fell"} from ${show(before)} to ${show(after)}.`;
}

function memoryChange(change: Change): string | null {
  const least = Math.max(LEAST_BYTES, (change.before ?? 0) * LEAST_BYTES_RATIO);
  return changed("Memory", change, least, bytes);
}

/** What changed of one runtime, a sentence each; none where nothing changed that is worth one. */
export function runtimeChanges(diff: RuntimeDiff): readonly string[] {
  const { before, after } = diff;
  const verdict =
    before !== null && after !== null && diff.verdictChanged
      ? `The verdict went from ${VERDICT_LABELS[before.verdict]} to ${VERDICT_LABELS[after.verdict]}.`
      : null;
  return [
    verdict,
    changed("CPU", diff.cpuCores, LEAST_CORES, coresWithUnit),
    changed("What the threads want", diff.demandCores, LEAST_CORES, coresWithUnit),
    changed("What the GIL costs", diff.lostCores, LEAST_CORES, coresWithUnit),
    changed("Scaling (cores used of cores wanted)", diff.scalingRatio, LEAST_RATIO, percent),
    changed("The share of time the GIL is held", diff.gilHeldRatio, LEAST_RATIO, percent),
    changed("Threads that wait for the GIL at any time", diff.gilWaitThreads, LEAST_THREADS, (value) =>
      value.toFixed(1),
    ),
    changed("The number of threads", diff.threadCount, 1, String),
    memoryChange(diff.rssBytes),
  ].filter((sentence): sentence is string => sentence !== null);
}

function headOf({ name, before, after }: RuntimeDiff): string {
  const pids = before !== null && after !== null && before.pid !== after.pid ? `${before.pid} → ${after.pid}` : null;
  return `${plainText(name)}  pid ${pids ?? (after ?? before)?.pid ?? "?"}`;
}

function stands(diff: RuntimeDiff): string {
  const side = diff.after ?? diff.before;
  const used = diff.after === null ? diff.cpuCores.before : diff.cpuCores.after;
  return `${side === null ? "" : VERDICT_LABELS[side.verdict]}, ${cores(used)} cores`;
}

/** What changed of the whole machine, in one sentence. */
export function machineChange({ lostCores }: DiffReport): string {
  return (
    changed("What the GIL costs in all", lostCores, LEAST_CORES, coresWithUnit) ??
    `The GIL costs as much as before: ${coresWithUnit(lostCores.after)}.`
  );
}

/** What changed between two files, for people. Ends with a line break. */
export function diffText(report: DiffReport): string {
  const lines: string[] = [];
  const { before, after } = report;
  if (before.hostName !== after.hostName) {
    lines.push(`The files are from two machines: ${plainText(before.hostName)} and ${plainText(after.hostName)}.`);
  }
  lines.push(
    `Before: ${before.sampledAt}, over ${duration(before.windowSeconds)}. After: ${after.sampledAt}, over ${duration(after.windowSeconds)}.`,
    machineChange(report),
  );
  const both = report.runtimes.filter(({ presence }) => presence === "both");
  const moved = both.map((diff) => ({ diff, said: runtimeChanges(diff) })).filter(({ said }) => said.length > 0);
  for (const { diff, said } of moved) lines.push("", headOf(diff), ...said.map((text) => `  · ${text}`));
  const section = (title: string, diffs: readonly RuntimeDiff[]): void => {
    if (diffs.length > 0) lines.push("", title, ...diffs.map((diff) => `  · ${headOf(diff)}: ${stands(diff)}`));
  };
  section(
    "Only before:",
    report.runtimes.filter(({ presence }) => presence === "only-before"),
  );
  section(
    "Only after:",
    report.runtimes.filter(({ presence }) => presence === "only-after"),
  );
  const same = both.length - moved.length;
  if (same > 0) lines.push("", `${same} ${same === 1 ? "runtime is" : "runtimes are"} as before.`);
  return `${lines.join("\n")}\n`;
}

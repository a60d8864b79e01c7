import type { z } from "zod";
import type { Frame, RuntimeFrame } from "../frame/frame.ts";
import type { SessionHeader } from "../sample/raw-sample.ts";
import { type Reading, valueOrNull } from "../sample/reading.ts";
import { THREAD_STATE_COUNT, THREAD_STATES } from "../thread/thread-state.ts";
import type { changeSchema, diffReportSchema, runtimeDiffSchema, sideSchema } from "./diff-schema.ts";
import { runtimesByLoss } from "./list-report.ts";
import { isoTime, round } from "./parts.ts";
import { REPORT_SCHEMA_VERSION } from "./version.ts";

/** What `gilscope diff --json` prints. */
export type DiffReport = z.infer<typeof diffReportSchema>;

/** What changed of one runtime. */
export type RuntimeDiff = z.infer<typeof runtimeDiffSchema>;

/** One figure on both sides. */
export type Change = z.infer<typeof changeSchema>;

/** A frame with the session it is of. */
export interface DiffSide {
  readonly header: SessionHeader;
  readonly frame: Frame;
}

function change(before: number | null, after: number | null): Change {
  return {
    before: before === null ? null : round(before),
    after: after === null ? null : round(after),
    difference: before === null || after === null ? null : round(after - before),
  };
}

/** Position of `gilWait` in a row of states. */
const GIL_WAIT = THREAD_STATES.indexOf("gilWait");

/** Threads of a runtime that wait for the GIL at any time; null where no thread's states are known. */
function gilWaitThreads(frame: Frame, { threadStart, threadRows }: RuntimeFrame): number | null {
  let sum = 0;
  let known = 0;
  for (let row = threadStart; row < threadStart + threadRows; row += 1) {
    if ((frame.threads.states[row * THREAD_STATE_COUNT + UNKNOWN] ?? 1) < 0.5) known += 1;
    sum += frame.threads.states[row * THREAD_STATE_COUNT + GIL_WAIT] ?? 0;
  }
  return known === 0 ? null : sum;
}

const UNKNOWN = THREAD_STATES.indexOf("unknown");

/** Cores wanted below which a ratio of used to wanted says nothing. */
const LEAST_DEMAND = 0.05;

function scalingRatio({ cpuCores, demandCores }: RuntimeFrame): number | null {
  if (!cpuCores.known || !demandCores.known || demandCores.value < LEAST_DEMAND) return null;
  return Math.min(1, cpuCores.value / demandCores.value);
}

/**
 * Pairs runtimes of two frames: first those with the same name and command line, then, where one side has a single
 * runtime left of a name and the other too, those with the same name. Several alike are paired in order of loss.
 */
export function pairRuntimes(
  before: readonly RuntimeFrame[],
  after: readonly RuntimeFrame[],
): readonly (readonly [RuntimeFrame | null, RuntimeFrame | null])[] {
  const pairs: (readonly [RuntimeFrame | null, RuntimeFrame | null])[] = [];
  const match = (
    left: readonly RuntimeFrame[],
    right: readonly RuntimeFrame[],
    keyOf: (runtime: RuntimeFrame) => string,
    onlySingle: boolean,
  ): readonly [readonly RuntimeFrame[], readonly RuntimeFrame[]] => {
    const groups = new Map<string, RuntimeFrame[]>();
    for (const runtime of right) groups.set(keyOf(runtime), [...(groups.get(keyOf(runtime)) ?? []), runtime]);
    const counts = new Map<string, number>();
    for (const runtime of left) counts.set(keyOf(runtime), (counts.get(keyOf(runtime)) ?? 0) + 1);
    const taken = new Set<RuntimeFrame>();
    const rest = left.filter((runtime) => {
      const key = keyOf(runtime);
      const group = groups.get(key) ?? [];
      if (onlySingle && (counts.get(key) !== 1 || group.length !== 1)) return true;
      const partner = group.find((candidate) => !taken.has(candidate));
      if (partner === undefined) return true;
      taken.add(partner);
      pairs.push([runtime, partner]);
      return false;
    });
    return [rest, right.filter((runtime) => !taken.has(runtime))];
  };
  const [oldRest, newRest] = match(
    before,
    after,
    ({ name, commandLine }) => JSON.stringify([name, commandLine]),
    false,
  );
  const [gone, come] = match(oldRest, newRest, ({ name }) => name, true);
  return [
    ...pairs,
    ...gone.map((runtime) => [runtime, null] as const),
    ...come.map((runtime) => [null, runtime] as const),
  ];
}

function sideOf(runtime: RuntimeFrame | null): z.infer<typeof sideSchema> | null {
  return runtime === null ? null : { pid: runtime.pid, verdict: runtime.verdict.id, basis: runtime.verdict.basis };
}

function runtimeDiff(
  before: DiffSide,
  after: DiffSide,
  older: RuntimeFrame | null,
  newer: RuntimeFrame | null,
): RuntimeDiff {
  const reading = (pick: (runtime: RuntimeFrame) => Reading): Change =>
    change(older === null ? null : valueOrNull(pick(older)), newer === null ? null : valueOrNull(pick(newer)));
  return {
    name: (newer ?? older)?.name ?? "",
    commandLine: (newer ?? older)?.commandLine ?? null,
    presence: older === null ? "only-after" : newer === null ? "only-before" : "both",
    before: sideOf(older),
    after: sideOf(newer),
    verdictChanged: older !== null && newer !== null && older.verdict.id !== newer.verdict.id,
    cpuCores: reading((runtime) => runtime.cpuCores),
    demandCores: reading((runtime) => runtime.demandCores),
    lostCores: reading((runtime) => runtime.lostCores),
    scalingRatio: change(older && scalingRatio(older), newer && scalingRatio(newer)),
    gilHeldRatio: reading((runtime) => runtime.gilHeldRatio),
    gilWaitThreads: change(older && gilWaitThreads(before.frame, older), newer && gilWaitThreads(after.frame, newer)),
    rssBytes: reading((runtime) => runtime.rssBytes),
    threadCount: change(older?.threadCount ?? null, newer?.threadCount ?? null),
  };
}

/** How much a reader cares: a changed verdict first, then cores lost or used more or less, then memory. */
function weight(diff: RuntimeDiff): number {
  const size = (one: Change): number => Math.abs(one.difference ?? one.after ?? one.before ?? 0);
  return (
    (diff.verdictChanged ? 1000 : 0) + 10 * size(diff.lostCores) + size(diff.cpuCores) + size(diff.rssBytes) / 2 ** 40
  );
}

function aboutSide({ header, frame }: DiffSide): DiffReport["before"] {
  return {
    hostName: header.host.hostName,
    sampledAt: isoTime(frame.wallMs),
    windowSeconds: round(frame.windowSeconds) ?? 0,
  };
}

/** What changed between the last frames of two snapshots or recordings, as plain JSON. */
export function diffReport(before: DiffSide, after: DiffSide): DiffReport {
  const pairs = pairRuntimes(runtimesByLoss(before.frame), runtimesByLoss(after.frame));
  return {
    schemaVersion: REPORT_SCHEMA_VERSION,
    before: aboutSide(before),
    after: aboutSide(after),
    lostCores: change(valueOrNull(before.frame.lostCores), valueOrNull(after.frame.lostCores)),
    runtimes: pairs
      .map(([older, newer]) => runtimeDiff(before, after, older, newer))
      .sort((a, b) => weight(b) - weight(a)),
  };
}

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { VerdictId } from "../../core/verdict/verdict.ts";
import { type RunningTarget, startTarget } from "../harness/target.ts";
import type { TargetLabel } from "../harness/target-label.ts";
import { type Counters, onlineCpus, type QuotaCounters, readCounters, readQuotaCounters } from "./counters.ts";
import type { TrialResult } from "./result.ts";
import { type Figures, type Truth, truthOf } from "./truth.ts";
import type { Said, Watch } from "./watch.ts";

/** How one program is to be run. */
export interface TrialOptions {
  readonly label: TargetLabel;
  readonly python: string;
  readonly version: string;
  readonly condition: "quiet" | "load";
  readonly run: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** What is said is judged when the program has behaved as labelled for so long. */
export const WATCH_SECONDS = 5;
/** Children of a pool begin their work a moment after its parent says so. */
const COUNT_AFTER_MS = 400;

interface Snapshot {
  readonly processes: ReadonlyMap<number, Counters>;
  readonly quota: QuotaCounters | null;
  readonly ledgerSeconds: number | null;
}

interface Heard {
  readonly afterSeconds: number;
  readonly said: ReadonlyMap<number, Said>;
}

/** Runs one program and follows what each of the watching engines says of it and its children for five seconds. */
export async function runTrial(watches: readonly Watch[], options: TrialOptions): Promise<readonly TrialResult[]> {
  const { label, python, environment } = options;
  const target = await startTarget(label, python, WATCH_SECONDS + 10, environment);
  const began = performance.now();
  const heard = watches.map((): Heard[] => []);
  const unsubscribe = watches.map((watch, index) =>
    watch.onFrame(({ runtimes }) =>
      heard[index]?.push({
        afterSeconds: (performance.now() - began) / 1000,
        said: new Map(runtimes.map((runtime) => [runtime.pid, runtime])),
      }),
    ),
  );
  try {
    await sleep(COUNT_AFTER_MS);
    const before = snapshot(target);
    await sleep(Math.max(0, WATCH_SECONDS * 1000 - (performance.now() - began)));
    const after = snapshot(target);
    const { truths, othersCores } = truthsOf(target, before, after);
    return watches.map((watch, index) => ({
      kind: "trial",
      name: label.name,
      program: label.program,
      split: label.split,
      python: options.version,
      condition: options.condition,
      rights: watch.rights,
      run: options.run,
      othersCores: round(othersCores),
      ...judged(label, target.pid, truths, heard[index] ?? []),
    }));
  } finally {
    for (const stop of unsubscribe) stop();
    await target.stop();
  }
}

/** The program and every Python below it. */
function snapshot(target: RunningTarget): Snapshot {
  const processes = new Map<number, Counters>();
  for (const pid of familyOf(target.pid)) {
    const counters = readCounters(pid);
    if (counters !== null) processes.set(pid, counters);
  }
  return {
    processes,
    quota: target.quotaFolder === null ? null : readQuotaCounters(target.quotaFolder),
    ledgerSeconds: target.ledgerSeconds(),
  };
}

function familyOf(rootPid: number): readonly number[] {
  const children = (pid: number): readonly number[] => {
    try {
      return readdirSync(`/proc/${pid}/task`).flatMap((tid) =>
        readFileSync(`/proc/${pid}/task/${tid}/children`, "latin1").split(" ").filter(Boolean).map(Number),
      );
    } catch {
      return [];
    }
  };
  const below = (pid: number): readonly number[] => children(pid).flatMap((child) => [child, ...below(child)]);
  return [rootPid, ...below(rootPid).filter(isPython)];
}

function isPython(pid: number): boolean {
  try {
    return /^(python|pypy)/.test(basename(readlinkSync(`/proc/${pid}/exe`)));
  } catch {
    return false;
  }
}

function secondsBetween(pid: number, before: Snapshot, after: Snapshot): number {
  return ((after.processes.get(pid)?.atMs ?? 0) - (before.processes.get(pid)?.atMs ?? 0)) / 1000;
}

/** The label of the program and of each Python below it that was there all the time, by pid. */
function truthsOf(
  target: RunningTarget,
  before: Snapshot,
  after: Snapshot,
): { readonly truths: ReadonlyMap<number, Truth>; readonly othersCores: number } {
  const { label } = target;
  const { quotaCores, affinityCpus } = label.conditions;
  const pids = [...after.processes.keys()].filter((pid) => before.processes.has(pid));
  const counters = (pid: number, { processes }: Snapshot): Counters => processes.get(pid) as Counters;
  const rates = new Map(pids.map((pid) => [pid, ratesBetween(counters(pid, before), counters(pid, after))]));
  const periods = (after.quota?.periods ?? 0) - (before.quota?.periods ?? 0);
  const throttled = (after.quota?.throttledPeriods ?? 0) - (before.quota?.throttledPeriods ?? 0);
  const family = { cores: 0, cpuWait: 0 };
  for (const { cpuCores, threads } of rates.values()) {
    family.cores += cpuCores;
    for (const { cpuWait } of threads) family.cpuWait += cpuWait;
  }
  const limit: Figures["limit"] =
    quotaCores !== null
      ? { kind: "quota", cores: quotaCores, throttledRatio: periods > 0 ? throttled / periods : 0 }
      : affinityCpus !== null
        ? { kind: "affinity", cores: affinityCpus, throttledRatio: 0 }
        : null;
  const ledgerWait =
    after.ledgerSeconds === null || before.ledgerSeconds === null
      ? null
      : (after.ledgerSeconds - before.ledgerSeconds) / secondsBetween(target.pid, before, after);
  const around = { onlineCpus: onlineCpus(), limit, asleep: label.asleep, ledgerWait, family };
  const truths = new Map(
    [...rates].map(([pid, rate]) => {
      const declared = pid === target.pid ? label.verdict : (label.childVerdict ?? label.verdict);
      const truth = truthOf({ ...rate, ...around }, declared);
      // The engine may have seen it from any moment of its start.
      const fromStart = ratesBetween(newborn(counters(pid, before)), counters(pid, after));
      const { accepted } = truthOf({ ...fromStart, ...around, hostBusyCores: rate.hostBusyCores }, declared);
      return [pid, { verdict: truth.verdict, accepted: [...new Set([...truth.accepted, ...accepted])] }];
    }),
  );
  return { truths, othersCores: Math.max(0, (rates.get(target.pid)?.hostBusyCores ?? 0) - family.cores) };
}

/** The counters of a process at its begin. */
function newborn(counters: Counters): Counters {
  const threads = new Map([...counters.threads.keys()].map((tid) => [tid, { run: 0, cpuWait: 0 }]));
  return { ...counters, atMs: counters.beganMs, cpuSeconds: 0, threads };
}

function ratesBetween(
  older: Counters,
  newer: Counters,
): Pick<Figures, "cpuCores" | "threads" | "unseenCores" | "hostBusyCores"> {
  const seconds = (newer.atMs - older.atMs) / 1000;
  const threads = [...newer.threads].flatMap(([tid, counters]) => {
    const earlier = older.threads.get(tid);
    if (earlier === undefined) return [];
    return [{ run: (counters.run - earlier.run) / seconds, cpuWait: (counters.cpuWait - earlier.cpuWait) / seconds }];
  });
  const cpuCores = (newer.cpuSeconds - older.cpuSeconds) / seconds;
  const seen = threads.reduce((sum, { run }) => sum + run, 0);
  return {
    cpuCores: Math.max(cpuCores, seen),
    threads,
    unseenCores: Math.max(0, cpuCores - seen),
    hostBusyCores: (newer.hostBusySeconds - older.hostBusySeconds) / seconds,
  };
}

type Judgement = Pick<
  TrialResult,
  | "declared"
  | "label"
  | "accepted"
  | "said"
  | "outcome"
  | "basis"
  | "confidence"
  | "sentence"
  | "evidence"
  | "windowSeconds"
  | "firstRightSeconds"
  | "stableSeconds"
>;

const WORST_FIRST: readonly TrialResult["outcome"][] = ["wrong", "undetermined", "right"];

/** A program is right when it and all its children are; what is reported is the worst of them, children before their parent. */
function judged(
  label: TargetLabel,
  rootPid: number,
  truths: ReadonlyMap<number, Truth>,
  heard: readonly Heard[],
): Judgement {
  const last = heard[heard.length - 1]?.said;
  const runtimes = [...truths]
    .map(([pid, truth]) => ({ pid, truth, said: last?.get(pid) ?? null }))
    .sort((a, b) => Number(a.pid === rootPid) - Number(b.pid === rootPid))
    .map((runtime) => ({ ...runtime, outcome: outcomeOf(runtime.truth, runtime.said?.verdict ?? null) }));
  const shown = WORST_FIRST.map((outcome) => runtimes.find((runtime) => runtime.outcome === outcome)).find(
    (runtime) => runtime !== undefined,
  );
  const isRight = ({ said }: Heard): boolean =>
    runtimes.every(({ pid, truth }) => outcomeOf(truth, said.get(pid)?.verdict ?? null) === "right");
  const firstRight = heard.find(isRight);
  const stable = heard[heard.map(isRight).lastIndexOf(false) + 1];
  const isRoot = shown?.pid === rootPid;
  return {
    declared: isRoot ? label.verdict : (label.childVerdict ?? label.verdict),
    label: shown?.truth.verdict ?? label.verdict,
    accepted: [...(shown?.truth.accepted ?? [])],
    said: shown?.said?.verdict ?? null,
    outcome: shown?.outcome ?? "undetermined",
    basis: shown?.said?.basis ?? "none",
    confidence: shown?.said?.confidence ?? 0,
    sentence: shown?.said?.said ?? "It was not seen.",
    ...(shown?.outcome === "right" || shown?.said === null || shown === undefined
      ? {}
      : { evidence: [...shown.said.evidence], windowSeconds: round(shown.said.windowSeconds) }),
    firstRightSeconds: firstRight === undefined ? null : round(firstRight.afterSeconds),
    stableSeconds: stable === undefined ? null : round(stable.afterSeconds),
  };
}

/** What was never seen counts as undetermined: nothing wrong was said of it. */
function outcomeOf(truth: Truth, said: VerdictId | null): TrialResult["outcome"] {
  if (said !== null && truth.accepted.includes(said)) return "right";
  return said === null || said === "undetermined" ? "undetermined" : "wrong";
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

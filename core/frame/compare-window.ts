import { familiesOf, type Member } from "../family/families.ts";
import { familyFrames } from "../family/family-frame.ts";
import { oneLine } from "../family/runtime-name.ts";
import { stratifiedHeld } from "../gil/gil-held.ts";
import { gilHolders } from "../gil/gil-holders.ts";
import { gilUsers } from "../gil/gil-users.ts";
import { type GilPart, gilParts, gilVerdicts, spokenOf } from "../gil/gil-verdicts.ts";
import { type FirstRead, type GilWindow, gilsByRuntime, gilWindow } from "../gil/gil-window.ts";
import { runtimeMemory } from "../memory/runtime-memory.ts";
import { sharedMemoryFrame } from "../memory/shared-memory.ts";
import { observed } from "../probe/observed.ts";
import type { RawGil, RawSample, RuntimeProbe, SessionHeader } from "../sample/raw-sample.ts";
import { absent, known, type Reading, reasonOrNull } from "../sample/reading.ts";
import { poolCounts } from "../thread/native-pool.ts";
import { threadFrameColumns } from "../thread/thread-frame.ts";
import { threadName } from "../thread/thread-name.ts";
import { emptyShares, shareOut } from "../thread/thread-states.ts";
import { sumThreads, type ThreadSums } from "../thread/thread-sums.ts";
import { threadWindow } from "../thread/thread-window.ts";
import { judge } from "../verdict/judge.ts";
import { NO_MEMORY, type Trail, type VerdictMemory, withTrails } from "../verdict/verdict-memory.ts";
import type { Frame, HostFrame, RuntimeFrame } from "./frame.ts";
import type { KnownDetails } from "./frame-between.ts";
import { hostFrame, ownCostFrame } from "./host-frame.ts";
import { allowanceOf } from "./limits.ts";
import { memoryLimitOf } from "./memory-limit.ts";
import { coresSinceSeen, halvesOf, runtimeCpu } from "./runtime-cpu.ts";
import type { RuntimeFigures } from "./runtime-figures.ts";
import { runtimeFrame } from "./runtime-frame.ts";
import { type WindowRuntime, windowRuntimes } from "./window-rows.ts";

/** One runtime with its figures; those of its family are complete when every member has been added. */
interface Judged {
  readonly runtime: WindowRuntime;
  readonly member: Member;
  readonly figures: RuntimeFigures;
  readonly probe: RuntimeProbe | null;
  readonly parts: readonly GilPart[];
}

/** A frame, and what verdicts remember after it. */
export interface JudgedWindow {
  readonly frame: Frame;
  readonly memory: VerdictMemory;
}

/**
 * Derives a frame from the newest sample and those before it in the window.
 * @param window samples of the window from the oldest on, without the newest; empty for the first sample.
 *   The oldest is the baseline; the others serve what began later.
 * @param memory what verdicts remember from the sample before
 */
export function judgeWindow(
  header: SessionHeader,
  details: KnownDetails,
  window: readonly RawSample[],
  newer: RawSample,
  memory: VerdictMemory,
): JudgedWindow {
  const older = window[0] ?? null;
  const host = hostFrame(header.host, older, newer);
  const runtimes = windowRuntimes(header.host, details, window, newer);
  const threadDeltas = threadWindow(runtimes, window, newer);
  const seen = observed(runtimes, newer, header.host.architecture);
  const shares = emptyShares(newer.threads.length);
  const threadCores = new Float32Array(newer.threads.length).fill(Number.NaN);
  const families = familiesOf(newer.processes, details, runtimes);
  const gilsOf = cached(gilsByRuntime);
  const probesOf = cached(probesByRuntime);

  const splits = new Map(newer.memorySplits?.map((split) => [split.processRowId, split]));
  const familySums = new Map<string, FamilySums>();
  const judged: Judged[] = [];
  for (const runtime of runtimes) {
    const member = families.members.get(runtime.rowId);
    if (member === undefined) continue;
    const first = firstReadOf(runtime, window, newer, gilsOf);
    const counted = gilWindow(runtime, gilsOf(newer).get(runtime.rowId), baseOf(runtime, gilsOf), first);
    const gil = stratifiedHeld(counted, runtime, newer, threadDeltas, seen);
    shareOut(shares, runtime, newer, threadDeltas, seen, gil);
    const cpu = runtimeCpu(runtime, newer, threadDeltas, threadCores);
    const threads = sumThreads(runtime, threadDeltas, shares);
    const users = () => (gil === null ? new Map() : gilUsers(runtime, newer, gil, header.host.architecture));
    const parts = gilParts(runtime, gil, users, threadDeltas, shares, threadCores);
    const probe = probesOf(newer).get(runtime.rowId) ?? null;
    const allowance = allowanceOf(runtime, window, newer, host.onlineCpus);
    const usedCores = Math.max(cpu.cpuCores, allowance.quotaUsedCores || 0);
    const topRow = threads.topRow;
    judged.push({
      runtime,
      member,
      probe,
      parts,
      figures: {
        python: runtime.python,
        windowSeconds: runtime.windowSeconds,
        cpuCores: cpu.cpuCores,
        exitedCores: cpu.exitedCores || 0,
        threadsKnown: cpu.threadsKnown,
        threadsReason: cpu.threadsReason,
        threadCount: newer.processes.threadCount[runtime.row] as number,
        threads,
        rung: probe?.rung ?? "none",
        probeReason: reasonOrNull(runtime.detail.probeRight),
        probeObstacle:
          probe !== null && probe.obstacle !== "denied" ? probe.obstacle : obstacleTo(runtime, newer, probe),
        probePasses: probe === null ? 0 : Math.max(0, probe.passes - (baseOf(runtime, probesOf)?.passes ?? 0)),
        gil,
        gilCount: gil === null ? 1 : gil.frames.filter(({ enabled }) => enabled !== false).length,
        ...spokenOf(parts),
        demandCores: cpu.threadsKnown ? threads.demandCores + (cpu.exitedCores || 0) : Number.NaN,
        allowedCores: allowance.allowedCores,
        limit: allowance.limit,
        limitUsedRatio: allowance.limit === null || Number.isNaN(usedCores) ? 0 : usedCores / allowance.limit.cores,
        freeCores: host.idleCores.known
          ? Math.min(allowance.allowedCores, host.idleCores.value + (cpu.cpuCores || 0))
          : allowance.allowedCores,
        memory: runtimeMemory(
          runtime,
          newer,
          member.startMethod === "fork" || member.startMethod === "forkserver",
          splits,
          memoryLimitOf(runtime.detail, older, newer),
        ),
        family: addToFamily(familySums, member.familyId, cpu.cpuCores, threads),
        host,
        topThreadName:
          topRow < 0 ? "" : oneLine(threadName(details.threads.get(newer.threads.rowId[topRow] as number))),
        holderName: holderNameOf(gil, details),
        holders: gilHolders(gil, runtime, newer, details.threads),
        topThreadTid: topRow < 0 ? 0 : (newer.threads.tid[topRow] as number),
        halves: halvesOf(runtime, window, newer),
        coresSinceSeen: coresSinceSeen(runtime, window, newer),
      },
    });
  }

  const columns = threadFrameColumns(runtimes, newer, details, threadDeltas, threadCores, shares);
  const changed = new Map<number, Trail>();
  const nameOf = (row: number) => oneLine(threadName(details.threads.get(newer.threads.rowId[row] as number)));
  const frames = judged.map(({ runtime, member, probe, parts, figures }) => {
    const before = memory.trails.get(runtime.rowId) ?? [];
    const judgement = judge(figures, before, newer.monotonicMs);
    if (judgement.trail !== before) changed.set(runtime.rowId, judgement.trail);
    const start = columns.startOf.get(runtime.rowId) ?? 0;
    const pools = columns.threads.pools.slice(start, start + runtime.threadEnd - runtime.threadStart);
    const ofGils = gilVerdicts(parts, figures, figures.gil, newer, nameOf);
    return runtimeFrame(runtime, newer, figures, judgement, ofGils, member, probe, start, poolCounts(pools));
  });
  const frame: Frame = {
    sequence: newer.sequence,
    wallMs: newer.wallMs,
    monotonicMs: newer.monotonicMs,
    windowSeconds: older === null ? 0 : (newer.monotonicMs - older.monotonicMs) / 1000,
    host,
    capabilities: newer.capabilities,
    lostCores: lostTogether(frames, host),
    runtimes: frames,
    families: familyFrames(families.families, frames),
    threads: columns.threads,
    sharedMemory: sharedMemoryFrame(newer),
    ownCost: ownCostFrame(older, newer),
  };
  const live = runtimes.map(({ rowId }) => rowId);
  return { frame, memory: withTrails(memory, changed, live) };
}

/** The frame of one window alone: its verdicts remember nothing of what was before. */
export function compareWindow(
  header: SessionHeader,
  details: KnownDetails,
  window: readonly RawSample[],
  newer: RawSample,
): Frame {
  return judgeWindow(header, details, window, newer, NO_MEMORY).frame;
}

interface FamilySums {
  cores: number;
  runnable: number;
  runtimes: number;
}

/** Adds up what a family uses, so that a runtime's verdict can tell its siblings from strangers. */
function addToFamily(
  sums: Map<string, FamilySums>,
  familyId: string,
  cpuCores: number,
  threads: ThreadSums,
): Readonly<FamilySums> {
  let sum = sums.get(familyId);
  if (sum === undefined) {
    sum = { cores: 0, runnable: 0, runtimes: 0 };
    sums.set(familyId, sum);
  }
  sum.cores += cpuCores || 0;
  sum.runnable += threads.run + threads.cpuWait;
  sum.runtimes += 1;
  return sum;
}

function holderNameOf(gil: GilWindow | null, details: KnownDetails): string {
  const top = gil?.holdings.top;
  return top === null || top === undefined ? "" : oneLine(threadName(details.threads.get(top.threadRowId)));
}

/** Lost cores of all runtimes, at most what the machine has idle: they could not all have them at once. */
function lostTogether(runtimes: readonly RuntimeFrame[], host: HostFrame): Reading {
  if (!host.idleCores.known) return absent(host.idleCores.reason);
  let sum = 0;
  for (const { lostCores } of runtimes) sum += lostCores.known ? lostCores.value : 0;
  return known(Math.min(sum, host.idleCores.value));
}

/** What keeps the probe from a runtime: what was found of it, else the machine's rule where there is one, else its owner. */
function obstacleTo(runtime: WindowRuntime, newer: RawSample, probe: RuntimeProbe | null): string | null {
  const { probeRight, probeObstacle } = runtime.detail;
  if (probeRight.known || probeRight.reason !== "denied") return probe?.obstacle ?? null;
  return probeObstacle ?? newer.capabilities.find(({ id }) => id === "futexProbe")?.obstacle ?? "denied";
}

function probesByRuntime(sample: RawSample): ReadonlyMap<number, RuntimeProbe> {
  return new Map(sample.probes.map((probe) => [probe.processRowId, probe]));
}

/** Where the GILs of a runtime were read first, when that was inside the window. */
function firstReadOf(
  runtime: WindowRuntime,
  window: readonly RawSample[],
  newer: RawSample,
  gilsOf: (sample: RawSample) => ReadonlyMap<number, readonly RawGil[]>,
): FirstRead | null {
  if (!gilsOf(newer).has(runtime.rowId) || baseOf(runtime, gilsOf) !== undefined) return null;
  for (const sample of window) {
    const gils = gilsOf(sample).get(runtime.rowId);
    if (gils !== undefined) return { gils, secondsBefore: (newer.monotonicMs - sample.monotonicMs) / 1000 };
  }
  return null;
}

function cached<Value>(of: (sample: RawSample) => Value): (sample: RawSample) => Value {
  const values = new Map<RawSample, Value>();
  return (sample) => {
    const found = values.get(sample);
    if (found !== undefined) return found;
    const made = of(sample);
    values.set(sample, made);
    return made;
  };
}

function baseOf<Value>(
  runtime: WindowRuntime,
  of: (sample: RawSample) => ReadonlyMap<number, Value>,
): Value | undefined {
  return runtime.base === null ? undefined : of(runtime.base).get(runtime.rowId);
}

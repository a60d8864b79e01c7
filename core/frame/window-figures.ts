import { type Family, familiesOf, type Member } from "../family/families.ts";
import { stratifiedHeld } from "../gil/gil-held.ts";
import { gilUsers } from "../gil/gil-users.ts";
import { type GilPart, gilParts, spokenOf } from "../gil/gil-verdicts.ts";
import { type FirstRead, gilsByRuntime, gilWindow } from "../gil/gil-window.ts";
import { runtimeMemory } from "../memory/runtime-memory.ts";
import { observed } from "../probe/observed.ts";
import type { KnownDetails } from "../sample/known-details.ts";
import type { RawGil, RawSample, RuntimeProbe, SessionHeader } from "../sample/raw-sample.ts";
import { reasonOrNull } from "../sample/reading.ts";
import { shortLived } from "../thread/short-lived.ts";
import { threadLine } from "../thread/thread-name.ts";
import { emptyShares, shareOut, type ThreadShares } from "../thread/thread-states.ts";
import { sumThreads, type ThreadSums } from "../thread/thread-sums.ts";
import { type ThreadWindow, threadWindow } from "../thread/thread-window.ts";
import { EXITED_CORES } from "../verdict/thresholds.ts";
import type { HostFrame } from "./frame.ts";
import { hostFrame } from "./host-frame.ts";
import { allowanceOf } from "./limits.ts";
import { memoryLimitOf } from "./memory-limit.ts";
import { coresSinceSeen, halvesOf, runtimeCpu } from "./runtime-cpu.ts";
import type { RuntimeFigures } from "./runtime-figures.ts";
import { firstSeenIn, type WindowRuntime, windowRuntimes } from "./window-rows.ts";

/** One runtime with its figures; those of its family are complete when every member has been added. */
export interface FiguredRuntime {
  readonly runtime: WindowRuntime;
  readonly member: Member;
  readonly figures: RuntimeFigures;
  /** What the probe tells of it, and what it told in the sample it is compared with. */
  readonly probe: RuntimeProbe | null;
  readonly probeBefore: RuntimeProbe | null;
  readonly parts: readonly GilPart[];
}

/** The figures of one window: all that verdicts are decided on, and what a frame shows besides. */
export interface WindowFigures {
  readonly host: HostFrame;
  readonly families: readonly Family[];
  readonly runtimes: readonly WindowRuntime[];
  readonly figured: readonly FiguredRuntime[];
  readonly threadDeltas: ThreadWindow;
  readonly threadCores: Float32Array;
  readonly shares: ThreadShares;
}

/**
 * Works out the figures of every runtime from the newest sample and those before it in the window.
 * @param window samples of the window from the oldest on, without the newest; empty for the first sample.
 *   The oldest is the baseline; the others serve what began later.
 */
export function windowFigures(
  header: SessionHeader,
  details: KnownDetails,
  window: readonly RawSample[],
  newer: RawSample,
): WindowFigures {
  const older = window[0] ?? null;
  const hostSince = cached((since) => hostFrame(header.host, since, newer));
  const host = older === null ? hostFrame(header.host, null, newer) : hostSince(older);
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
  const figured: FiguredRuntime[] = [];
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
    const probeBefore = baseOf(runtime, probesOf) ?? null;
    const allowance = allowanceOf(runtime, window, newer, host.onlineCpus);
    const usedCores = Math.max(cpu.cpuCores, allowance.quotaUsedCores || 0);
    // What the machine did before a runtime began says nothing of what it meets.
    const since = runtime.base ?? firstSeenIn(runtime, window) ?? window.at(-1);
    const hostMet = since === undefined ? host : hostSince(since);
    const topRow = threads.topRow;
    const top = gil?.holdings.top;
    const { interpreterId, ofGil } = spokenOf(parts);
    figured.push({
      runtime,
      member,
      probe,
      probeBefore,
      parts,
      figures: {
        python: runtime.python,
        windowSeconds: runtime.windowSeconds,
        cpuCores: cpu.cpuCores,
        exitedCores: cpu.exitedCores || 0,
        shortLived: cpu.exitedCores >= EXITED_CORES ? shortLived(runtime, window, newer) : null,
        threadsKnown: cpu.threadsKnown,
        threadsReason: cpu.threadsReason,
        threadCount: newer.processes.threadCount[runtime.row] as number,
        threads,
        rung: probe?.rung ?? "none",
        probeReason: reasonOrNull(runtime.detail.probeRight),
        probeObstacle:
          probe !== null && probe.obstacle !== "denied" ? probe.obstacle : obstacleTo(runtime, newer, probe),
        probePasses: probe === null ? 0 : Math.max(0, probe.passes - (probeBefore?.passes ?? 0)),
        gil,
        gilCount: gil === null ? 1 : gil.frames.filter(({ enabled }) => enabled !== false).length,
        interpreterId,
        ofGil,
        demandCores: cpu.threadsKnown ? threads.demandCores + (cpu.exitedCores || 0) : Number.NaN,
        allowedCores: allowance.allowedCores,
        limit: allowance.limit,
        limitUsedRatio: allowance.limit === null || Number.isNaN(usedCores) ? 0 : usedCores / allowance.limit.cores,
        freeCores: hostMet.idleCores.known
          ? Math.min(allowance.allowedCores, hostMet.idleCores.value + (cpu.cpuCores || 0))
          : allowance.allowedCores,
        memory: runtimeMemory(
          runtime,
          newer,
          member.startMethod === "fork" || member.startMethod === "forkserver",
          splits,
          memoryLimitOf(runtime.detail, older, newer),
        ),
        family: addToFamily(familySums, member.familyId, cpu.cpuCores, threads),
        host: hostMet,
        topThreadName: topRow < 0 ? "" : threadLine(details.threads.get(newer.threads.rowId[topRow] as number)),
        holderName: top === null || top === undefined ? "" : threadLine(details.threads.get(top.threadRowId)),
        topThreadTid: topRow < 0 ? 0 : (newer.threads.tid[topRow] as number),
        halves: halvesOf(runtime, window, newer),
        coresSinceSeen: coresSinceSeen(runtime, window, newer),
      },
    });
  }
  return { host, families: families.families, runtimes, figured, threadDeltas, threadCores, shares };
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

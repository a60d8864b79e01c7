import { commandLineText, memberName } from "../family/runtime-name.ts";
import { probeQuality } from "../probe/probe-quality.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { absent, known, type Reading } from "../sample/reading.ts";
import type { Judgement } from "../verdict/judge.ts";
import { WAIT_COUNTS, WAIT_RATIO } from "../verdict/thresholds.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { verdictOf } from "../verdict/verdict-of.ts";
import type { RuntimeFrame } from "./frame.ts";
import type { RuntimeFigures } from "./runtime-figures.ts";
import type { FiguredRuntime } from "./window-figures.ts";
import { noRateReason, type WindowRuntime } from "./window-rows.ts";

/** Puts together what is known of one runtime over the window, its verdict included. */
export function runtimeFrame(
  { runtime, member, figures, probe, probeBefore }: FiguredRuntime,
  newer: RawSample,
  judgement: Judgement,
  shown: Pick<RuntimeFrame, "gilVerdicts" | "holders" | "pools" | "threadStart">,
): RuntimeFrame {
  const { detail, row } = runtime;
  const { processes } = newer;
  const verdict = verdictOf(figures, judgement.decision);
  const rate = (value: number): Reading => (Number.isNaN(value) ? absent(noRateReason(runtime)) : known(value));
  const demandCores = demandOf(figures, runtime, verdict);
  const rss = processes.rssBytes[row] as number;
  const gil = figures.gil;
  const { onsetWallMs, onsetEarlier } = onsetOf(runtime, newer, judgement);
  return {
    rowId: runtime.rowId,
    pid: processes.pid[row] as number,
    parentPid: processes.parentPid[row] as number,
    startTicks: processes.startTicks[row] as number,
    startedWallMs: runtime.startedWallMs,
    name: memberName(detail, member.role),
    commandLine: commandLineText(detail),
    executablePath: detail.executablePath,
    workingDirectory: detail.workingDirectory,
    userName: detail.userName,
    python: runtime.python,
    familyId: member.familyId,
    parentRowId: member.parentRowId,
    role: member.role,
    startMethod: member.startMethod,
    windowSeconds: runtime.windowSeconds,
    cpuCores: rate(figures.cpuCores),
    exitedThreadCores: figures.threadsKnown ? rate(figures.exitedCores) : absent(noRateReason(runtime)),
    rssBytes: Number.isNaN(rss) ? absent("unsupported") : known(rss),
    pssBytes: figures.memory.pssBytes,
    ussBytes: figures.memory.ussBytes,
    memory: figures.memory,
    container: detail.container ?? null,
    threadCount: figures.threadCount,
    pools: shown.pools,
    workingThreads: figures.threads.working,
    allowedCores: figures.allowedCores,
    limit: figures.limit,
    demandCores,
    potentialCores: demandCores.known ? known(Math.min(demandCores.value, figures.freeCores)) : demandCores,
    lostCores: lostOf(figures, verdict, demandCores),
    gilHeldRatio: gil === null ? absent(heldReason(runtime, figures)) : gil.heldRatio,
    gils: gil?.frames ?? [],
    verdict,
    onsetWallMs,
    onsetEarlier,
    gilVerdicts: shown.gilVerdicts,
    holders: shown.holders,
    probePasses: figures.probePasses,
    probeRateHz: probe?.rateHz ?? 0,
    probeQuality: probeQuality(probe, probeBefore, runtime.windowSeconds),
    probeObstacle: figures.probeObstacle,
    threadStart: shown.threadStart,
    threadRows: runtime.threadEnd - runtime.threadStart,
  };
}

/** A start time is known to a tick, and boot time about as well. */
const START_SLACK_MS = 100;

function onsetOf(
  runtime: WindowRuntime,
  newer: RawSample,
  { holding }: Judgement,
): Pick<RuntimeFrame, "onsetWallMs" | "onsetEarlier"> {
  if (holding.onsetMs === null) return { onsetWallMs: null, onsetEarlier: false };
  const onsetWallMs = newer.wallMs - (newer.monotonicMs - holding.onsetMs);
  // Nothing can have held before the program began.
  const fromBirth = runtime.startedWallMs >= onsetWallMs - START_SLACK_MS;
  return { onsetWallMs, onsetEarlier: holding.earlier && !fromBirth };
}

/** Demand is told only where the waits it rests on were seen. */
function demandOf(figures: RuntimeFigures, runtime: WindowRuntime, verdict: Verdict): Reading {
  if (Number.isNaN(figures.demandCores) || figures.windowSeconds <= 0) return absent(noRateReason(runtime));
  const hidden = figures.threads.hiddenGilWait;
  const suspected = verdict.id === "gil-bound" && verdict.basis === "suspected";
  if (suspected || (hidden >= WAIT_COUNTS && hidden > WAIT_RATIO * (figures.threads.run + hidden))) {
    return absent(figures.probeReason ?? "not-yet");
  }
  return known(Math.max(figures.demandCores, Number.isNaN(figures.cpuCores) ? 0 : figures.cpuCores));
}

/** min(demand, cores allowed and free) − cores used, as far as waiting for the GIL accounts for it. */
function lostOf(figures: RuntimeFigures, verdict: Verdict, demand: Reading): Reading {
  if (!demand.known) return demand;
  const { gilWait } = figures.threads;
  const counts = verdict.id === "gil-bound" || verdict.furtherCauses.some(({ id }) => id === "gil-bound");
  if (!counts) return known(0);
  const lost = Math.min(demand.value, figures.freeCores) - figures.cpuCores;
  return known(Math.max(0, Math.min(lost, gilWait)));
}

function heldReason(runtime: WindowRuntime, figures: RuntimeFigures): "denied" | "unsupported" | "not-yet" | "gone" {
  if (!runtime.detail.probeRight.known) return runtime.detail.probeRight.reason;
  return figures.rung === "none" || figures.rung === "memory" ? "not-yet" : "unsupported";
}

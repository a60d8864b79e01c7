import type { z } from "zod";
import type { Frame, GilHolders, RuntimeFrame } from "../frame/frame.ts";
import { holdersByFunction, holdersByThread } from "../gil/gil-holders.ts";
import type { ProbeQuality } from "../probe/probe-quality.ts";
import type { SessionHeader } from "../sample/raw-sample.ts";
import { THREAD_STATE_COUNT, THREAD_STATES, type ThreadState } from "../thread/thread-state.ts";
import type { diagnoseReportSchema, threadSchema } from "./diagnose-schema.ts";
import { memoryReport } from "./memory-report.ts";
import {
  gilReport,
  hostReport,
  isoTime,
  messageReport,
  onsetReport,
  pythonReport,
  round,
  type Say,
  withReason,
} from "./parts.ts";
import { REPORT_SCHEMA_VERSION } from "./version.ts";

/** What `gilscope diagnose --json` prints. */
export type DiagnoseReport = z.infer<typeof diagnoseReportSchema>;

type ThreadReport = z.infer<typeof threadSchema>;

function threadReport(frame: Frame, row: number): ThreadReport {
  const { threads } = frame;
  const states = Object.fromEntries(
    THREAD_STATES.map((state, index) => [state, round(threads.states[row * THREAD_STATE_COUNT + index] ?? 0) ?? 0]),
  ) as Record<ThreadState, number>;
  const cpuCores = round(threads.cpuCores[row] ?? Number.NaN);
  const switchesPerSecond = round(threads.switchesPerSecond[row] ?? Number.NaN);
  const gilBound = threads.gilBound[row];
  return {
    tid: threads.tid[row] ?? 0,
    name: threads.names[row] ?? "",
    cpuCores,
    ...(cpuCores === null ? { cpuCoresReason: "not-yet" as const } : {}),
    switchesPerSecond,
    ...(switchesPerSecond === null ? { switchesPerSecondReason: "not-yet" as const } : {}),
    gilBound: gilBound === 1 ? true : gilBound === 0 ? false : null,
    ...(gilBound === 0 || gilBound === 1 ? {} : { gilBoundReason: threads.gilBoundReason[row] ?? "not-yet" }),
    states,
  };
}

/** Absent where no pass was made: then there is nothing that could be late. */
function lateness(quality: ProbeQuality | null): { readonly lateRatio?: number } {
  return quality === null || quality.lateRatio === null ? {} : { lateRatio: round(quality.lateRatio) ?? 0 };
}

function threadReports(frame: Frame, runtime: RuntimeFrame): ThreadReport[] {
  const rows = Array.from({ length: runtime.threadRows }, (_, index) => runtime.threadStart + index);
  return rows.map((row) => threadReport(frame, row)).sort((a, b) => (b.cpuCores ?? -1) - (a.cpuCores ?? -1));
}

function holdersReport(holders: GilHolders): DiagnoseReport["holders"] {
  const thread = (one: { readonly tid: number; readonly threadName: string }) => ({
    tid: one.tid === 0 ? null : one.tid,
    name: one.threadName,
  });
  return {
    whileOthersWaited: holders.whileWaited,
    moments: holders.moments,
    threads: holdersByThread(holders).map((one) => ({ ...thread(one), ratio: round(one.ratio) ?? 0 })),
    functions: holdersByFunction(holders).map(({ functionName, file, line, ratio }) => ({
      functionName,
      file,
      line,
      ratio: round(ratio) ?? 0,
    })),
    places: holders.list.map((one) => ({
      thread: thread(one),
      function:
        one.functionName === null
          ? null
          : { functionName: one.functionName, file: one.file ?? "", line: one.line ?? 0 },
      ratio: round(one.ratio) ?? 0,
    })),
  };
}

function familyPart(frame: Frame, runtime: RuntimeFrame, say: Say | null): DiagnoseReport["family"] {
  const family = frame.families.find(({ id }) => id === runtime.familyId);
  if (family === undefined) return null;
  const { id, memberRowIds, summary } = family;
  return { id, members: memberRowIds.length, summary: summary === null ? null : messageReport(summary, say) };
}

/** One runtime of a frame with its verdict and evidence, as plain JSON; null when the frame does not hold it. */
export function diagnoseReport(
  frame: Frame,
  header: SessionHeader,
  rowId: number,
  say: Say | null = null,
): DiagnoseReport | null {
  const runtime = frame.runtimes.find((candidate) => candidate.rowId === rowId);
  if (runtime === undefined) return null;
  const { verdict } = runtime;
  return {
    schemaVersion: REPORT_SCHEMA_VERSION,
    programVersion: header.programVersion,
    sampledAt: isoTime(frame.wallMs),
    pid: runtime.pid,
    startTime: isoTime(runtime.startedWallMs),
    name: runtime.name,
    commandLine: runtime.commandLine,
    userName: runtime.userName,
    python: pythonReport(runtime),
    host: hostReport(header.host, frame.host),
    verdict: verdict.id,
    basis: verdict.basis,
    confidence: round(verdict.confidence) ?? 0,
    headline: messageReport(verdict.headline, say),
    onset: onsetReport(frame, runtime),
    windowSeconds: round(runtime.windowSeconds) ?? 0,
    ...withReason("cpuCores", runtime.cpuCores),
    ...withReason("demandCores", runtime.demandCores),
    allowedCores: round(runtime.allowedCores) ?? header.host.onlineCpus,
    ...withReason("potentialCores", runtime.potentialCores),
    ...withReason("lostCores", runtime.lostCores),
    limit: runtime.limit,
    ...withReason("rssBytes", runtime.rssBytes),
    ...withReason("pssBytes", runtime.pssBytes),
    ...withReason("ussBytes", runtime.ussBytes),
    memory: memoryReport(runtime.memory),
    container: runtime.container,
    nativePools: runtime.pools.map((pool) => ({ ...pool })),
    family: familyPart(frame, runtime, say),
    ...withReason("gilHeldRatio", runtime.gilHeldRatio),
    gils: runtime.gils.map(gilReport),
    gilVerdicts: runtime.gilVerdicts.map((gil) => ({
      interpreterId: gil.interpreterId,
      verdict: gil.verdict.id,
      basis: gil.verdict.basis,
      confidence: round(gil.verdict.confidence) ?? 0,
      headline: messageReport(gil.verdict.headline, say),
      threadCount: gil.threadCount,
      ...withReason("cpuCores", gil.cpuCores),
      ...withReason("heldRatio", gil.heldRatio),
      ...withReason("gilWaitThreads", gil.gilWait),
    })),
    holders: holdersReport(runtime.holders),
    threads: threadReports(frame, runtime),
    ...withReason("exitedThreadCores", runtime.exitedThreadCores),
    furtherCauses: verdict.furtherCauses.map((cause) => ({
      verdict: cause.id,
      message: messageReport(cause.message, say),
    })),
    evidence: verdict.evidence.map((message) => messageReport(message, say)),
    advice: verdict.advice.map((message) => messageReport(message, say)),
    probe: {
      passes: round(runtime.probePasses) ?? 0,
      rateHz: round(runtime.probeRateHz) ?? 0,
      ...lateness(runtime.probeQuality),
      obstacle: runtime.probeObstacle,
    },
  };
}

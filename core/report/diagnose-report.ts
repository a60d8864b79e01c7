import { z } from "zod";
import type { Frame, RuntimeFrame } from "../frame.ts";
import type { SessionHeader } from "../raw-sample.ts";
import { THREAD_STATE_COUNT, THREAD_STATES, type ThreadState } from "../thread-state.ts";
import {
  basisSchema,
  gilReport,
  gilSchema,
  hostReport,
  hostSchema,
  isoTime,
  messageReport,
  messageSchema,
  numberOrNull,
  pythonReport,
  pythonSchema,
  REPORT_SCHEMA_VERSION,
  reasonBeside,
  round,
  type Say,
  timeSchema,
  verdictSchema,
  withReason,
} from "./parts.ts";

const statesSchema = z.record(z.enum(THREAD_STATES), z.number()).describe("Shares of the thread's time; they sum to 1");

const threadSchema = z.object({
  tid: z.number().int(),
  name: z.string(),
  cpuCores: numberOrNull,
  cpuCoresReason: reasonBeside,
  switchesPerSecond: numberOrNull,
  switchesPerSecondReason: reasonBeside,
  gilBound: z.boolean().nullable().describe("Waits for the GIL at least a quarter of the time it wants to run"),
  gilBoundReason: reasonBeside,
  states: statesSchema,
});

const watchedSchema = z.object({
  seconds: z.number().describe("Seconds from the start of the command to its end, or as long as was asked for"),
  verdictSeconds: z.partialRecord(verdictSchema, z.number()).describe("Seconds each verdict held"),
});

/** Of a command that was started and watched: for how long, and how long each verdict held. */
export type WatchedReport = z.infer<typeof watchedSchema>;

/** What `gilscope diagnose --json` prints. */
export const diagnoseReportSchema = z.object({
  schemaVersion: z.literal(REPORT_SCHEMA_VERSION),
  programVersion: z.string(),
  sampledAt: timeSchema,
  pid: z.number().int(),
  startTime: timeSchema,
  name: z.string(),
  commandLine: z.string().nullable(),
  userName: z.string(),
  python: pythonSchema,
  host: hostSchema,
  verdict: verdictSchema,
  basis: basisSchema,
  confidence: z.number(),
  headline: messageSchema,
  windowSeconds: z.number(),
  cpuCores: numberOrNull,
  cpuCoresReason: reasonBeside,
  demandCores: numberOrNull,
  demandCoresReason: reasonBeside,
  allowedCores: z.number(),
  potentialCores: numberOrNull,
  potentialCoresReason: reasonBeside,
  lostCores: numberOrNull,
  lostCoresReason: reasonBeside,
  limit: z
    .object({
      kind: z.enum(["affinity", "quota"]),
      cores: z.number(),
      cgroupPath: z.string().nullable(),
      throttledRatio: z.number().nullable(),
    })
    .nullable(),
  rssBytes: numberOrNull,
  rssBytesReason: reasonBeside,
  gilHeldRatio: numberOrNull,
  gilHeldRatioReason: reasonBeside,
  gils: z.array(gilSchema),
  threads: z.array(threadSchema),
  exitedThreadCores: numberOrNull,
  exitedThreadCoresReason: reasonBeside,
  furtherCauses: z.array(z.object({ verdict: verdictSchema, message: messageSchema })),
  evidence: z.array(messageSchema),
  advice: z.array(messageSchema),
  probe: z.object({
    passes: z.number(),
    rateHz: z.number(),
    obstacle: z.string().nullable().describe("Why a better rung of evidence is out of reach"),
  }),
  watched: watchedSchema.optional(),
});

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

function threadReports(frame: Frame, runtime: RuntimeFrame): ThreadReport[] {
  const rows = Array.from({ length: runtime.threadRows }, (_, index) => runtime.threadStart + index);
  return rows.map((row) => threadReport(frame, row)).sort((a, b) => (b.cpuCores ?? -1) - (a.cpuCores ?? -1));
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
    windowSeconds: round(runtime.windowSeconds) ?? 0,
    ...withReason("cpuCores", runtime.cpuCores),
    ...withReason("demandCores", runtime.demandCores),
    allowedCores: round(runtime.allowedCores) ?? header.host.onlineCpus,
    ...withReason("potentialCores", runtime.potentialCores),
    ...withReason("lostCores", runtime.lostCores),
    limit: runtime.limit,
    ...withReason("rssBytes", runtime.rssBytes),
    ...withReason("gilHeldRatio", runtime.gilHeldRatio),
    gils: runtime.gils.map(gilReport),
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
      obstacle: runtime.probeObstacle,
    },
  };
}

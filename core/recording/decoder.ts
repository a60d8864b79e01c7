import type { z } from "zod";
import type { ProbeTarget } from "../probe/probe-plan.ts";
import type { Capabilities } from "../sample/capabilities.ts";
import type {
  CgroupSample,
  Observation,
  ProbeCounts,
  ProcessColumns,
  RawGil,
  RawSample,
  RuntimeProbe,
  ThreadColumns,
} from "../sample/raw-sample.ts";
import { itemSchemas, lineSchema } from "./line-schema.ts";
import { applyList } from "./list-patch.ts";
import { applyMemory, type MemoryState, memoryFields, NO_MEMORY } from "./memory-lines.ts";
import { COUNT_SHAPE, CPU_SHAPE, PROCESS_SHAPE, THREAD_SHAPE } from "./shape.ts";
import { applyStacks, NO_STACKS, type StackState } from "./stack-lines.ts";
import { applyTable, type Table } from "./table.ts";

interface DecoderState {
  readonly monotonicMs: number;
  readonly cpus: Table<typeof CPU_SHAPE>;
  readonly processes: ProcessColumns;
  readonly threads: ThreadColumns;
  readonly counts: ProbeCounts;
  readonly observations: readonly Observation[];
  readonly cgroups: readonly CgroupSample[];
  readonly probes: readonly RuntimeProbe[];
  readonly gils: readonly RawGil[];
  readonly stacks: StackState;
  readonly memory: MemoryState;
  readonly targets: readonly ProbeTarget[];
  readonly capabilities: Capabilities;
}

type Line = z.infer<typeof lineSchema>;

/**
 * Reads the sample lines of a recording one by one. Whatever a line holds, the answer is a sample or null, never a throw;
 * after a damaged line, lines are refused until the next key frame.
 */
export class RecordingDecoder {
  private state: DecoderState | null = null;
  private lastMonotonicMs = Number.NEGATIVE_INFINITY;

  /** The sample of one line, as text or as parsed JSON; null for a line that is damaged or that needs one that was. */
  decode(line: unknown): RawSample | null {
    const parsed = parseLine(line);
    const continued = this.state;
    const before = parsed?.k === 1 ? null : continued;
    this.state = null;
    if (parsed === null || (before === null && parsed.k !== 1)) return null;
    // Time that stands still or runs back would make every rate meaningless.
    if (!(parsed.m > this.lastMonotonicMs)) return null;
    const state = nextState(before, parsed);
    if (state === null) return null;
    this.state = state;
    this.lastMonotonicMs = parsed.m;
    return sampleOf(state, parsed, continued !== null);
  }
}

function parseLine(line: unknown): Line | null {
  try {
    const parsed = lineSchema.safeParse(typeof line === "string" ? JSON.parse(line) : line);
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function nextState(before: DecoderState | null, line: Line): DecoderState | null {
  const cpus = applyTable(CPU_SHAPE, before?.cpus ?? null, line.u);
  const processes = applyTable(PROCESS_SHAPE, before?.processes ?? null, line.p);
  const threads = applyTable(THREAD_SHAPE, before?.threads ?? null, line.t);
  const counts = applyTable(COUNT_SHAPE, before?.counts ?? null, line.c);
  const observations = applyObservations(before?.observations ?? [], line.ob);
  const cgroups = applyList(itemSchemas.cgroup, before?.cgroups ?? null, line.cg);
  const probes = applyList(itemSchemas.probe, before?.probes ?? null, line.pr);
  const gils = applyList(itemSchemas.gil, before?.gils ?? null, line.gi);
  const stacks = applyStacks(before?.stacks ?? NO_STACKS, line);
  const memory = applyMemory(before?.memory ?? NO_MEMORY, line);
  const targets = applyList(itemSchemas.target, before?.targets ?? null, line.pl);
  const capabilities = applyList(itemSchemas.capability, before?.capabilities ?? null, line.ca);
  if (cpus === null || processes === null || threads === null || counts === null || observations === null) return null;
  if (stacks === null || memory === null) return null;
  if (cgroups === null || probes === null || gils === null || targets === null || capabilities === null) return null;
  if (line.p !== undefined && !ascending(processes.rowId, null)) return null;
  if (line.t !== undefined && !ascending(threads.rowId, threads.processRowId)) return null;
  if (line.c !== undefined && !counts.observationId.every((id) => id < observations.length)) return null;
  return {
    monotonicMs: line.m,
    cpus,
    processes,
    threads,
    counts,
    observations,
    cgroups,
    probes,
    gils,
    stacks,
    memory,
    targets,
    capabilities,
  };
}

/** Whether rows ascend by group, then by id; readers search them by halving. */
function ascending(ids: Uint32Array, groups: Uint32Array | null): boolean {
  for (let row = 1; row < ids.length; row += 1) {
    const group = groups === null ? 0 : groups[row]! - groups[row - 1]!;
    if (group < 0 || (group === 0 && ids[row]! <= ids[row - 1]!)) return false;
  }
  return true;
}

function applyObservations(before: readonly Observation[], patch: Line["ob"]): readonly Observation[] | null {
  if (patch === undefined) return before;
  const [start, items] = patch;
  return start > before.length ? null : [...before.slice(0, start), ...items];
}

function sampleOf(state: DecoderState, line: Line, continued: boolean): RawSample {
  const [busySeconds, stealSeconds, memoryAvailableBytes, swapUsedBytes] = line.h;
  const processDetails = line.pd ?? [];
  const threadDetails = line.td ?? [];
  // A key frame repeats every detail for a reader that starts there; one who came along knows them.
  const newProcesses = continued && line.pn !== undefined ? new Set(line.pn) : null;
  const newThreads = continued && line.tn !== undefined ? new Set(line.tn) : null;
  return {
    sequence: line.q,
    monotonicMs: line.m,
    wallMs: line.w,
    host: {
      busySeconds,
      stealSeconds,
      busySecondsByCpu: state.cpus.busySeconds,
      memoryAvailableBytes,
      swapUsedBytes,
    },
    processes: state.processes,
    threads: state.threads,
    processDetails: newProcesses === null ? processDetails : processDetails.filter((d) => newProcesses.has(d.rowId)),
    threadDetails: newThreads === null ? threadDetails : threadDetails.filter((d) => newThreads.has(d.rowId)),
    cgroups: state.cgroups,
    observations: state.observations,
    probes: state.probes,
    probeCounts: state.counts,
    gils: state.gils,
    ...(line.sa === undefined ? {} : { stacks: state.stacks.stacks }),
    capabilities: state.capabilities,
    plan: { targets: state.targets },
    ownCost: line.oc ?? null,
    ...memoryFields(state.memory),
  };
}

import { type Ending, type Endings, NO_ENDINGS } from "../history/endings.ts";
import type { SharedMemoryFrame } from "../memory/shared-memory.ts";
import { valueOrNull } from "../sample/reading.ts";
import { THREAD_STATE_COUNT } from "../thread/thread-state.ts";
import type { FamilyFrame, Frame, RuntimeFrame, ThreadFrameColumns } from "./frame.ts";
import {
  type FamilyMemberView,
  type FamilyRow,
  MOST_MEMBERS_SHOWN,
  type RuntimeRow,
  type RuntimeView,
  type ViewOf,
} from "./view.ts";

/** Cuts one frame down to what the page shows: a row for each runtime, threads only of the selected one. */
export const viewOf: ViewOf = (frame, selectedRowId, ended = NO_ENDINGS) => {
  const selectedIn = ended.endings.find(({ rowIds }) => selectedRowId !== null && rowIds.has(selectedRowId));
  return {
    sequence: frame.sequence,
    wallMs: frame.wallMs,
    windowSeconds: frame.windowSeconds,
    host: frame.host,
    capabilities: frame.capabilities,
    lostCores: valueOrNull(frame.lostCores),
    rows: [
      ...frame.runtimes.map((runtime) => rowOf(runtime, frame.threads)),
      ...ended.endings.flatMap((ending) => endedRows(ending)),
    ],
    ...(ended.leftOut === 0 ? {} : { endedLeftOut: ended.leftOut }),
    families: familyRows(frame, ended),
    selected: selectedRowId === null ? null : selectedView(selectedIn?.frame ?? frame, selectedRowId),
    ownCost: frame.ownCost,
  };
};

function endedRows({ frame, rowIds }: Ending): readonly RuntimeRow[] {
  return frame.runtimes
    .filter(({ rowId }) => rowIds.has(rowId))
    .map((runtime) => ({ ...rowOf(runtime, frame.threads), endedWallMs: frame.wallMs }));
}

/** The families of a frame, with the members that ended, and those that ended whole. */
function familyRows(frame: Frame, { endings }: Endings): readonly FamilyRow[] {
  const rows = new Map(frame.families.map((family) => [family.id, familyRow(family)]));
  for (const ending of endings) {
    for (const family of ending.frame.families) {
      const own = family.memberRowIds.filter((rowId) => ending.rowIds.has(rowId));
      if (own.length === 0) continue;
      const known = rows.get(family.id);
      const memberRowIds = known === undefined ? own : [...known.memberRowIds, ...own];
      rows.set(family.id, { ...(known ?? familyRow(family)), memberRowIds });
    }
  }
  return [...rows.values()];
}

function rowOf(runtime: RuntimeFrame, threads: ThreadFrameColumns): RuntimeRow {
  let gilBoundThreads = 0;
  const end = runtime.threadStart + runtime.threadRows;
  for (let row = runtime.threadStart; row < end; row += 1) if (threads.gilBound[row] === 1) gilBoundThreads += 1;
  const { python } = runtime;
  return {
    rowId: runtime.rowId,
    pid: runtime.pid,
    name: runtime.name,
    searchText: [
      runtime.name,
      runtime.pid,
      runtime.commandLine ?? "",
      python.implementation,
      python.version ?? "",
      python.virtualEnvironment ?? "",
      valueOrNull(runtime.workingDirectory) ?? "",
      runtime.userName,
      runtime.verdict.id,
    ]
      .join("\n")
      .toLowerCase(),
    version: python.version,
    implementation: python.implementation,
    familyId: runtime.familyId,
    parentRowId: runtime.parentRowId,
    role: runtime.role,
    threadCount: runtime.threadCount,
    gilBoundThreads,
    cpuCores: valueOrNull(runtime.cpuCores),
    rssBytes: valueOrNull(runtime.rssBytes),
    lostCores: valueOrNull(runtime.lostCores),
    verdict: runtime.verdict.id,
    basis: runtime.verdict.basis,
  };
}

function familyRow(family: FamilyFrame): FamilyRow {
  return {
    id: family.id,
    name: family.name,
    kind: family.kind,
    startMethod: family.startMethod,
    cpuCores: valueOrNull(family.cpuCores),
    lostCores: valueOrNull(family.lostCores),
    memberRowIds: family.memberRowIds,
    verdict: family.verdict.id,
    pssBytes: valueOrNull(family.pssBytes),
    unreadMembers: family.unreadRowIds.length,
    summary: family.summary,
  };
}

function selectedView(frame: Frame, rowId: number): RuntimeView | null {
  const runtime = frame.runtimes.find((one) => one.rowId === rowId);
  const family = frame.families.find((one) => one.id === runtime?.familyId);
  if (runtime === undefined || family === undefined) return null;
  const { threadStart, threadRows } = runtime;
  return {
    runtime: { ...runtime, threadStart: 0 },
    family,
    members: membersOf(frame, family),
    sharedMemory: sharedWith(frame.sharedMemory, family),
    threads: threadsOf(frame.threads, threadStart, threadStart + threadRows),
  };
}

function membersOf(frame: Frame, family: FamilyFrame): readonly FamilyMemberView[] {
  return frame.runtimes
    .filter(({ familyId }) => familyId === family.id)
    .slice(0, MOST_MEMBERS_SHOWN)
    .map(({ rowId, pid, name, role, verdict, cpuCores, memory }) => ({
      rowId,
      pid,
      name,
      role,
      verdict: verdict.id,
      cpuCores: valueOrNull(cpuCores),
      memory,
    }));
}

function sharedWith(shared: SharedMemoryFrame, family: FamilyFrame): SharedMemoryFrame {
  const members = new Set(family.memberRowIds);
  const segments = shared.segments.filter(
    ({ processRowIds }) => processRowIds.length === 0 || processRowIds.some((rowId) => members.has(rowId)),
  );
  return { ...shared, segments: segments.slice(0, MOST_MEMBERS_SHOWN) };
}

/** Cuts one runtime's rows out of the columns; the copies share nothing with the frame, so they can be sent away. */
function threadsOf(threads: ThreadFrameColumns, start: number, end: number): ThreadFrameColumns {
  return {
    length: end - start,
    rowId: threads.rowId.slice(start, end),
    tid: threads.tid.slice(start, end),
    names: threads.names.slice(start, end),
    cpuCores: threads.cpuCores.slice(start, end),
    switchesPerSecond: threads.switchesPerSecond.slice(start, end),
    states: threads.states.slice(start * THREAD_STATE_COUNT, end * THREAD_STATE_COUNT),
    gilBound: threads.gilBound.slice(start, end),
    gilBoundReason: threads.gilBoundReason.slice(start, end),
    observations: threads.observations.slice(start, end),
    stacks: threads.stacks.slice(start, end),
    pools: threads.pools.slice(start, end),
  };
}

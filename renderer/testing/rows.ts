import type { FamilyRow, FrameView, RuntimeRow } from "../../core/frame/view.ts";
import { absent, known } from "../../core/sample/reading.ts";

/** A row of the list for tests. */
export function row(rowId: number, changes: Partial<RuntimeRow> = {}): RuntimeRow {
  const name = changes.name ?? `app-${rowId}.py`;
  return {
    rowId,
    pid: 1000 + rowId,
    name,
    searchText: `${name} ${1000 + rowId} ada`.toLowerCase(),
    version: "3.12.1",
    implementation: "CPython",
    familyId: `family ${rowId}`,
    parentRowId: null,
    role: "parent",
    threadCount: 4,
    gilBoundThreads: 0,
    cpuCores: 0,
    rssBytes: 64 * 2 ** 20,
    lostCores: 0,
    verdict: "idle",
    basis: "inferred",
    ...changes,
  };
}

/** The families of rows, with sums as the core makes them. */
export function familiesOf(rows: readonly RuntimeRow[]): readonly FamilyRow[] {
  const ids = [...new Set(rows.map((entry) => entry.familyId))];
  return ids.map((id) => {
    const members = rows.filter((entry) => entry.familyId === id);
    const sum = (pick: (entry: RuntimeRow) => number | null) =>
      members.reduce((total, entry) => total + (pick(entry) ?? 0), 0);
    return {
      id,
      name: id,
      kind: members.length > 1 ? "tree" : "single",
      startMethod: null,
      pssBytes: null,
      unreadMembers: 0,
      summary: null,
      cpuCores: sum((entry) => entry.cpuCores),
      lostCores: sum((entry) => entry.lostCores),
      memberRowIds: members.map((entry) => entry.rowId),
      verdict: members[0]?.verdict ?? "idle",
    };
  });
}

/** A frame of rows for tests. */
export function frameView(rows: readonly RuntimeRow[], changes: Partial<FrameView> = {}): FrameView {
  return {
    sequence: 1,
    wallMs: 1_790_000_000_000,
    windowSeconds: 5,
    host: {
      onlineCpus: 4,
      busyCores: known(1),
      idleCores: known(3),
      busyCoresByCpu: new Float32Array(4),
      memoryBytes: 2 ** 34,
      memoryAvailableBytes: 2 ** 33,
    },
    capabilities: [],
    lostCores: 0,
    rows,
    families: familiesOf(rows),
    selected: null,
    ownCost: { cpuCores: known(0.006), samplerCpuCores: absent("not-yet"), rssBytes: 2 ** 26 },
    ...changes,
  };
}

import type { Role, StartMethod } from "../frame/frame.ts";
import type { KnownDetails } from "../frame/frame-between.ts";
import type { WindowRuntime } from "../frame/window-rows.ts";
import type { ProcessColumns, ProcessDetail } from "../sample/raw-sample.ts";
import { MANAGER_RULES, MEMBER_RULES, TRANSPARENT_COMMS } from "./family-rules.ts";
import { runtimeName } from "./runtime-name.ts";

/** One runtime's place in its family. */
export interface Member {
  readonly rowId: number;
  readonly familyId: string;
  readonly parentRowId: number | null;
  readonly role: Role;
  readonly startMethod: StartMethod | null;
}

/** Runtimes that belong together. */
export interface Family {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly startMethod: StartMethod | null;
  readonly memberRowIds: readonly number[];
}

/** Families of a sample, and the place of each runtime by row id. */
export interface Families {
  readonly families: readonly Family[];
  readonly members: ReadonlyMap<number, Member>;
}

/** A chain of parents is followed this far; anything longer is a loop. */
const LONGEST_CHAIN = 64;

/** Groups runtimes under their topmost runtime ancestor and names what manages them. */
export function familiesOf(
  processes: ProcessColumns,
  details: KnownDetails,
  runtimes: readonly WindowRuntime[],
): Families {
  const rowOfPid = new Map<number, number>();
  for (let row = 0; row < processes.length; row += 1) rowOfPid.set(processes.pid[row] as number, row);
  const byRowId = new Map(runtimes.map((runtime) => [runtime.rowId, runtime]));
  const parentOf = new Map<number, number>();
  for (const runtime of runtimes) {
    const parent = runtimeAncestor(processes, details, rowOfPid, byRowId, runtime.row);
    if (parent !== null) parentOf.set(runtime.rowId, parent);
  }
  const groups = new Map<number, WindowRuntime[]>();
  for (const runtime of runtimes) {
    const root = rootOf(parentOf, runtime.rowId);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [runtime]);
    else group.push(runtime);
  }
  const families: Family[] = [];
  const members = new Map<number, Member>();
  for (const [rootRowId, group] of groups) {
    const root = byRowId.get(rootRowId);
    if (root === undefined) continue;
    const id = `${processes.pid[root.row]}-${processes.startTicks[root.row]}`;
    families.push(familyOf(id, root, group, parentOf, byRowId, members));
  }
  return { families, members };
}

function runtimeAncestor(
  processes: ProcessColumns,
  details: KnownDetails,
  rowOfPid: ReadonlyMap<number, number>,
  byRowId: ReadonlyMap<number, WindowRuntime>,
  start: number,
): number | null {
  let row = start;
  for (let steps = 0; steps < LONGEST_CHAIN; steps += 1) {
    const parent = rowOfPid.get(processes.parentPid[row] as number);
    if (parent === undefined || parent === row) return null;
    // A parent that began after its child is a stranger under a pid used again.
    if ((processes.startTicks[parent] as number) > (processes.startTicks[start] as number)) return null;
    const rowId = processes.rowId[parent] as number;
    if (byRowId.has(rowId)) return rowId;
    const detail = details.processes.get(rowId);
    if (detail === undefined || !TRANSPARENT_COMMS.has(detail.comm)) return null;
    row = parent;
  }
  return null;
}

function rootOf(parentOf: ReadonlyMap<number, number>, rowId: number): number {
  let root = rowId;
  for (let steps = 0; steps < LONGEST_CHAIN; steps += 1) {
    const parent = parentOf.get(root);
    if (parent === undefined || parent === rowId) return root;
    root = parent;
  }
  return root;
}

interface Signature {
  readonly kind: string | null;
  readonly role: Role;
  readonly startMethod: StartMethod | null;
}

function familyOf(
  id: string,
  root: WindowRuntime,
  group: readonly WindowRuntime[],
  parentOf: ReadonlyMap<number, number>,
  byRowId: ReadonlyMap<number, WindowRuntime>,
  members: Map<number, Member>,
): Family {
  const signatures = group.map((runtime) => {
    const parent = byRowId.get(parentOf.get(runtime.rowId) ?? -1);
    return runtime === root && group.length > 0 ? rootSignature(runtime, group.length) : signatureOf(runtime, parent);
  });
  group.forEach((runtime, index) => {
    const signature = signatures[index] as Signature;
    members.set(runtime.rowId, {
      rowId: runtime.rowId,
      familyId: id,
      parentRowId: parentOf.get(runtime.rowId) ?? null,
      role: signature.role,
      startMethod: signature.startMethod,
    });
  });
  const { manager } = traitsOf(root.detail);
  const ofWorkers = signatures.find(({ kind, role }) => kind !== null && role === "worker")?.kind;
  const ofHelpers = signatures.find(({ kind }) => kind !== null)?.kind;
  const methods = new Set(
    signatures.filter((s) => s.role === "worker" && s.startMethod !== null).map((s) => s.startMethod),
  );
  return {
    id,
    name: runtimeName(root.detail),
    kind: manager ?? ofWorkers ?? ofHelpers ?? (group.length > 1 ? "tree" : "single"),
    startMethod: methods.size === 1 ? ([...methods][0] ?? null) : null,
    memberRowIds: group.map((runtime) => runtime.rowId),
  };
}

function rootSignature(root: WindowRuntime, size: number): Signature {
  // An orphaned worker or a lone kernel keeps its part; any other root is the parent.
  const rule = traitsOf(root.detail).rule;
  if (size === 1 && rule !== undefined) return rule;
  return { kind: null, role: "parent", startMethod: null };
}

function signatureOf(runtime: WindowRuntime, parent: WindowRuntime | undefined): Signature {
  const same = parent !== undefined && traitsOf(parent.detail).text === traitsOf(runtime.detail).text;
  const rule = traitsOf(runtime.detail).rule;
  if (rule?.startMethod === "forkserver" && same) {
    return { kind: rule.kind, role: "worker", startMethod: "forkserver" };
  }
  // A resource tracker or spawned worker that forks hands its command line on.
  if (rule !== undefined && !(same && rule.role === "worker")) return rule;
  if (same) {
    return { kind: traitsOf(runtime.detail).manager ?? "multiprocessing", role: "worker", startMethod: "fork" };
  }
  return { kind: null, role: "worker", startMethod: null };
}

interface Traits {
  readonly text: string;
  readonly rule: Signature | undefined;
  readonly manager: string | undefined;
}

const traits = new WeakMap<ProcessDetail, Traits>();

/** What the command line alone tells, worked out once for each detail. */
function traitsOf(detail: ProcessDetail): Traits {
  let found = traits.get(detail);
  if (found === undefined) {
    const text = detail.commandLine.known ? detail.commandLine.value.join(" ") : detail.comm;
    found = {
      text,
      rule: MEMBER_RULES.find(({ pattern }) => pattern.test(text)),
      manager: MANAGER_RULES.find(({ pattern }) => pattern.test(text))?.kind,
    };
    traits.set(detail, found);
  }
  return found;
}

import type { Role, StartMethod } from "../frame/frame.ts";
import type { WindowRuntime } from "../frame/window-rows.ts";
import type { KnownDetails } from "../sample/known-details.ts";
import type { ProcessColumns, ProcessDetail } from "../sample/raw-sample.ts";
import { MANAGER_RULES, MEMBER_RULES, type MemberRule, TRANSPARENT_COMMS } from "./family-rules.ts";
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
  const groups = new Map<string, Group>();
  for (const runtime of runtimes) {
    const root = byRowId.get(rootOf(parentOf, runtime.rowId));
    if (root === undefined) continue;
    const deadParent = deadParentOf(processes, details, rowOfPid, root);
    const id = deadParent?.id ?? `${processes.pid[root.row]}-${processes.startTicks[root.row]}`;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, { id, root, deadParent, runtimes: [runtime] });
    else group.runtimes.push(runtime);
  }
  const families: Family[] = [];
  const members = new Map<number, Member>();
  for (const group of groups.values()) families.push(familyOf(group, parentOf, byRowId, members));
  return { families, members };
}

/** Runtimes that belong together. */
interface Group {
  readonly id: string;
  readonly root: WindowRuntime;
  /** Set where the process they come from has ended. */
  readonly deadParent: DeadParent | null;
  readonly runtimes: WindowRuntime[];
}

/** A process that ended and left workers behind. */
interface DeadParent {
  readonly id: string;
  /** What was known of it; null where it ended before this session began. */
  readonly detail: ProcessDetail | null;
}

/**
 * The parent of a runtime that was handed on when it ended: the one it was first seen with, and that one's own. A worker whose
 * parent ended before anybody looked still has its process group, whose leader is gone.
 */
function deadParentOf(
  processes: ProcessColumns,
  details: KnownDetails,
  rowOfPid: ReadonlyMap<number, number>,
  root: WindowRuntime,
): DeadParent | null {
  let found: DeadParent | null = null;
  let first = root.detail.firstParent;
  for (let steps = 0; steps < LONGEST_CHAIN && first !== undefined; steps += 1) {
    const row = rowOfPid.get(first.pid);
    if (row !== undefined && processes.rowId[row] === first.rowId) break;
    const detail: ProcessDetail | undefined = details.processes.get(first.rowId);
    if (detail === undefined || detail.python === null) break;
    found = { id: `${first.pid}-${first.startTicks}`, detail };
    first = detail.firstParent;
  }
  if (found !== null) return found;
  const { processGroup } = root.detail;
  if (processGroup === undefined || processGroup <= 1 || rowOfPid.has(processGroup)) return null;
  const { rule } = traitsOf(root.detail);
  if (rule?.role !== "worker" && !handedOn(processes, rowOfPid, root)) return null;
  // Programs that one script left behind share a group and nothing else.
  return { id: `group-${processGroup}-${rule?.kind ?? runtimeName(root.detail)}`, detail: null };
}

/** Whether a process belongs to the first one of the machine, as one does whose parent ended. */
function handedOn(processes: ProcessColumns, rowOfPid: ReadonlyMap<number, number>, runtime: WindowRuntime): boolean {
  const parentPid = processes.parentPid[runtime.row] as number;
  return parentPid <= 1 || !rowOfPid.has(parentPid);
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
  { id, root, deadParent, runtimes }: Group,
  parentOf: ReadonlyMap<number, number>,
  byRowId: ReadonlyMap<number, WindowRuntime>,
  members: Map<number, Member>,
): Family {
  const head = deadParent === null ? root.detail : (deadParent.detail ?? root.detail);
  const signatures = runtimes.map((runtime) => {
    const parent = byRowId.get(parentOf.get(runtime.rowId) ?? -1)?.detail;
    if (parent !== undefined) return signatureOf(runtime.detail, parent);
    if (deadParent === null) return rootSignature(runtime, runtimes.length);
    // Without anything known of the parent, several alike are what a fork leaves.
    const like = deadParent.detail ?? likeOthers(runtime, runtimes);
    return like === undefined ? rootSignature(runtime, 1) : signatureOf(runtime.detail, like);
  });
  runtimes.forEach((runtime, index) => {
    const signature = signatures[index] as Signature;
    members.set(runtime.rowId, {
      rowId: runtime.rowId,
      familyId: id,
      parentRowId: parentOf.get(runtime.rowId) ?? null,
      role: signature.role,
      startMethod: signature.startMethod,
    });
  });
  const { manager } = traitsOf(head);
  const ofWorkers = signatures.find(({ kind, role }) => kind !== null && role === "worker")?.kind;
  const ofHelpers = signatures.find(({ kind }) => kind !== null)?.kind;
  const methods = new Set(
    signatures.filter((s) => s.role === "worker" && s.startMethod !== null).map((s) => s.startMethod),
  );
  return {
    id,
    name: runtimeName(head),
    kind: manager ?? ofWorkers ?? ofHelpers ?? (runtimes.length > 1 ? "tree" : "single"),
    startMethod: methods.size === 1 ? ([...methods][0] ?? null) : null,
    memberRowIds: runtimes.map((runtime) => runtime.rowId),
  };
}

function likeOthers(runtime: WindowRuntime, group: readonly WindowRuntime[]): ProcessDetail | undefined {
  const { text } = traitsOf(runtime.detail);
  return group.find((other) => other !== runtime && traitsOf(other.detail).text === text)?.detail;
}

function rootSignature(root: WindowRuntime, size: number): Signature {
  // A lone worker or kernel keeps its part; any other root is the parent.
  const rule = traitsOf(root.detail).rule;
  if (size === 1 && rule !== undefined) return rule;
  return { kind: null, role: "parent", startMethod: null };
}

function signatureOf(own: ProcessDetail, parent: ProcessDetail | undefined): Signature {
  const same = parent !== undefined && traitsOf(parent).text === traitsOf(own).text;
  const rule = traitsOf(own).rule;
  if (rule?.startMethod === "forkserver" && same) {
    return { kind: rule.kind, role: "worker", startMethod: "forkserver" };
  }
  // The name it gave itself says what it is, its command line how it was started.
  if (rule?.comm !== undefined) return { ...rule, startMethod: same ? "fork" : (traitsOf(own).started ?? null) };
  // A resource tracker or spawned worker that forks hands its command line on.
  if (rule !== undefined && !(same && rule.role === "worker")) return rule;
  if (same) {
    return { kind: traitsOf(own).manager ?? "multiprocessing", role: "worker", startMethod: "fork" };
  }
  return { kind: null, role: "worker", startMethod: null };
}

interface Traits {
  readonly text: string;
  readonly rule: MemberRule | undefined;
  /** How its command line says that it was started, whatever name it gave itself. */
  readonly started: StartMethod | null | undefined;
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
      rule: MEMBER_RULES.find(({ pattern, comm }) => (comm ? comm.test(detail.comm) : pattern.test(text))),
      started: MEMBER_RULES.find(({ pattern, comm }) => comm === undefined && pattern.test(text))?.startMethod,
      manager: MANAGER_RULES.find(({ pattern }) => pattern.test(text))?.kind,
    };
    traits.set(detail, found);
  }
  return found;
}

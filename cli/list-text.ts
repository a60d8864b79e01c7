import type { FamilyFrame, Frame, RuntimeFrame } from "../core/frame/frame.ts";
import { runtimesByLoss } from "../core/report/list-report.ts";
import { valueOrNull } from "../core/sample/reading.ts";
import { plainText } from "../core/text/plain-text.ts";
import { countOf } from "../words/count.ts";
import { shortOnset } from "../words/holder-text.ts";
import { bytes, cores, duration } from "../words/number.ts";
import { obstacleText } from "../words/obstacle.ts";
import { sentence } from "../words/sentences.ts";
import { type TableColumn, tableLines } from "./terminal-text.ts";

const COLUMNS: readonly TableColumn[] = [
  { title: "PID", align: "right" },
  { title: "PYTHON", align: "left" },
  { title: "LOST", align: "right" },
  { title: "CPU", align: "right" },
  { title: "THREADS", align: "right" },
  { title: "MEMORY", align: "right" },
  { title: "PSS", align: "right" },
  { title: "VERDICT", align: "left" },
  { title: "FOR", align: "right" },
  { title: "FAMILY", align: "left" },
  { title: "NAME", align: "left" },
];

/** Version as tables show it: `3.12.1`, `3.13.0t` for a free-threaded build. */
export function versionText({ python }: RuntimeFrame): string {
  const name = python.implementation === "PyPy" ? "PyPy " : "";
  return `${name}${python.version ?? "?"}${python.build === "free-threaded" ? "t" : ""}`;
}

function runtimeCells(
  runtime: RuntimeFrame,
  family: FamilyFrame | undefined,
  depth: number,
  wallMs: number,
): readonly string[] {
  return [
    String(runtime.pid),
    versionText(runtime),
    cores(valueOrNull(runtime.lostCores)),
    cores(valueOrNull(runtime.cpuCores)),
    String(runtime.threadCount),
    bytes(valueOrNull(runtime.rssBytes)),
    bytes(valueOrNull(runtime.pssBytes)),
    runtime.verdict.id,
    shortOnset(runtime, wallMs),
    family === undefined || family.memberRowIds.length < 2 ? "" : family.kind,
    `${depth > 0 ? `${"  ".repeat(depth - 1)}└ ` : ""}${runtime.name}`,
  ];
}

/** Runtimes with their depth below the head of their family: families in the order of their first member, children under their parent. */
export function inFamilies(
  ordered: readonly RuntimeFrame[],
): readonly { readonly runtime: RuntimeFrame; readonly depth: number }[] {
  const children = new Map<number | null, RuntimeFrame[]>();
  const rowIds = new Set(ordered.map((runtime) => runtime.rowId));
  for (const runtime of ordered) {
    const parent = runtime.parentRowId !== null && rowIds.has(runtime.parentRowId) ? runtime.parentRowId : null;
    children.set(parent, [...(children.get(parent) ?? []), runtime]);
  }
  // A family stands where its worst member would: the heads are taken in the order their families first appear.
  const familyOrder = new Map<string, number>();
  for (const runtime of ordered)
    if (!familyOrder.has(runtime.familyId)) familyOrder.set(runtime.familyId, familyOrder.size);
  const heads = [...(children.get(null) ?? [])].sort(
    (a, b) => (familyOrder.get(a.familyId) ?? 0) - (familyOrder.get(b.familyId) ?? 0),
  );
  const lines: { readonly runtime: RuntimeFrame; readonly depth: number }[] = [];
  const seen = new Set<number>();
  const add = (runtime: RuntimeFrame, depth: number): void => {
    // Damaged files may hold parents in a circle.
    if (seen.has(runtime.rowId)) return;
    seen.add(runtime.rowId);
    lines.push({ runtime, depth });
    for (const child of children.get(runtime.rowId) ?? []) add(child, Math.min(depth + 1, 8));
  };
  for (const head of heads) add(head, 0);
  for (const runtime of ordered) add(runtime, 0);
  return lines;
}

/** A family of several runtimes in one line: its sentence and its memory, shared pages counted once. */
function familyLines(frame: Frame): readonly string[] {
  return frame.families.flatMap(({ name, memberRowIds, summary, pssBytes, unreadRowIds }) => {
    if (memberRowIds.length < 2 || summary === null) return [];
    const missing = unreadRowIds.length === 0 ? "" : ` without ${countOf(unreadRowIds.length, "member")} not read yet`;
    const memory = pssBytes.known ? ` ${bytes(pssBytes.value)} of memory together (PSS)${missing}.` : "";
    return [`${plainText(name)}: ${sentence(summary)}${memory}`];
  });
}

/** Shared memory that nobody maps any more. */
function segmentLines({ sharedMemory }: Frame): readonly string[] {
  return sharedMemory.segments
    .filter(({ orphaned }) => orphaned === true)
    .map(({ name, sizeBytes, ageSeconds }) => {
      const age = ageSeconds === null ? "" : `, changed ${duration(ageSeconds)} ago`;
      return `${plainText(name)}: ${bytes(sizeBytes)} of shared memory that no process maps any more${age}.`;
    });
}

/** Programs that may run here unseen, whose they are and what would show them. */
function hiddenLines({ capabilities }: Frame): readonly string[] {
  return capabilities
    .filter(({ obstacle }) => obstacle === "hidepid" || obstacle === "pid-namespace")
    .map(({ obstacle }) => obstacleText(obstacle ?? ""));
}

/** The list of runtimes as lines for a terminal, worst first, with a line that sums it up. */
export function listText(frame: Frame, columns: number | null): string {
  const hidden = hiddenLines(frame);
  if (frame.runtimes.length === 0) {
    return `${["No Python is running here that this user can see.", ...hidden].join("\n")}\n`;
  }
  const families = new Map(frame.families.map((family) => [family.id, family]));
  const rows = inFamilies(runtimesByLoss(frame)).map(({ runtime, depth }) =>
    runtimeCells(runtime, families.get(runtime.familyId), depth, frame.wallMs),
  );
  const count = frame.runtimes.length;
  const used = frame.runtimes.reduce((sum, runtime) => sum + (valueOrNull(runtime.cpuCores) ?? 0), 0);
  const summary = `${count} ${count === 1 ? "runtime" : "runtimes"}, ${cores(used)} cores used, ${cores(valueOrNull(frame.lostCores))} cores lost to the GIL`;
  const told = [...familyLines(frame), ...segmentLines(frame)];
  const below = told.length === 0 ? [] : ["", ...told];
  return `${[...tableLines(COLUMNS, rows, columns), ...below, "", summary, ...hidden].join("\n")}\n`;
}

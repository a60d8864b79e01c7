import type { Capabilities } from "../../core/capabilities.ts";
import type { FamilyFrame, Role, RuntimeFrame } from "../../core/frame.ts";
import { absent, known } from "../../core/reading.ts";
import { THREAD_STATE_COUNT, THREAD_STATES, type ThreadState } from "../../core/thread-state.ts";
import type { VerdictId } from "../../core/verdict.ts";
import type { FrameView, RuntimeView } from "../../core/view.ts";

export interface SimThread {
  name: string;
  states: Partial<Record<ThreadState, number>>;
  gilBound?: number;
}
export interface SimProgram {
  rowId: number;
  pid: number;
  name: string;
  family: string;
  familyName: string;
  kind: string;
  startMethod?: string;
  role?: Role;
  parent?: number;
  version: string;
  verdict: VerdictId;
  rss: number;
  threads: SimThread[];
  lost?: number;
  demand?: number;
  headline?: string;
  evidence?: string[];
  advice?: string[];
  denied?: boolean;
  further?: [VerdictId, string][];
}

let seed = 7;
export const random = () => {
  seed = (seed * 16807) % 2147483647;
  return seed / 2147483647;
};
const m = (text: string, i = 0) => ({ code: `said-${i}`, parameters: { text } });
const running: ThreadState[] = ["gilRun", "nativeRun", "run"];
export const CAPABILITIES: Capabilities = [];

export function columns(program: SimProgram, jitter: number) {
  const n = program.threads.length;
  const states = new Float32Array(n * THREAD_STATE_COUNT);
  const cpu = new Float32Array(n);
  program.threads.forEach((t, i) => {
    let sum = 0;
    THREAD_STATES.forEach((s, j) => {
      const v = (t.states[s] ?? 0) * (1 + jitter * (random() - 0.5));
      states[i * THREAD_STATE_COUNT + j] = v;
      sum += v;
    });
    THREAD_STATES.forEach((s, j) => {
      const k = i * THREAD_STATE_COUNT + j;
      states[k] = states[k]! / sum;
      if (running.includes(s)) cpu[i]! += states[k]!;
    });
  });
  return {
    length: n,
    rowId: Uint32Array.from(program.threads, (_, i) => program.rowId * 100 + i),
    tid: Int32Array.from(program.threads, (_, i) => program.pid + i),
    names: program.threads.map((t) => t.name),
    cpuCores: cpu,
    switchesPerSecond: Float32Array.from(
      program.threads,
      (t) => (t.states.gilWait ?? 0) * 66 + (t.states.ioWait ?? 0) * 110 + random() * 2,
    ),
    states,
    gilBound: Uint8Array.from(program.threads, (t) =>
      program.denied ? 2 : (t.gilBound ?? ((t.states.gilWait ?? 0) > 0.25 ? 1 : 0)),
    ),
    gilBoundReason: program.threads.map(() => (program.denied ? ("denied" as const) : null)),
    observations: new Uint32Array(n),
  };
}

export function runtimeOf(program: SimProgram, wallMs: number, threads: ReturnType<typeof columns>): RuntimeFrame {
  let cpu = 0;
  for (const c of threads.cpuCores) cpu += c;
  return {
    rowId: program.rowId,
    pid: program.pid,
    parentPid: 1,
    startTicks: 1,
    startedWallMs: wallMs - 5_400_000,
    name: program.name,
    commandLine: `/home/ada/src/ranker/.venv/bin/python ${program.name} --epochs 40 --data s3://bucket/clicks`,
    executablePath: known("/usr/bin/python3"),
    workingDirectory: known("/home/ada/src"),
    userName: "ada",
    python: {
      implementation: "CPython",
      version: program.version,
      build: "gil",
      recognisedBy: "name",
      virtualEnvironment: "/home/ada/src/ranker/.venv",
      nativeLibraries: [],
    },
    familyId: program.family,
    parentRowId: program.parent ?? null,
    role: program.role ?? "parent",
    startMethod: null,
    windowSeconds: 5,
    cpuCores: known(cpu),
    exitedThreadCores: known(0),
    rssBytes: known(program.rss * (1 + 0.01 * random())),
    pssBytes: absent("not-yet"),
    ussBytes: absent("not-yet"),
    threadCount: program.threads.length,
    workingThreads: 4,
    allowedCores: 16,
    limit: null,
    demandCores: known(program.demand ?? cpu),
    potentialCores: known(cpu + (program.lost ?? 0)),
    lostCores: known(program.lost ?? 0),
    gilHeldRatio: absent("not-yet"),
    gils: [],
    verdict: {
      id: program.verdict,
      basis: "inferred",
      confidence: 0.96,
      headline: m(program.headline ?? "Next to nothing happens."),
      evidence: (program.evidence ?? []).map(m),
      furtherCauses: (program.further ?? []).map(([id, t]) => ({ id, message: m(t) })),
      advice: (program.advice ?? []).map(m),
    },
    probePasses: 500,
    probeRateHz: 100,
    probeObstacle: program.denied ? "yama-scope-1" : null,
    threadStart: 0,
    threadRows: program.threads.length,
  };
}

export function frameOf(
  programs: SimProgram[],
  sequence: number,
  wallMs: number,
  windowSeconds: number,
  selectedRowId: number | null,
): FrameView {
  const runtimes = programs.map((p) => {
    const threads = columns(p, 0.08);
    return { p, threads, runtime: runtimeOf(p, wallMs, threads) };
  });
  const families = new Map<string, typeof runtimes>();
  for (const r of runtimes) families.set(r.p.family, [...(families.get(r.p.family) ?? []), r]);
  const cpuOf = (r: (typeof runtimes)[number]) => (r.runtime.cpuCores.known ? r.runtime.cpuCores.value : 0);
  const rows = [...families].map(([id, members]) => ({
    id,
    name: members[0]!.p.familyName,
    kind: members[0]!.p.kind,
    startMethod: members[0]!.p.startMethod ?? null,
    cpuCores: members.reduce((s, r) => s + cpuOf(r), 0),
    lostCores: members.reduce((s, r) => s + (r.p.lost ?? 0), 0),
    memberRowIds: members.map((r) => r.p.rowId),
    verdict: members[0]!.p.verdict,
  }));
  const selected = runtimes.find((r) => r.p.rowId === selectedRowId);
  const none = windowSeconds === 0;
  const familyFrame = {
    id: "",
    name: "",
    kind: "tree",
    startMethod: null,
    memberRowIds: [],
    cpuCores: known(1),
    lostCores: known(0),
    pssBytes: absent("not-yet"),
    verdict: selected?.runtime.verdict,
  } as unknown as FamilyFrame;
  const busy = runtimes.reduce((s, r) => s + cpuOf(r), 0) + 1.2;
  return {
    sequence,
    wallMs,
    windowSeconds,
    capabilities: CAPABILITIES,
    host: {
      onlineCpus: 16,
      busyCores: none ? absent("not-yet") : known(busy),
      idleCores: known(16 - busy),
      busyCoresByCpu: Float32Array.from({ length: 16 }, (_, i) =>
        Math.max(0.02, Math.min(1, (busy / 16) * (2 - i / 8) + 0.3 * (random() - 0.5))),
      ),
      memoryBytes: 3e10,
      memoryAvailableBytes: 1e10,
    },
    lostCores: none ? null : programs.reduce((s, p) => s + (p.lost ?? 0), 0),
    rows: runtimes.map((r) => ({
      rowId: r.p.rowId,
      pid: r.p.pid,
      name: r.p.name,
      searchText: `${r.p.name} ${r.p.pid} ${r.p.familyName} ada`.toLowerCase(),
      version: r.p.version,
      implementation: "CPython",
      familyId: r.p.family,
      parentRowId: r.p.parent ?? null,
      role: r.p.role ?? "parent",
      threadCount: r.p.threads.length,
      gilBoundThreads: 0,
      cpuCores: none ? null : cpuOf(r),
      rssBytes: r.runtime.rssBytes.known ? r.runtime.rssBytes.value : null,
      lostCores: none ? null : (r.p.lost ?? 0),
      verdict: r.p.verdict,
      basis: "inferred" as const,
    })),
    families: rows,
    selected: selected
      ? ({ runtime: selected.runtime, family: familyFrame, threads: selected.threads } as RuntimeView)
      : null,
    ownCost: { cpuCores: known(0.006), samplerCpuCores: known(0.004), rssBytes: 1.4e8 },
  };
}

import type { RequestName, Requests, SourceInfo, Transport, Welcome } from "../../core/protocol.ts";
import { RequestFailure } from "../client/request-failure.ts";
import { frameOf, random, type SimProgram, type SimThread } from "./frames.ts";

const many = (count: number, name: (i: number) => string, states: SimThread["states"]): SimThread[] =>
  Array.from({ length: count }, (_, i) => ({ name: name(i), states }));
const PROGRAMS: SimProgram[] = [
  {
    rowId: 1,
    pid: 41210,
    name: "train.py",
    family: "ranker",
    familyName: "ranker",
    kind: "single",
    version: "3.12.1",
    verdict: "gil-bound",
    rss: 222e6,
    lost: 2.9,
    demand: 3.9,
    headline: "Four threads want 3.9 cores but take turns on one GIL: 1.00 core used.",
    evidence: [
      "74 % of each worker's time is spent waiting for the GIL",
      "Total CPU 1.00 core while 4.0 threads were ready to run; the machine has 10.6 idle cores and no CPU quota",
      "0.4 % of the time runnable without a CPU, so the CPU is not the limit",
    ],
    advice: ["Move the work to processes, a free-threaded build, or code that releases the GIL."],
    threads: [
      ...many(4, (i) => `worker-${i}`, { run: 0.25, gilWait: 0.74, cpuWait: 0.01 }),
      { name: "MainThread", states: { threadWait: 1 } },
    ],
  },
  {
    rowId: 2,
    pid: 40877,
    name: "load.py",
    family: "etl",
    familyName: "etl",
    kind: "multiprocessing",
    startMethod: "spawn",
    version: "3.11.7",
    verdict: "idle",
    rss: 64e6,
    threads: many(3, (i) => `feeder-${i}`, { run: 0.008, sleep: 1 }),
  },
  ...[0, 1, 2].map(
    (i): SimProgram => ({
      rowId: 3 + i,
      pid: 40881 + i,
      name: `SpawnPoolWorker-${i + 1}`,
      family: "etl",
      familyName: "etl",
      kind: "multiprocessing",
      startMethod: "spawn",
      role: "worker",
      parent: 2,
      version: "3.11.7",
      verdict: "single-threaded",
      rss: 91e6,
      threads: [{ name: "MainThread", states: { run: 0.88 - i * 0.08, ioWait: 0.1 + i * 0.08 } }],
      headline: "One thread does the work.",
    }),
  ),
  {
    rowId: 6,
    pid: 39102,
    name: "ipykernel · notebook.ipynb",
    family: "jupyter",
    familyName: "jupyter",
    kind: "jupyter",
    version: "3.13.0",
    verdict: "parallel",
    rss: 1.9e9,
    threads: [
      { name: "MainThread", states: { nativeRun: 0.8, run: 0.1, ioWait: 0.1 } },
      ...many(13, (i) => `openblas-${i}`, { nativeRun: 0.05, threadWait: 0.95 }),
    ],
    headline: "Threads run at the same time: 1.64 cores used.",
  },
  {
    rowId: 7,
    pid: 38771,
    name: "gunicorn: worker",
    family: "api",
    familyName: "api",
    kind: "gunicorn",
    version: "3.10.13",
    verdict: "io-bound",
    rss: 138e6,
    threads: many(9, (i) => `gthread-${i}`, { run: 0.012, ioWait: 0.98 }),
    headline: "Threads mostly wait for sockets.",
  },
  {
    rowId: 8,
    pid: 38100,
    name: "queue_worker.py",
    family: "q",
    familyName: "queue_worker",
    kind: "single",
    version: "3.9.18",
    verdict: "lock-bound",
    rss: 77e6,
    threads: many(4, (i) => `stage-${i}`, { run: 0.08, threadWait: 0.92 }),
    headline: "Threads take turns on a lock.",
  },
  {
    rowId: 9,
    pid: 38101,
    name: "capped.py",
    family: "cap",
    familyName: "capped",
    kind: "single",
    version: "3.12.1",
    verdict: "quota-limited",
    rss: 77e6,
    threads: many(4, (i) => `w-${i}`, { run: 0.12, cpuWait: 0.6, gilWait: 0.28 }),
    headline: "The cgroup quota of 0.50 cores is reached.",
    further: [["gil-bound", "Threads also wait for the GIL 28 % of the time."]],
  },
  {
    rowId: 10,
    pid: 38102,
    name: "pypy-bench",
    family: "pp",
    familyName: "pypy",
    kind: "single",
    version: "7.3.15",
    verdict: "undetermined",
    rss: 77e6,
    threads: many(2, (i) => `w-${i}`, { run: 0.12, unknown: 0.88 }),
    denied: true,
    headline: "Too little is seen: reading this process is not allowed.",
  },
];
function crowd(): SimProgram[] {
  return Array.from({ length: 480 }, (_, i): SimProgram => {
    const active = i < 20;
    return {
      rowId: 100 + i,
      pid: 5000 + i * 7,
      name: `job-${i}.py`,
      family: `fam-${Math.floor(i / 4)}`,
      familyName: `batch ${Math.floor(i / 4)}`,
      kind: "tree",
      role: i % 4 ? "worker" : "parent",
      ...(i % 4 ? { parent: 100 + i - (i % 4) } : {}),
      version: "3.12.1",
      verdict: active ? "gil-bound" : "idle",
      rss: 5e7 + i * 1e5,
      lost: active ? 0.6 : 0,
      demand: active ? 1.6 : 0,
      threads: many(i === 0 ? 180 : 4, (j) => `worker-${j}`, active ? { run: 0.25, gilWait: 0.75 } : { sleep: 1 }),
    };
  });
}

const info = (id: "live" | "file-1", now: number): SourceInfo => ({
  id,
  fileName: id === "live" ? null : "before-the-release.gilscope.json",
  host: {
    hostName: id === "live" ? "orion" : "build-07",
    operatingSystem: "Debian GNU/Linux 12",
    kernel: "6.1.0",
    architecture: "x86_64",
    cpuModel: "AMD EPYC 7543",
    onlineCpus: 16,
    memoryBytes: 3e10,
    pageBytes: 4096,
    clockTicksPerSecond: 100,
    bootWallMs: 0,
  },
  capabilities: [],
  firstWallMs: now - 90_000,
  lastWallMs: now,
});

export function simulatedTransport(query: URLSearchParams): Transport {
  const scenario = query.get("scenario") ?? "demo";
  const started = Date.now();
  let programs = scenario === "empty" ? [] : scenario === "many" ? crowd() : PROGRAMS;
  const wait = (ms: number) => new Promise((r) => setTimeout(r, ms));
  let sequence = 0;
  const status =
    scenario === "stopped"
      ? { state: "stopped" as const, reason: "the sampler ended twice within a minute" }
      : scenario === "restarting"
        ? { state: "restarting" as const, reason: "the sampler ended unexpectedly" }
        : { state: "live" as const };
  const answers: {
    [Name in RequestName]: (argument: Requests[Name]["argument"]) => Promise<Requests[Name]["answer"]>;
  } = {
    async welcome() {
      const w: Welcome = {
        programVersion: "0.1.0",
        engine: "Chromium",
        shell: "browser",
        sandboxOff: scenario === "root",
        intervalMs: 1000,
        startSource: scenario === "file" ? "file-1" : "live",
        sources: [info("live", started), ...(scenario === "file" ? [info("file-1", started)] : [])],
      };
      return w;
    },
    async nextFrame({ selectedRowId }) {
      if (scenario === "first") {
        await wait(10_000);
        return { status: { state: "starting" }, view: null };
      }
      if (sequence > 0) await wait(sequence === 1 ? 400 : 1000);
      if (scenario === "lost" && sequence > 2) throw new RequestFailure("unreachable", "gone");
      if (scenario === "ended" && sequence === 3) programs = programs.filter((p) => p.rowId !== 1);
      sequence += 1;
      return {
        status,
        view: frameOf(
          programs,
          sequence,
          Date.now(),
          Math.min(5, sequence === 1 ? 0 : sequence === 2 ? 0.5 : sequence - 1.5),
          selectedRowId,
        ),
      };
    },
    async frameAt({ wallMs, selectedRowId }) {
      return { status, view: frameOf(programs, sequence, Math.min(wallMs, Date.now()), 5, selectedRowId) };
    },
    async series({ rowId, seconds, points }) {
      const p = programs.find((q) => q.rowId === rowId);
      if (!p) return null;
      const end = Date.now();
      const wallMs = Float64Array.from(
        { length: points },
        (_, i) => end - seconds * 1000 + ((i + 1) * seconds * 1000) / points,
      );
      const run = (t: SimThread) => (t.states.run ?? 0) + (t.states.gilRun ?? 0) + (t.states.nativeRun ?? 0);
      const threads = p.threads.slice(0, 8).map((t, i) => ({
        rowId: p.rowId * 100 + i,
        tid: p.pid + i,
        name: t.name,
        cpuCores: Float32Array.from(wallMs, () => run(t) * (0.9 + 0.2 * random())),
      }));
      const cpuCores = Float32Array.from(wallMs, (_, i) => threads.reduce((s, t) => s + t.cpuCores[i]!, 0));
      return {
        rowId,
        wallMs,
        cpuCores,
        demandCores: Float32Array.from(wallMs, (_, i) => (p.demand ?? cpuCores[i]!) * (0.98 + 0.04 * random())),
        rssBytes: Float64Array.from(wallMs, (_, i) => p.rss * (0.9 + i / 1000)),
        threads,
      };
    },
    async sparklines({ rowIds, points }) {
      const cpuCores = new Float32Array(rowIds.length * points);
      rowIds.forEach((id, r) => {
        const p = programs.find((q) => q.rowId === id);
        const base = p
          ? p.threads.reduce((s, t) => s + (t.states.run ?? 0) + (t.states.nativeRun ?? 0), 0)
          : Number.NaN;
        for (let i = 0; i < points; i++) cpuCores[r * points + i] = base * (0.9 + 0.2 * random());
      });
      return { rowIds, points, cpuCores };
    },
    async visibility() {
      return null;
    },
    async exportSnapshot({ format }) {
      return {
        state: "content",
        fileName: `gilscope-orion.${format === "json" ? "json" : "csv"}`,
        mediaType: "application/json",
        text: "{}",
      };
    },
    async openFile({ fileName }) {
      return fileName.endsWith(".json")
        ? { state: "opened", source: info("file-1", Date.now()) }
        : { state: "failed", message: `${fileName} is not a Gilscope snapshot or recording.` };
    },
    async closeFile() {
      return null;
    },
    async copyText() {
      return null;
    },
  };
  return { request: (name, argument) => answers[name](argument as never) as never };
}

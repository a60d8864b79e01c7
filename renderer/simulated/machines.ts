import type { SimulatedMachine, SimulatedProcess, SimulatedThread } from "../../core/testing/sample-builder.ts";
import {
  GIL_CONVOY,
  IDLE_POOL,
  LOCK_CONVOY,
  QUOTA_HALF,
  SLEEPERS,
  SOCKET_SERVER,
  SPAWN_POOL,
  TWO_INTERPRETERS,
} from "../../core/testing/scenarios.ts";

const MEBIBYTE = 2 ** 20;

function threads(count: number, name: (index: number) => string, thread: SimulatedThread): SimulatedThread[] {
  return Array.from({ length: count }, (_, index) => ({ ...thread, name: name(index) }));
}

const WAITING_MAIN: SimulatedThread = { name: "MainThread", run: 0, slices: 0, rest: { lockWait: 1 } };

/** Four Python threads on one GIL, in a virtual environment. */
const TRAIN: SimulatedProcess = {
  pid: 41210,
  commandLine: ["/home/user/src/ranker/.venv/bin/python", "train.py", "--epochs", "40", "--data", "clicks.parquet"],
  workingDirectory: "/home/user/src/ranker",
  python: { virtualEnvironment: "/home/user/src/ranker/.venv" },
  rssBytes: 212 * MEBIBYTE,
  rateHz: 100,
  rung: "memory",
  gilSwitchesPerSecond: 198,
  threads: [
    WAITING_MAIN,
    ...threads(4, (index) => `worker-${index}`, {
      run: 0.249,
      cpuWait: 0.012,
      slices: 236,
      rest: { gilWait: 1 },
      held: 0.248,
      heldRunning: 0.244,
      stack: [
        { functionName: "score", file: "/home/user/src/ranker/features.py", line: 88 },
        { functionName: "Trainer.step", file: "/home/user/src/ranker/train.py", line: 41 },
        { functionName: "Thread.run", file: "/usr/lib/python3.12/threading.py", line: 1010 },
        { functionName: "Thread._bootstrap_inner", file: "/usr/lib/python3.12/threading.py", line: 1073 },
        { functionName: "Thread._bootstrap", file: "/usr/lib/python3.12/threading.py", line: 1030 },
      ],
    }),
  ],
};

/** A notebook that computes in native threads. */
const NOTEBOOK: SimulatedProcess = {
  pid: 39102,
  commandLine: [
    "/home/user/.venvs/lab/bin/python",
    "-m",
    "ipykernel_launcher",
    "-f",
    "/home/user/.local/share/jupyter/runtime/kernel-5b1c.json",
  ],
  workingDirectory: "/home/user/notebooks",
  python: { version: "3.13.0", virtualEnvironment: "/home/user/.venvs/lab", nativeLibraries: ["libopenblas.so.0"] },
  rssBytes: 1.8 * 1024 * MEBIBYTE,
  threads: [
    { name: "MainThread", run: 0.62, slices: 40, rest: { epoll: 1 } },
    ...threads(4, (index) => `polars-${index}`, { run: 0.52, slices: 30, rest: { lockWait: 1 } }),
    ...threads(3, (index) => `zmq-io-${index}`, { run: 0.001, slices: 12, rest: { epoll: 1 } }),
  ],
};

/** Another user's service that may not be read. */
const FORBIDDEN: SimulatedProcess = {
  pid: 2210,
  commandLine: ["/opt/billing/bin/python3", "/opt/billing/worker.py"],
  userName: "billing",
  python: { version: "3.10.13" },
  rung: "wchan",
  probeObstacle: "denied",
  probeRight: { known: false, reason: "denied" },
  rssBytes: 96 * MEBIBYTE,
  threads: threads(3, (index) => `batch-${index}`, {
    run: 0.3,
    cpuWait: 0.02,
    slices: 160,
    rest: { wchanFutex: 1 },
  }),
};

const CLASSIC: readonly SimulatedProcess[] = [LOCK_CONVOY, QUOTA_HALF, GIL_CONVOY, SOCKET_SERVER, IDLE_POOL, SLEEPERS];

const OTHERS: readonly SimulatedProcess[] = [
  { pid: 812, comm: "sshd", python: null, userName: "root", threads: [{ run: 0 }] },
  { pid: 1310, comm: "postgres", python: null, userName: "postgres", threads: [{ run: 0 }] },
];

/** A workstation with one of each. */
export const WORKSTATION: SimulatedMachine = {
  onlineCpus: 16,
  processes: [TRAIN, NOTEBOOK, FORBIDDEN, ...SPAWN_POOL, ...CLASSIC, ...OTHERS],
  cgroups: [{ path: "/limits/half", quotaCores: 0.5, usageCores: 0.5, throttledRatio: 0.9 }],
  foreignCores: 0.4,
};

/** The workstation as somebody sees it who may not look into other programs. */
export const DENIED: SimulatedMachine = {
  ...WORKSTATION,
  processes: WORKSTATION.processes.map((process) => ({
    ...process,
    rung: "wchan",
    probeObstacle: "yama-scope-1",
    probeRight: { known: false, reason: "denied" },
    threads: process.threads.map((thread) => ({ ...thread, rest: { wchanFutex: 1 } })),
  })),
};

/** No Python at all. */
export const EMPTY: SimulatedMachine = { onlineCpus: 8, processes: [], foreignCores: 0.2 };

/** Names made to break a page. */
export const HOSTILE: SimulatedMachine = {
  onlineCpus: 4,
  processes: [
    '<img src=x onerror="document.title=1">.py',
    "=cmd|'/C calc'!A0",
    "\u001b[31mred\u001b[0m\nnewline) R 1 1 (",
    `${"long-".repeat(800)}.py`,
    "\u202Egnirts desrever.py",
  ].map((name, index) => ({
    pid: 600 + index * 10,
    comm: name.slice(0, 15),
    commandLine: ["python3", name],
    threads: [
      { name: name.slice(0, 60), run: 0.3, slices: 100, rest: { gilWait: 1 } },
      { name: "<b>bold</b>", run: 0.3, slices: 100, rest: { gilWait: 1 } },
    ],
  })),
};

/** The machine with a runtime gone, to see what stays of it. */
export function without(machine: SimulatedMachine, pid: number): SimulatedMachine {
  return { ...machine, processes: machine.processes.filter((process) => process.pid !== pid) };
}

/** One process with very many threads among others. */
export const MANY_THREADS = crawler(2000);

/** As many threads as one program may well have. */
export const HORDE = crawler(10_000);

function crawler(count: number): SimulatedMachine {
  return {
    onlineCpus: 64,
    processes: [
      {
        pid: 7000,
        commandLine: ["python3", "crawler.py"],
        threads: threads(count, (index) => `fetch-${index}`, {
          run: 0.0004,
          slices: 3,
          rest: { socketRead: 0.9, gilWait: 0.1 },
        }),
      },
      TRAIN,
    ],
  };
}

/** Sub-interpreters with a GIL each, and builds that can run without one: off, and on again. */
export const INTERPRETERS: SimulatedMachine = {
  onlineCpus: 8,
  processes: [
    TWO_INTERPRETERS,
    ...[false, true].map(
      (gilEnabled, index): SimulatedProcess => ({
        pid: 5400 + index * 20,
        commandLine: ["python3.13t", gilEnabled ? "legacy_extension.py" : "parallel.py"],
        python: { version: "3.13.1", build: "free-threaded" },
        rung: "memory",
        rateHz: 60,
        gilEnabled,
        gilSwitchesPerSecond: gilEnabled ? 190 : 0,
        threads: threads(3, (thread) => `worker-${thread}`, {
          run: gilEnabled ? 0.32 : 0.96,
          cpuWait: 0.01,
          slices: gilEnabled ? 230 : 20,
          rest: gilEnabled ? { gilWait: 1 } : { sleep: 1 },
          held: gilEnabled ? 0.31 : 0,
        }),
      }),
    ),
  ],
};

/** Two hundred threads that take turns on one GIL. */
export const MANY_LANES: SimulatedMachine = {
  onlineCpus: 16,
  processes: [
    {
      pid: 7100,
      commandLine: ["python3", "hive.py"],
      rung: "memory",
      rateHz: 100,
      gilSwitchesPerSecond: 198,
      threads: threads(200, (index) => `bee-${index}`, {
        run: 0.005,
        cpuWait: 0.001,
        slices: 2,
        rest: { gilWait: 1 },
        held: 0.005,
        heldRunning: 0.005,
      }),
    },
  ],
};

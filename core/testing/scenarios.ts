import type { SimulatedMachine, SimulatedProcess, SimulatedThread } from "./sample-builder.ts";

function times(count: number, thread: SimulatedThread): SimulatedThread[] {
  return Array.from({ length: count }, (_, index) => ({ ...thread, name: thread.name ?? `worker-${index}` }));
}

const WAITING_MAIN: SimulatedThread = { name: "MainThread", run: 0, slices: 0, rest: { lockWait: 1 } };

/** Four Python threads taking turns on one GIL. */
export const FOUR_ON_ONE_GIL: SimulatedProcess = {
  pid: 4100,
  commandLine: ["python3", "train.py"],
  threads: [
    WAITING_MAIN,
    ...times(4, { run: 0.248, cpuWait: 0.05, slices: 240, rest: { gilWait: 1 }, held: 0.247, heldRunning: 0.24 }),
  ],
  gilSwitchesPerSecond: 198,
};

/** One thread computing, six asleep. */
export const HOG_AND_SLEEPERS: SimulatedProcess = {
  pid: 4200,
  commandLine: ["python3", "hog.py"],
  threads: [
    { name: "hog", run: 0.99, cpuWait: 0.005, slices: 110, rest: { gilWait: 1 } },
    ...times(6, { run: 0.0002, slices: 10, rest: { sleep: 1 } }),
  ],
};

/** Two threads hashing large buffers: native code without the GIL. */
export const TWO_HASHING: SimulatedProcess = {
  pid: 4300,
  commandLine: ["python3", "-m", "hashing"],
  threads: [WAITING_MAIN, ...times(2, { run: 0.97, cpuWait: 0.02, slices: 30, rest: { gilWait: 1 } })],
};

/** Threads that sleep. */
export const SLEEPERS: SimulatedProcess = {
  pid: 4400,
  commandLine: ["python3", "sleepers.py"],
  threads: [WAITING_MAIN, ...times(4, { run: 0.0005, slices: 2, rest: { sleep: 1 } })],
};

/** Four threads handing one `threading.Lock` round. */
export const LOCK_CONVOY: SimulatedProcess = {
  pid: 4500,
  commandLine: ["python3", "convoy.py"],
  threads: [WAITING_MAIN, ...times(4, { run: 0.01, slices: 360, rest: { lockWait: 1 } })],
};

/** An idle pool: workers waiting on one queue. */
export const IDLE_POOL: SimulatedProcess = {
  pid: 4600,
  commandLine: ["python3", "pool.py"],
  threads: [
    { name: "MainThread", run: 0, slices: 0, rest: { epoll: 1 } },
    ...times(8, { run: 0, slices: 0, rest: { poolWait: 1 } }),
  ],
};

/** Four Python threads under a quota of half a core. */
export const QUOTA_HALF: SimulatedProcess = {
  pid: 4700,
  commandLine: ["python3", "capped.py"],
  cgroupPath: "/limits/half",
  threads: [WAITING_MAIN, ...times(4, { run: 0.125, cpuWait: 0.35, slices: 160, rest: { gilWait: 1 } })],
};

/** Threads that wait for sockets and do a little between. */
export const SOCKET_SERVER: SimulatedProcess = {
  pid: 4800,
  commandLine: ["/srv/venv/bin/python", "/srv/venv/bin/gunicorn", "api:app"],
  comm: "gunicorn",
  threads: times(8, { run: 0.03, cpuWait: 0.002, slices: 120, rest: { socketRead: 0.9, epoll: 0.08, gilWait: 0.02 } }),
};

/** One hog and three I/O threads that wait for the GIL before every reply. */
export const GIL_CONVOY: SimulatedProcess = {
  pid: 4900,
  commandLine: ["python3", "server.py"],
  threads: [
    { name: "hog", run: 0.95, cpuWait: 0.02, slices: 200, rest: { gilWait: 1 } },
    ...times(3, { run: 0.012, cpuWait: 0.02, slices: 440, rest: { gilWait: 0.88, socketRead: 0.12 } }),
  ],
};

/** One thread computing alone. */
export const ONE_THREAD: SimulatedProcess = {
  pid: 5000,
  commandLine: ["python3", "script.py"],
  threads: [{ name: "python3", run: 0.99, cpuWait: 0.004, slices: 20 }],
};

/** Native pool with more threads than CPUs. */
export const OVERSUBSCRIBED: SimulatedProcess = {
  pid: 5100,
  commandLine: ["python3", "blas.py"],
  python: { nativeLibraries: ["libopenblas.so.0"] },
  threads: [...times(16, { run: 0.247, cpuWait: 0.74, slices: 150, rest: { gilWait: 0.2, lockWait: 0.8 } })],
};

/** A multiprocessing pool (spawn) of three workers with a resource tracker. */
export const SPAWN_POOL: readonly SimulatedProcess[] = [
  {
    pid: 5200,
    commandLine: ["python3", "load.py"],
    threads: [{ run: 0.02, slices: 40, rest: { lockWait: 1 } }, WAITING_MAIN],
  },
  {
    pid: 5201,
    parentPid: 5200,
    commandLine: ["python3", "-c", "from multiprocessing.resource_tracker import main;main(5)"],
    threads: [{ run: 0, slices: 0, rest: { socketRead: 1 } }],
  },
  ...[5202, 5203, 5204].map(
    (pid): SimulatedProcess => ({
      pid,
      parentPid: 5200,
      commandLine: [
        "python3",
        "-c",
        "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=6, pipe_handle=8)",
        "--multiprocessing-fork",
      ],
      threads: [{ run: 0.88, slices: 30, rest: { socketRead: 1 } }],
    }),
  ),
];

/** A process that is no Python and uses CPU. */
export const FOREIGN_HOG: SimulatedProcess = {
  pid: 900,
  comm: "stress",
  commandLine: ["stress"],
  python: null,
  threads: [{ run: 1, slices: 10 }],
};

/** A machine with one of each, for pages and lists. */
export const BUSY_MACHINE: SimulatedMachine = {
  onlineCpus: 16,
  processes: [
    FOUR_ON_ONE_GIL,
    HOG_AND_SLEEPERS,
    TWO_HASHING,
    SLEEPERS,
    LOCK_CONVOY,
    IDLE_POOL,
    QUOTA_HALF,
    SOCKET_SERVER,
    GIL_CONVOY,
    ...SPAWN_POOL,
    FOREIGN_HOG,
  ],
  cgroups: [{ path: "/limits/half", quotaCores: 0.5, usageCores: 0.5, throttledRatio: 0.9 }],
  foreignCores: 0.3,
};

/** `runtimes` runtimes of `threadsEach` threads, one in ten busy: for measuring cost. */
export function manyRuntimes(runtimes: number, threadsEach: number): SimulatedMachine {
  return {
    onlineCpus: 64,
    processes: Array.from({ length: runtimes }, (_, index) => ({
      pid: 10_000 + index * (threadsEach + 1),
      commandLine: ["python3", `job-${index}.py`],
      threads: times(threadsEach, {
        run: index % 10 === 0 ? 0.9 / threadsEach : 0,
        slices: index % 10 === 0 ? 200 : 0,
        rest: index % 10 === 0 ? { gilWait: 1 } : { poolWait: 1 },
      }),
    })),
  };
}

/** Two sub-interpreters with a GIL each: three threads take turns on one, one thread has the other to itself. */
export const TWO_INTERPRETERS: SimulatedProcess = {
  pid: 5300,
  commandLine: ["python3", "interpreters.py"],
  rung: "memory",
  rateHz: 60,
  threads: [
    WAITING_MAIN,
    ...times(3, {
      run: 0.32,
      cpuWait: 0.02,
      slices: 230,
      rest: { gilWait1: 1 },
      held: 0.32,
      interpreter: 1,
      stack: [{ functionName: "transform", file: "/srv/app/jobs.py", line: 12 }],
    }),
    { name: "alone", run: 0.97, slices: 60, rest: { gilWait2: 1 }, held: 0.97, interpreter: 2 },
  ],
  gilSwitchesPerSecond: 190,
};

import type { MessageCode } from "../core/verdict/message-code.ts";
import { countOf } from "./count.ts";
import { bytes, cores, coresWithUnit } from "./number.ts";
import { obstacleRemedy } from "./obstacle.ts";
import type { Parameters } from "./parameter.ts";

/** Codes of advice. */
export type AdviceCode = Extract<MessageCode, `advice.${string}`>;

function gain(p: Parameters): string {
  return `${cores(p.number("fromCores"))} → ${coresWithUnit(p.number("toCores"))}`;
}

/** The same, and what others' programs keep from it. */
function gainNow(p: Parameters): string {
  const alone = p.number("aloneCores");
  return alone === null
    ? gain(p)
    : `${gain(p)} on the CPUs that other programs leave now, ${cores(alone)} with the CPUs to itself`;
}

/** What of the program's own packages has to go along; `unknown` where its maps could not be read. */
function obstacles(p: Parameters, unknown: string): string {
  const count = p.number("packageCount");
  if (count === null) return unknown;
  if (count === 0) return "with no extension module in the way";
  const named = p.text("packages");
  return `if ${named === "" ? countOf(count, "package") : named} ${count === 1 ? "supports" : "support"} it`;
}

/** What would help. */
export const ADVICE: Readonly<Record<AdviceCode, (p: Parameters) => string>> = {
  "advice.processes": (p) => {
    const each = p.number("memoryBytes");
    const count = p.number("processes");
    const shared = p.number("sharedBytes") ?? 0;
    const price =
      each === null || count === null
        ? "at the price of each process's own memory"
        : `at the price of about ${bytes(count * each + shared)} of memory for ${countOf(count, "process", "processes")} (${bytes(each)} each${shared > 0 ? ` and ${bytes(shared)} shared` : ""})`;
    return `Move the work to processes (multiprocessing, concurrent.futures.ProcessPoolExecutor): ${gainNow(p)}, ${price}.`;
  },
  "advice.free-threaded": (p) => {
    const version = p.text("upgrade");
    const from = version === "" ? "" : ` (this is ${version}; such builds exist from 3.13 on)`;
    return `Or run a free-threaded build of Python${from}: ${gain(p)}, ${obstacles(p, "where the extension modules in use support it")}.`;
  },
  "advice.release-gil": (p) =>
    `Or move the hot part to code that releases the GIL (NumPy, Cython with nogil, a C extension): up to ${coresWithUnit(p.number("toCores"))}.`,
  "advice.sub-interpreters": (p) =>
    `Or run the work in sub-interpreters, each with a GIL of its own (concurrent.futures.InterpreterPoolExecutor from 3.14 on${p.text("version") === "" ? "" : `; this is ${p.text("version")}`}): ${gain(p)}, ${obstacles(p, "where the extension modules in use support it")}.`,
  "advice.gil-reenabled": (p) =>
    `Find the extension module that turned the GIL on (Python names it in a warning when it is imported) or take away PYTHON_GIL=1: ${gain(p)}.`,
  "advice.convoy": (p) => {
    const lost = p.number("lostSeconds");
    const back = lost === null ? "answer without delay" : `get back the ${lost.toFixed(1)} s of every second they wait`;
    return `Move the thread that computes to a process of its own: ${gainNow(p)}, and the others ${back}.`;
  },
  "advice.held-long": (p) =>
    `Split the long calls, or use a library that releases the GIL in them: up to ${coresWithUnit(p.number("toCores"))}.`,
  "advice.blocked-holder": () =>
    "Find the call that blocks while it holds the GIL, in an extension module or a ctypes.PyDLL call, and release the GIL around it.",
  "advice.lock": () =>
    "Hold the lock for less work, use several locks or queues, or hand over larger pieces: a free GIL would not help here.",
  "advice.cpu-starved": (p) =>
    `Free CPUs from other programs, or give this one a higher priority: ${gain(p)} if it had the CPUs it wants.`,
  "advice.fewer-threads": (p) =>
    `Use at most ${countOf(p.number("allowedCores"), "thread")} at once: lower the pool's size (OMP_NUM_THREADS, OPENBLAS_NUM_THREADS, MKL_NUM_THREADS, max_workers) or the number of workers.`,
  "advice.raise-quota": (p) => `Raise the CPU quota of its control group: ${gain(p)}.`,
  "advice.widen-affinity": (p) => `Let it run on more CPUs (taskset, cpuset): ${gain(p)}.`,
  "advice.split-work": (p) =>
    `${coresWithUnit(p.number("idleCores"))} more could be used if the work were split over processes, or over threads in code that releases the GIL.`,
  "advice.grant-right": (p) => obstacleRemedy(p.text("obstacle") || "denied"),
  "advice.watch-longer": () => "Watch a few seconds longer.",
};

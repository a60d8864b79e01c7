import type { MessageCode } from "../core/verdict/message-code.ts";
import type { VerdictId } from "../core/verdict/verdict.ts";
import { capital, countOf, threadsAtATime, verb } from "./count.ts";
import { VERDICT_LABELS } from "./labels.ts";
import { cores, coresWithUnit, duration, percent, perSecond } from "./number.ts";
import { obstacleSentence } from "./obstacle.ts";
import type { Parameters } from "./parameter.ts";

/** Codes of evidence and further causes. */
export type EvidenceCode = Extract<MessageCode, `evidence.${string}` | `also.${string}`>;

function isAre(amount: number | null): string {
  return cores(amount) === "1.00" ? "is" : "are";
}

/** A CPU allowance: whole CPUs are counted, parts of them are cores. */
function allowance(amount: number | null): string {
  return amount !== null && Number.isInteger(amount) ? countOf(amount, "core") : coresWithUnit(amount);
}

function doing(working: number | null, threads: number | null): string {
  if (working === null || threads === null || threads < 2) return "";
  return `, ${countOf(working, "of them", "of them").replace(/^no /, "none ")} ${verb(working, "does", "do")} noticeable work`;
}

/** A function and where it is: `parse (loader.py, line 12)`; without its folders, which would fill the line. */
function place(p: Parameters): string {
  const file = p.text("file");
  const short = file.slice(file.lastIndexOf("/") + 1);
  return `${p.text("functionName") || "a function"} (${short || "?"}, line ${p.number("line") ?? "?"})`;
}

function verdictLabel(p: Parameters): string {
  return VERDICT_LABELS[p.text("verdict") as VerdictId] ?? "another verdict";
}

/** What kept more from being seen, as a sentence to follow another; empty when nothing did. */
function why(p: Parameters): string {
  const obstacle = p.text("obstacle");
  return obstacle === "" ? "" : ` ${obstacleSentence(obstacle)}`;
}

/** A short time with one decimal below ten milliseconds, where whole ones say too little. */
function shortTime(seconds: number): string {
  return seconds < 0.01 ? `${(seconds * 1000).toFixed(1)} ms` : duration(seconds);
}

/** The sentences with the numbers behind a verdict, and its further causes. */
export const EVIDENCE: Readonly<Record<EvidenceCode, (p: Parameters) => string>> = {
  "evidence.gil-held": (p) => {
    const error = p.number("standardError");
    const sure = error === null ? "" : ` (± ${(error * 100).toFixed(1)} points)`;
    const interpreter = p.number("interpreterId");
    const which = interpreter === null ? "the GIL" : `the GIL of interpreter ${interpreter}`;
    return `Some thread holds ${which} ${percent(p.number("heldRatio"))} of the time${sure}.`;
  },
  "evidence.gil-wait": (p) =>
    `${capital(countOf(p.number("threads"), "thread"))} ${verb(p.number("threads"), "spends", "spend")} ${percent(p.number("gilWaitRatio"))} of ${verb(p.number("threads"), "its", "their")} time waiting for the GIL.`,
  "evidence.gil-wait-none": (p) => {
    const gilWait = p.number("gilWait");
    const resting = p.number("resting");
    if (resting !== null && resting > (gilWait ?? 0)) {
      return `Threads that do next to no work wait for the GIL when they wake up: ${threadsAtATime(resting)} at any time.`;
    }
    if (gilWait === null || gilWait === 0) return "No thread was seen waiting for the GIL.";
    return `Waiting for the GIL takes ${gilWait.toFixed(2)} threads at any time: too little to count.`;
  },
  "evidence.turns": (p) =>
    `Total CPU is ${coresWithUnit(p.number("cpuCores"))} while ${threadsAtATime(p.number("wanting"))} want to run at any time.`,
  "evidence.idle-cores": (p) => {
    const idle = `${coresWithUnit(p.number("idleCores"))} of ${p.number("onlineCpus") ?? "the machine's"} ${isAre(p.number("idleCores"))} idle`;
    const limit = p.number("limitCores");
    return limit === null
      ? `${idle}, and no limit keeps this program from them.`
      : `${idle}; this program may use ${allowance(limit)}.`;
  },
  "evidence.no-idle-cores": (p) => `The machine has next to no idle CPU (${coresWithUnit(p.number("idleCores"))}).`,
  "evidence.gil-switches": (p) => {
    const interval = p.number("intervalMs");
    const about = interval === null ? "" : `; the switch interval is ${duration(interval / 1000)}`;
    return `The GIL changes hands ${perSecond(p.number("switchesPerSecond"))} times a second${about}.`;
  },
  "evidence.wake-ups": (p) => {
    const interval = p.number("intervalMs");
    const renewed =
      interval === null
        ? ""
        : `; a wait for the GIL ends or is renewed every ${duration(interval / 1000)}, unless changed`;
    return `Each of these threads wakes up about ${perSecond(p.number("perSecond"))} times a second${renewed}.`;
  },
  "evidence.switch-rhythm": (p) =>
    `A hold lasts ${duration(p.number("heldSeconds"))} on average, the switch interval: threads are made to hand the GIL over, none lets go by itself.`,
  "evidence.held-long": (p) => {
    const held = p.number("heldSeconds");
    const interval = p.number("intervalSeconds");
    const times = held === null || interval === null ? "many times" : `${Math.round(held / interval)} times`;
    return `A hold lasts ${duration(held)} on average, ${times} the switch interval: code in C has the GIL and does not offer it to others.`;
  },
  "evidence.gils-apart": (p) =>
    `${capital(countOf(p.number("gils"), "interpreter"))} have a GIL each: threads of different interpreters do not wait for one another.`,
  "evidence.convoy-delay": (p) => {
    const delay = p.number("delaySeconds");
    const each = `${verb(p.number("threads"), "the waiting thread gets", "one of the waiting threads gets")} the GIL from another thread, it has waited`;
    const mean = delay === null ? "" : ` Each time ${each} ${shortTime(delay)} or more on average.`;
    const lost = p.number("lostSeconds");
    return `Waiting for it costs the threads ${lost === null ? "time" : `${lost.toFixed(1)} s in every second`}.${mean}`;
  },
  "evidence.gil-held-in": (p) =>
    `While others waited, whoever had the GIL was in ${place(p)} in ${percent(p.number("ratio"))} of the moments seen.`,
  "evidence.gil-held-by": (p) => {
    const name = p.text("name");
    const who = name === "" ? "one thread" : `thread ${name}`;
    return `While others waited, ${who} had the GIL in ${place(p)} in ${percent(p.number("ratio"))} of the moments seen.`;
  },
  "evidence.held-blocked": (p) =>
    `For ${percent(p.number("ratio"))} of the time the GIL is held by a thread that is off the CPU, in a blocking call.`,
  "evidence.run-queue-short": (p) =>
    `Threads that could run wait for a CPU ${percent(p.number("ratio"))} of the time: the CPUs are not the limit.`,
  "evidence.run-queue": (p) =>
    `Threads that could run also wait for a CPU: ${threadsAtATime(p.number("cpuWait"))} at any time.`,
  "evidence.host-busy": (p) =>
    `The machine is ${percent(p.number("busyRatio"))} busy: this program uses ${coresWithUnit(p.number("ownCores"))}, everything else ${coresWithUnit(p.number("otherCores"))}.`,
  "evidence.runnable": (p) => {
    const allowed = p.number("allowedCores");
    const on = allowed === null ? "" : ` on ${allowance(allowed)}`;
    return `${capital(threadsAtATime(p.number("runnable")))} want to run at any time${on}; ${threadsAtATime(p.number("cpuWait"))} of them get no CPU.`;
  },
  "evidence.lock-waits": (p) =>
    `${capital(countOf(p.number("threads"), "thread"))} ${verb(p.number("threads"), "waits", "wait")} for other threads: ${threadsAtATime(p.number("lockWait"))} at any time.`,
  "evidence.hand-overs": (p) =>
    `These waits end and begin again ${perSecond(p.number("perSecond"))} times a second: something is handed over, the threads are not just resting.`,
  "evidence.quota": (p) =>
    `Control group ${p.text("cgroupPath") || "/"} allows ${coresWithUnit(p.number("cores"))}; ${percent(p.number("usedRatio"))} of it is used.`,
  "evidence.quota-throttled": (p) => `The quota ran out in ${percent(p.number("ratio"))} of its periods.`,
  "evidence.affinity": (p) =>
    `CPU affinity allows ${countOf(p.number("cores"), "CPU")} of ${p.number("onlineCpus") ?? "the machine's"}; ${percent(p.number("usedRatio"))} of ${verb(p.number("cores"), "it", "them")} is used.`,
  "evidence.cpu": (p) =>
    `Total CPU is ${coresWithUnit(p.number("cpuCores"))} with ${countOf(p.number("threadCount"), "thread")}${doing(p.number("working"), p.number("threadCount"))}.`,
  "evidence.top-thread": (p) => {
    const name = p.text("name");
    return `${name === "" ? "The busiest thread" : `Thread ${name}`} (tid ${p.number("tid") ?? "?"}) uses ${coresWithUnit(p.number("cores"))}, ${percent(p.number("ratio"))} of the program's CPU.`;
  },
  "evidence.others-rest": (p) =>
    `The ${countOf(p.number("threads"), "other thread")} ${verb(p.number("threads"), "uses", "together use")} ${coresWithUnit(p.number("cores"))}.`,
  "evidence.io-waits": (p) =>
    `Of the threads that move, ${threadsAtATime(p.number("ioWait"))} at any time wait for sockets, pipes or disks and ${threadsAtATime(p.number("sleep"))} sleep on a timer.`,
  "evidence.sleepers": (p) =>
    p.number("moved") === 0
      ? "No thread moved at all."
      : `${capital(countOf(p.number("moved"), "thread"))} of ${p.number("threads") ?? "all"} moved at all.`,
  "evidence.native-libraries": (p) => `Libraries that bring threads of their own are loaded: ${p.text("libraries")}.`,
  "evidence.exited-threads": (p) => `${coresWithUnit(p.number("cores"))} were used by threads that have ended.`,
  "evidence.gil-off": () => "This build runs without a GIL.",
  "evidence.gil-reenabled": () =>
    "This build can run without a GIL, but the GIL is on: an extension module asked for it, or PYTHON_GIL=1 does.",
  "evidence.phases": (p) =>
    `The two halves of this window differ: ${coresWithUnit(p.number("firstCores"))}, then ${cores(p.number("secondCores"))}. The verdict is of both together.`,
  "evidence.changed": (p) => {
    const ago = p.number("secondsAgo");
    const when = ago === null || ago < 0.5 ? "a moment ago" : `${duration(ago)} ago`;
    return `It was ${verdictLabel(p)} until ${when}: the figures still hold some of that.`;
  },
  "evidence.near-line": (p) => {
    const label = verdictLabel(p);
    return `The figures lie on a border line: a little more or less, and it would be ${label}.`;
  },
  "evidence.observations": (p) =>
    `Threads were looked at ${Math.round(p.number("observations") ?? 0)} times in ${duration(p.number("windowSeconds"))}, ${p.text("rung") === "memory" ? "and the GIL was read from memory" : "for what they were waiting for"}.${why(p)}`,
  "evidence.scheduler-only": (p) => `This rests on the scheduler's counters alone.${why(p)}`,
  "also.gil-bound": (p) => `Threads also wait for the GIL: ${threadsAtATime(p.number("gilWait"))} at any time.`,
  "also.lock-bound": (p) => `Threads also wait for one another: ${threadsAtATime(p.number("lockWait"))} at any time.`,
  "also.cpu-starved": (p) =>
    `Threads also wait for CPUs that other programs have: ${threadsAtATime(p.number("cpuWait"))} at any time.`,
  "also.oversubscribed": (p) =>
    `The program's own threads also crowd one another out: ${threadsAtATime(p.number("cpuWait"))} at any time without a CPU.`,
  "also.quota-limited": (p) => `A limit of ${coresWithUnit(p.number("cores"))} is reached too.`,
};

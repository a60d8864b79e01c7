import type { MessageCode } from "../core/verdict/message-code.ts";
import { capital, countOf, threadsAtATime, verb } from "./count.ts";
import { cores, coresWithUnit, percent } from "./number.ts";
import { obstacleSentence } from "./obstacle.ts";
import type { Parameters } from "./parameter.ts";

/** Codes that head a verdict. */
export type HeadlineCode = Exclude<
  MessageCode,
  `evidence.${string}` | `also.${string}` | `advice.${string}` | `family.${string}` | `memory.${string}`
>;

function threadName(p: Parameters): string {
  const name = p.text("name");
  return name === "" ? "One thread" : `Thread ${name}`;
}

/** The GIL a sentence speaks of: the only one, that of one interpreter, or several. */
function gil(p: Parameters): string {
  const interpreter = p.number("interpreterId");
  if (interpreter !== null) return `the GIL of interpreter ${interpreter}`;
  const count = p.number("gils");
  return count !== null && count > 1 ? `the GILs of ${countOf(count, "interpreter")}` : "one GIL";
}

/** The same where only one is spoken of further. */
function theGil(p: Parameters): string {
  return gil(p) === "one GIL" ? "the GIL" : gil(p);
}

/** The one sentence of each verdict. */
export const HEADLINES: Readonly<Record<HeadlineCode, (p: Parameters) => string>> = {
  "gil-bound.turns": (p) =>
    `${capital(countOf(p.number("threads"), "thread"))} ${verb(p.number("threads"), "waits", "wait")} for ${gil(p)}: together they want ${coresWithUnit(p.number("demandCores"))} but take turns and use ${cores(p.number("cpuCores"))} over ${p.stretch("windowSeconds")}.`,
  "gil-bound.convoy": (p) =>
    `${threadName(p)} keeps ${theGil(p)} while ${countOf(p.number("threads"), "other thread")} ${verb(p.number("threads"), "waits", "wait")} for it ${percent(p.number("gilWaitRatio"))} of the time: the loss is in how late they answer.`,
  "gil-bound.blocked-holder": (p) =>
    `${capital(countOf(p.number("threads"), "thread"))} ${verb(p.number("threads"), "waits", "wait")} for ${theGil(p)} although only ${coresWithUnit(p.number("cpuCores"))} ${p.number("cpuCores") !== null && cores(p.number("cpuCores")) === "1.00" ? "is" : "are"} in use: whoever holds it is itself blocked.`,
  "gil-bound.short-lived": (p) =>
    `About ${countOf(p.number("threads"), "thread")} at a time, which end soon after they begin, take turns on ${gil(p)}: together they use ${coresWithUnit(p.number("cpuCores"))} over ${p.stretch("windowSeconds")}.`,
  "gil-bound.old-gil": (p) =>
    `${capital(countOf(p.number("threads"), "thread"))} wake up thousands of times a second, as threads do that fight for the GIL of an old Python: probably they wait for it.`,
  "lock-bound": (p) =>
    `${capital(countOf(p.number("threads"), "thread"))} ${verb(p.number("threads"), "waits", "wait")} for one another at a lock, queue or condition, not for the GIL: ${threadsAtATime(p.number("lockWait"))} at any time.`,
  "cpu-starved": (p) =>
    `Other programs have the CPUs: ${threadsAtATime(p.number("cpuWait"))} at any time could run and get no CPU.`,
  oversubscribed: (p) =>
    `${capital(threadsAtATime(p.number("runnable")))} want to run at once on ${cores(p.number("allowedCores"))} CPUs: they crowd one another out.`,
  "oversubscribed.family": (p) =>
    `The ${countOf(p.number("runtimes"), "runtime")} of this program together have ${threadsAtATime(p.number("runnable"))} that want to run at once on ${cores(p.number("allowedCores"))} CPUs.`,
  "quota-limited.quota": (p) =>
    `A CPU quota of ${coresWithUnit(p.number("cores"))} is used up, and the threads want ${cores(p.number("demandCores"))}.`,
  "quota-limited.affinity": (p) =>
    `This program may run on ${countOf(p.number("cores"), "CPU")} only, all of ${verb(p.number("cores"), "it", "them")} in use, and its threads want ${coresWithUnit(p.number("demandCores"))}.`,
  parallel: (p) =>
    `Threads run at the same time and use ${coresWithUnit(p.number("cpuCores"))}: nothing holds them up.`,
  "single-threaded": (p) => {
    const others = p.number("others");
    const want =
      p.number("resting") !== null
        ? verb(others, "hardly wants", "hardly want")
        : `${verb(others, "does", "do")} not want`;
    return `${threadName(p)} does the work with ${coresWithUnit(p.number("topCores"))}; the ${countOf(others, "other")} ${want} the CPU.`;
  },
  "single-threaded.only": (p) => `The only thread uses ${coresWithUnit(p.number("topCores"))}.`,
  "single-threaded.in-turn": (p) =>
    `Threads that end soon after they begin do the work one after another with ${coresWithUnit(p.number("cpuCores"))}.`,
  "io-bound": (p) =>
    `Mostly waits for input, output or timers and does a little work between: ${coresWithUnit(p.number("cpuCores"))}.`,
  idle: (p) => `Next to nothing happens: ${coresWithUnit(p.number("cpuCores"))} over ${p.stretch("windowSeconds")}.`,
  "undetermined.not-yet": () => "Too little has been seen yet.",
  "undetermined.few-observations": () => "Threads were looked at too few times yet to say what they wait for.",
  "undetermined.denied": (p) =>
    `What the threads wait for can't be read. ${obstacleSentence(p.text("obstacle") || "denied")}`,
  "undetermined.rhythm": (p) =>
    `${capital(countOf(p.number("threads"), "thread"))} share ${coresWithUnit(p.number("cpuCores"))} and each wakes up at the rhythm of the GIL's switch interval: probably they wait for the GIL, but a program can hand on a lock of its own like that. ${obstacleSentence(p.text("obstacle") || "denied")}`,
  "undetermined.unsupported": () => "This system does not tell enough about threads to say what they wait for.",
  "undetermined.old-gil": (p) =>
    `In Python ${p.text("version") || "before 3.2"} waiting for the GIL looks like waiting for any other lock, so the two can't be told apart.`,
  "undetermined.sub-interpreters": () =>
    "Threads wait for a lock that may be the GIL of a sub-interpreter; which one it is can't be told from outside.",
  "undetermined.short-lived": (p) =>
    `Most of the work (${coresWithUnit(p.number("exitedCores"))}) is done by threads that end within a second, too soon to see what they wait for.`,
  "undetermined.mixed": () => "What was seen fits none of the known causes.",
};

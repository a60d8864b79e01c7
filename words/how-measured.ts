/** Figures that can be explained where they are shown. */
export const EXPLAINED_FIGURES = [
  "cpuCores",
  "exitedThreadCores",
  "demandCores",
  "potentialCores",
  "lostCores",
  "allowedCores",
  "gilHeldRatio",
  "gilWait",
  "gilBound",
  "cpuWait",
  "states",
  "switchesPerSecond",
  "rssBytes",
  "pssBytes",
  "ussBytes",
  "sharedMemory",
  "busyCores",
  "trend",
  "holders",
  "stacks",
  "verdict",
  "confidence",
  "basis",
  "ownCost",
] as const;

/** One figure that has an explanation. */
export type ExplainedFigure = (typeof EXPLAINED_FIGURES)[number];

/** What each figure is called where it is explained. */
export const FIGURE_TITLES: Readonly<Record<ExplainedFigure, string>> = {
  cpuCores: "Cores used",
  exitedThreadCores: "Threads that ended",
  demandCores: "Cores wanted",
  potentialCores: "Cores it could use",
  lostCores: "Cores lost",
  allowedCores: "Cores allowed",
  gilHeldRatio: "GIL held",
  gilWait: "GIL wait",
  gilBound: "GIL badge",
  cpuWait: "CPU wait",
  states: "Where each second goes",
  switchesPerSecond: "Switches",
  rssBytes: "Resident memory (RSS)",
  pssBytes: "Proportional memory (PSS)",
  ussBytes: "Private memory (USS)",
  sharedMemory: "Shared memory",
  busyCores: "Cores busy",
  trend: "Line beside each runtime",
  holders: "Who held the GIL while others waited",
  stacks: "Stacks",
  verdict: "Verdict",
  confidence: "How sure",
  basis: "Basis",
  ownCost: "Own cost",
};

/** Where a figure comes from and how far it can be trusted. */
export const HOW_MEASURED: Readonly<Record<ExplainedFigure, string>> = {
  cpuCores:
    "One core means one CPU busy all the time. Each thread's time on a CPU is read from the kernel's scheduler (/proc/PID/task/TID/schedstat, nanoseconds) at both ends of the window; the program's total also counts threads that ended in between, which the kernel shows in steps of 10 ms.",
  exitedThreadCores:
    "What the program used less what its living threads used: the work of threads that ended inside the window.",
  demandCores:
    "Cores the threads would use if they never waited for the GIL or a CPU: for each thread its time running divided by the part of the time in which it does not wait for either, at most one core each. Waits are estimates from samples, so demand is one too.",
  potentialCores: "The smaller of demand and the cores that are allowed and not used by other programs.",
  lostCores:
    "Potential cores less the cores used, as far as waiting for the GIL accounts for it. Zero when waits for the GIL are too small to count.",
  allowedCores: "The narrowest of the machine's online CPUs, the CPU affinity and the quotas of the control groups.",
  gilHeldRatio:
    "Share of samples, taken at random moments, in which some thread held the GIL, read from the interpreter's memory without stopping it. The standard error comes from the spread between batches of samples.",
  gilWait:
    "Share of its time a thread sleeps in the interpreter's wait for the GIL: a futex wait with a time limit, on a word of the interpreter's own data, seen in samples of /proc/PID/task/TID/syscall.",
  gilBound:
    "A thread is flagged when it waits for the GIL at least a quarter of the time it wants to run, and at least a tenth of all the time.",
  cpuWait:
    "Time a thread was ready to run and had no CPU, from the kernel's scheduler. Time in which a quota has stopped the program counts too.",
  states:
    "Running and waiting for a CPU are exact. The rest of each thread's second is shared out by samples of what it was asleep in; what nobody saw is shown as not known.",
  switchesPerSecond: "How often a second the kernel put the thread on a CPU, after a wait or after another thread.",
  rssBytes:
    "Memory that is in RAM for this program, memory it shares with others included. Adding it up over a family counts shared memory more than once.",
  verdict:
    "The first line that holds: a limit that is reached; the largest wait that counts (a quarter of a thread and a tenth of all running and waiting); more than 1.2 cores in use; one thread with four fifths of the work; a little work; none. The verdict that holds keeps its lines moved by a fifth in its favour, so that it does not flicker; since when it holds is remembered for a minute.",
  confidence:
    "How sure the verdict is: from what it stands on, how often threads were looked at, how far the figures are from the border lines, and whether both halves of the window agree.",
  basis:
    "Measured: the GIL's state was read. Inferred: what threads wait for was seen, or CPU time alone decides. Suspected: only the scheduler's counters are known.",
  pssBytes:
    "Memory in RAM with what is shared divided by how many share it (/proc/PID/smaps_rollup): it adds up over a family. Reading it is dear for large programs, so it is read rarely; the time stands beside it.",
  ussBytes: "Memory in RAM that this program alone has: what would be free if it ended. From the same reading as PSS.",
  sharedMemory:
    "Segments in /dev/shm and of System V that programs map together, each counted once, with who maps it. One that nobody maps and whose maker has gone is left over.",
  busyCores:
    "Time the machine's CPUs were not idle, from /proc/stat, over the same window; what other programs use is in it.",
  trend: "Cores used over the last minute, one point for each stretch of 1.3 s; the dotted line is one core.",
  holders:
    "Of the moments in which some thread held the GIL while another one waited for it, the share of each thread and of the function it was in. Both were read from the interpreter's memory at random moments.",
  stacks:
    "Python's own list of frames of each thread, read from its memory without stopping it, innermost first. A reading during which the thread moved is discarded, so a busy thread may be missing: read again.",
  ownCost: "CPU and memory of Gilscope itself, all its processes together.",
};

import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { endChild } from "../harness/ending.ts";
import { messageOf, runMain } from "../harness/run-main.ts";
import { parseOptions } from "./options.ts";
import { installPackages } from "./packages.ts";
import { ProbeDriver } from "./probe-driver.ts";
import { type PySpyMode, pySpyArguments } from "./py-spy.ts";
import { type CorpusPython, corpusPythons } from "./pythons.ts";
import { type Result, recorderTo, reopenResults, type SlowdownResult } from "./result.ts";
import { sessionFacts } from "./session.ts";
import { bootstrapMean } from "./statistics.ts";

const values = parseOptions({
  python: { type: "string", default: "3.12" },
  pairs: { type: "string", default: "200" },
  rate: { type: "string", default: "500" },
  work: { type: "string", default: "python,threads,memory" },
  who: { type: "string", default: "nobody,gilscope,py-spy,py-spy-nonblocking" },
  fresh: { type: "boolean", default: false },
  results: { type: "string", default: join(".cache", "verdicts.ndjson") },
  packages: { type: "string", default: join(".cache", "peers") },
});

/** A switch needs this long to take effect; py-spy makes up for the samples it missed while it was stopped. */
const SETTLE_MS = { nobody: 1, gilscope: 4, "py-spy": 90, "py-spy-nonblocking": 90 } as const;
type Who = keyof typeof SETTLE_MS;

const LONGEST_SECONDS = 240;

/** Something that can watch a program, and be told to stop watching for a while. */
interface Prober {
  on(): Promise<void>;
  off(): Promise<void>;
  /** Cores it used and passes it made per second while it was on; null where that is not known. */
  spent(onSeconds: number): Promise<{ readonly cores: number | null; readonly achievedHz: number | null }>;
  stop(): Promise<void>;
}

/** A program that does one piece of work at a time. */
interface Worker {
  readonly pid: number;
  /** Does one piece and answers with its seconds. */
  work(): Promise<number>;
  stop(): Promise<void>;
}

async function main(): Promise<void> {
  const known = reopenResults(values.results);
  const { record, skip } = recorderTo(values.results);
  const [python] = corpusPythons([values.python], skip);
  if (python === undefined) return;
  record(sessionFacts(["slowdown", "--", ...process.argv.slice(2)]));
  const pySpy = installPackages(python, values.packages, ["py-spy"], skip).get("py-spy");
  const rateHz = Number(values.rate);
  console.log("who                  work       pairs  slow-down   95 % interval      prober's cores");
  for (const work of values.work.split(",")) {
    for (const who of values.who.split(",") as Who[]) {
      const isDone = (result: Result): boolean =>
        result.kind === "slowdown" && result.who === who && result.work === work && result.rateHz === rateHz;
      if (!values.fresh && known.some(isDone)) continue;
      try {
        const result = await measure(python, work, who, rateHz, pySpy);
        record(result);
        console.log(
          `${who.padEnd(20)} ${work.padEnd(8)} ${String(result.pairs).padStart(6)}  ${percent(result.mean)}  ${percent(result.low)} … ${percent(result.high)}  ${result.proberCores === null ? "–" : percent(result.proberCores)}${result.achievedHz === null ? "" : ` at ${result.achievedHz} Hz`}`,
        );
      } catch (error) {
        skip(`${who}, ${work}`, messageOf(error));
      }
    }
  }
}

/** What one prober costs one kind of work; both are gone afterwards. */
async function measure(
  python: CorpusPython,
  work: string,
  who: Who,
  rateHz: number,
  pySpy: string | undefined,
): Promise<SlowdownResult> {
  const worker = await startWorker(python, work);
  let prober: Prober | null = null;
  try {
    prober = await proberFor(who, worker.pid, rateHz, pySpy);
    return {
      kind: "slowdown",
      python: python.version,
      work,
      who,
      rateHz,
      ...(await compare(worker, prober, SETTLE_MS[who])),
    };
  } finally {
    await prober?.stop();
    await worker.stop();
  }
}

/** Blocks of on, off, off, on and its mirror image in turn: what drifts steadily falls out of each block. */
async function compare(
  worker: Worker,
  prober: Prober,
  settleMs: number,
): Promise<Pick<SlowdownResult, "pairs" | "mean" | "low" | "high" | "proberCores" | "achievedHz">> {
  const blocks: number[] = [];
  let onMs = 0;
  for (let i = 0; i < 10; i += 1) await worker.work();
  let isOn: boolean | null = null;
  let onSince = 0;
  const turn = async (on: boolean): Promise<void> => {
    if (isOn === on) return;
    if (on) {
      await prober.on();
      onSince = performance.now();
    } else {
      await prober.off();
      if (isOn === true) onMs += performance.now() - onSince;
    }
    isOn = on;
    await sleep(settleMs);
  };
  const pairs = Number(values.pairs);
  for (let block = 0; block < pairs / 2; block += 1) {
    const order = block % 2 === 0 ? [true, false, false, true] : [false, true, true, false];
    const sums = { on: 0, off: 0 };
    for (const on of order) {
      await turn(on);
      sums[on ? "on" : "off"] += await worker.work();
    }
    blocks.push(sums.on / sums.off - 1);
  }
  await turn(false);
  const { cores, achievedHz } = await prober.spent(onMs / 1000);
  return { pairs: blocks.length * 2, ...bootstrapMean(blocks), proberCores: cores, achievedHz };
}

async function startWorker(python: CorpusPython, kind: string): Promise<Worker> {
  const script = join(process.cwd(), "e2e", "corpus", "work_units.py");
  const child = spawn(python.path, [script, kind, String(LONGEST_SECONDS)], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("the working program ended");
    return value;
  };
  await line();
  return {
    pid: child.pid ?? 0,
    work: async () => {
      child.stdin.write("\n");
      return Number(await line());
    },
    stop: () => endChild(child),
  };
}

async function proberFor(who: Who, pid: number, rateHz: number, pySpy: string | undefined): Promise<Prober> {
  if (who === "nobody") {
    const nothing = async (): Promise<void> => undefined;
    return { on: nothing, off: nothing, spent: async () => ({ cores: null, achievedHz: null }), stop: nothing };
  }
  if (who === "gilscope") {
    const driver = new ProbeDriver(__dirname, pid, rateHz);
    driver.on();
    await sleep(300);
    driver.off();
    const before = await driver.report();
    return {
      on: async () => driver.on(),
      off: async () => driver.off(),
      spent: async (seconds) => {
        const after = await driver.report();
        return {
          cores: (after.cpuSeconds - before.cpuSeconds) / seconds,
          achievedHz: Math.round((after.passes - before.passes) / seconds),
        };
      },
      stop: () => driver.stop(),
    };
  }
  if (pySpy === undefined) throw new Error("py-spy is not there");
  return pySpyProber(join(pySpy, "bin", "py-spy"), pid, rateHz, who === "py-spy" ? "blocking" : "nonblocking");
}

/** py-spy can't be told to pause, so it is stopped by a signal; never while it has the program stopped. */
async function pySpyProber(program: string, pid: number, rateHz: number, mode: PySpyMode): Promise<Prober> {
  const output = join(tmpdir(), `gilscope-py-spy-${process.pid}`);
  const child = spawn(program, pySpyArguments(pid, rateHz, LONGEST_SECONDS, mode, output, false), { stdio: "ignore" });
  await sleep(1500);
  const signal = (name: NodeJS.Signals): void => {
    if (child.exitCode !== null) throw new Error("py-spy ended");
    child.kill(name);
  };
  const cpuSeconds = (): number => {
    const stat = readFileSync(`/proc/${child.pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  };
  const before = cpuSeconds();
  const off = async (): Promise<void> => {
    for (let attempt = 0; attempt < 500; attempt += 1) {
      signal("SIGSTOP");
      // Before the signal has arrived py-spy can still take hold of the program.
      for (let wait = 0; wait < 100 && !isWholly(child.pid ?? 0, "T"); wait += 1) await sleep(1);
      if (!isTraced(pid)) return;
      signal("SIGCONT");
      await sleep(1);
    }
    throw new Error("py-spy never let go of the program");
  };
  return {
    on: async () => signal("SIGCONT"),
    off,
    spent: async (seconds) => ({ cores: (cpuSeconds() - before) / seconds, achievedHz: null }),
    stop: async () => {
      // Killed while it has the program stopped, it would leave it so.
      child.kill("SIGCONT");
      child.kill("SIGINT");
      await endChild(child);
      rmSync(output, { force: true });
    },
  };
}

/** Whether any thread is held by a tracer or stopped. */
function isTraced(pid: number): boolean {
  return threadStates(pid).some((state) => state === "t" || state === "T");
}

/** Whether all threads are in one state. */
function isWholly(pid: number, wanted: string): boolean {
  return threadStates(pid).every((state) => state === wanted);
}

/** State letters of a program's threads, proc_pid_status(5); those that ended meanwhile are left out. */
function threadStates(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((tid) => {
    try {
      const state = /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/task/${tid}/status`, "latin1"))?.[1];
      return state === undefined ? [] : [state];
    } catch {
      return [];
    }
  });
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(2)} %`.padStart(8);
}

runMain(main);

import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as readline from "node:readline";

/**
 * What a sample costs, beside others who read the same tables, measured in one run on one machine.
 * Usage: main --sources DIR --workers DIR --contender FILE --scratch DIR [--python-path DIR] [--sizes 400x5,1000x10] [--samples N]
 * `sources` holds floor.c, spawner.c and peer.py; `scratch` is written to. Exit 1 when a check of equality fails or a goal is missed.
 */

/** Processes of the spawned tree that work. */
const ACTIVE = 20;
const INTERVAL_MS = 1000;
const GOALS = { floorFactor: 2.5, topFactor: 5, systeminformationFactor: 50 } as const;
const CPU_TOLERANCE = 0.01;

type Row = readonly [pid: number, cpuSeconds: number, rssBytes: number, tids: readonly number[], atWallMs: number];

interface Result {
  readonly who: string;
  /** CPU seconds per sample. */
  readonly cpuSeconds: number;
}

function option(name: string, fallback?: string): string {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? fallback : process.argv[at + 1];
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
}

const sources = option("sources");
const workers = option("workers");
const contender = option("contender");
const scratch = option("scratch");
const pythonPath = option("python-path", process.env["PYTHONPATH"] ?? "");
const samples = Number(option("samples", "10"));
const python = option("python", "python3");
const environment = { ...process.env, PYTHONPATH: pythonPath };

/** Sources that did not compile are not there: a bench without its floor says nothing. */
function compile(name: string): string {
  const program = path.join(scratch, name);
  execFileSync("cc", ["-O2", "-pthread", "-o", program, path.join(sources, `${name}.c`)], { stdio: "inherit" });
  return program;
}

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, {
    env: environment,
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "ignore"],
  }).toString();
}

function cpuOf(line: string): number {
  return (JSON.parse(line) as { cpuSeconds: number }).cpuSeconds;
}

/** CPU of a program's whole run, from the shell's `times`, divided by its samples. */
function timed(command: string, times: number): number {
  const output = run("sh", ["-c", `${command} >/dev/null 2>&1; times`]);
  const line = output.trim().split("\n").at(-1) ?? "";
  const seconds = [...line.matchAll(/(\d+)m([\d.,]+)s/g)].map(
    (match) => Number(match[1]) * 60 + Number(match[2]!.replace(",", ".")),
  );
  return seconds.reduce((sum, value) => sum + value, 0) / times;
}

function firstLine(child: ChildProcessWithoutNullStreams): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = readline.createInterface({ input: child.stdout });
    lines.once("line", (line) => {
      lines.close();
      resolve(line);
    });
    child.once("exit", (code) => reject(new Error(`ended with ${code} before it answered`)));
  });
}

async function measureSize(processes: number, threads: number): Promise<boolean> {
  const lifetime = samples * 8 + 120;
  const args = [processes, threads, ACTIVE, lifetime].map(String);
  const tree = spawn(path.join(scratch, "spawner"), args, { stdio: ["pipe", "pipe", "inherit"] });
  try {
    await firstLine(tree as unknown as ChildProcessWithoutNullStreams);
    const judge = spawn(python, [path.join(sources, "peer.py"), "snapshot"], { env: environment });
    const sampler = spawn(process.execPath, [contender, "sampler", `${samples}`, `${INTERVAL_MS}`, workers]);
    const ours = JSON.parse(await firstLine(sampler)) as { cpuSeconds: number; rows: readonly Row[] };
    const ask = async (): Promise<readonly Row[]> => {
      judge.stdin.write(`${tree.pid}\n`);
      return JSON.parse(await firstLine(judge)) as readonly Row[];
    };
    const first = await ask();
    const second = await ask();
    judge.stdin.end();
    const equal = compare(`${processes} × ${threads}`, ours.rows, first, second);
    const results: Result[] = [
      { who: "this sampler, all threads", cpuSeconds: ours.cpuSeconds },
      { who: "floor: the same reads in C", cpuSeconds: floor() },
      {
        who: "naive Node",
        cpuSeconds: cpuOf(run(process.execPath, [contender, "naive", `${few()}`, `${INTERVAL_MS}`])),
      },
      { who: "psutil with threads", cpuSeconds: cpuOf(run(python, [path.join(sources, "peer.py"), `${few()}`, "1"])) },
      { who: "top -H -b", cpuSeconds: timed(`top -H -b -d 1 -n ${few()}`, few()) },
      {
        who: "systeminformation.processes()",
        cpuSeconds: cpuOf(run(process.execPath, [contender, "systeminformation", "3", `${INTERVAL_MS}`])),
      },
    ];
    return print(processes, threads, results) && equal;
  } finally {
    tree.stdin?.end();
    if (tree.exitCode === null) await new Promise((resolve) => tree.once("exit", resolve));
  }
}

function few(): number {
  return Math.max(3, Math.floor(samples / 2));
}

function floor(): number {
  const output = run(path.join(scratch, "floor"), [`${samples + 1}`, `${INTERVAL_MS}`]);
  const match = /cpu ([\d.]+)/.exec(output);
  return match === null ? Number.NaN : Number(match[1]) / samples;
}

/**
 * Nothing is won by not reading: sets of processes and threads must equal psutil's, and the CPU total must agree with what
 * psutil's two answers say of each process for the moment at which it was read here.
 */
function compare(size: string, ours: readonly Row[], first: readonly Row[], second: readonly Row[]): boolean {
  const mine = new Map(ours.map((row) => [row[0], row]));
  const later = new Map(second.map((row) => [row[0], row]));
  let missing = 0;
  let threadsDiffer = 0;
  let ourCpu = 0;
  let theirCpu = 0;
  let threads = 0;
  const theirs = first;
  for (const [pid, cpuSeconds, , tids, atWallMs] of theirs) {
    const row = mine.get(pid);
    if (row === undefined) {
      missing += 1;
      continue;
    }
    const next = later.get(pid);
    const rate = next === undefined ? 0 : (next[1] - cpuSeconds) / (next[4] - atWallMs);
    ourCpu += row[1];
    theirCpu += cpuSeconds - rate * (atWallMs - row[4]);
    threads += tids.length;
    const set = new Set(row[3]);
    if (set.size !== tids.length || tids.some((tid) => !set.has(tid))) threadsDiffer += 1;
  }
  const difference = theirCpu === 0 ? 0 : Math.abs(ourCpu - theirCpu) / theirCpu;
  const equal = missing === 0 && threadsDiffer === 0 && difference <= CPU_TOLERANCE;
  console.log(
    `${size}: ${theirs.length} processes and ${threads} threads in psutil's eyes; ${missing} processes missing here, ` +
      `${threadsDiffer} with other threads; CPU totals differ by ${(difference * 100).toFixed(2)} % — ${equal ? "equal" : "NOT EQUAL"}`,
  );
  return equal;
}

function print(processes: number, threads: number, results: readonly Result[]): boolean {
  const own = results[0]!.cpuSeconds;
  console.log(`\n${processes} processes × ${threads} threads, ${ACTIVE} active, one sample a second`);
  console.log("who                              CPU per sample   % of a core   against this sampler");
  for (const { who, cpuSeconds } of results) {
    console.log(
      `${who.padEnd(32)} ${(cpuSeconds * 1000).toFixed(2).padStart(11)} ms ${(cpuSeconds * 100).toFixed(2).padStart(12)} ${`${(cpuSeconds / own).toFixed(2)} ×`.padStart(20)}`,
    );
  }
  const cost = (part: string): number => results.find(({ who }) => who.includes(part))?.cpuSeconds ?? Number.NaN;
  const goals: readonly (readonly [string, boolean])[] = [
    [`at most ${GOALS.floorFactor} × the floor`, own <= GOALS.floorFactor * cost("floor")],
    [`at least ${GOALS.topFactor} × cheaper than top -H`, cost("top") >= GOALS.topFactor * own],
    [
      `at least ${GOALS.systeminformationFactor} × cheaper than systeminformation`,
      cost("systeminformation") >= GOALS.systeminformationFactor * own,
    ],
  ];
  for (const [goal, met] of goals) console.log(`${met ? "met   " : "MISSED"} ${goal}`);
  console.log("Peers read more fields than this sampler does, so this is not equal work.\n");
  return goals.every(([, met]) => met);
}

async function main(): Promise<void> {
  fs.mkdirSync(scratch, { recursive: true });
  compile("floor");
  compile("spawner");
  let good = true;
  for (const size of option("sizes", "400x5,1000x10").split(",")) {
    const [processes, threads] = size.split("x").map(Number);
    if (!processes || !threads) throw new Error(`not a size: ${size}`);
    good = (await measureSize(processes, threads)) && good;
  }
  process.exitCode = good ? 0 : 1;
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * What memory `gilscope diagnose` takes while it watches a program whose threads compete for the GIL, beside a Node that does nothing.
 * Usage: memory --cli FILE [--python PATH] [--seconds N]. Exit 1 when the goal is missed.
 */

const GOAL_MIB = 80;
const EVERY_MS = 500;
/** Four threads that count and two that sleep a little, for as long as its standard input is open. */
const WATCHED = `
import sys, threading, time
def count():
    while True:
        sum(range(1000))
def doze():
    while True:
        time.sleep(0.05)
for work in [count] * 4 + [doze] * 2:
    threading.Thread(target=work, daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
`;

interface Memory {
  readonly rssMib: number;
  readonly pssMib: number;
  /** Of which no file has the content. */
  readonly anonymousMib: number;
}

function option(name: string, fallback: string): string {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
}

/** Sums of a process's mappings, proc_pid_smaps(5); null once it has ended. */
function memoryOf(pid: number): Memory | null {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "latin1");
    const mib = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? Number.NaN) / 1024;
    return { rssMib: mib("Rss"), pssMib: mib("Pss"), anonymousMib: mib("Anonymous") };
  } catch {
    return null;
  }
}

/** The readings of the second half of a program's life, and the highest of all. */
async function watch(child: ChildProcess): Promise<{ readonly settled: Memory; readonly highestMib: number }> {
  const seen: Memory[] = [];
  while (child.exitCode === null && child.signalCode === null) {
    const memory = memoryOf(child.pid ?? 0);
    // A program that ends has given up its memory before it is gone.
    if (memory !== null && memory.rssMib > 1) seen.push(memory);
    await sleep(EVERY_MS);
  }
  const settled = seen.slice(Math.floor(seen.length / 2)).sort((a, b) => a.rssMib - b.rssMib);
  const median = settled[Math.floor(settled.length / 2)];
  if (median === undefined) throw new Error("the program ended at once");
  return { settled: median, highestMib: Math.max(...seen.map(({ rssMib }) => rssMib)) };
}

function report(who: string, { rssMib, pssMib, anonymousMib }: Memory, highestMib: number): void {
  const mib = (value: number): string => value.toFixed(1).padStart(6);
  process.stdout.write(
    `${who.padEnd(20)} RSS ${mib(rssMib)} MiB   PSS ${mib(pssMib)}   not from files ${mib(anonymousMib)}   RSS at most ${mib(highestMib)}\n`,
  );
}

async function main(): Promise<boolean> {
  const seconds = option("seconds", "10");
  const bare = spawn(process.execPath, ["-e", `setTimeout(() => {}, ${Number(seconds) * 500})`], { stdio: "ignore" });
  const idle = await watch(bare);
  report("Node, idle", idle.settled, idle.highestMib);
  const watched = spawn(option("python", "python3"), ["-c", WATCHED], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    await once(watched.stdout, "data");
    const args = [option("cli", ""), "diagnose", String(watched.pid), "--seconds", seconds];
    const { settled, highestMib } = await watch(spawn(process.execPath, args, { stdio: "ignore" }));
    report("gilscope diagnose", settled, highestMib);
    const held = settled.rssMib <= GOAL_MIB;
    process.stdout.write(`${held ? "met   " : "MISSED"} at most ${GOAL_MIB} MiB of RSS\n`);
    return held;
  } finally {
    watched.kill("SIGKILL");
  }
}

void main().then((held) => process.exit(held ? 0 : 1));

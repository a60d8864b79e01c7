import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { killTree } from "../harness/ending.ts";

/** A machine's worth of processes to stand beside. */
export interface CrowdSize {
  /** What it is called in a report. */
  readonly what: string;
  readonly runtimes: number;
  /** Threads of all runtimes together. */
  readonly runtimeThreads: number;
  /** Runtimes that do a little work. */
  readonly activeRuntimes: number;
  /** Processes that are no runtimes; they sleep. */
  readonly others: number;
  /** Threads of each of those. */
  readonly othersThreads: number;
}

/** A crowd that stands. */
export interface Crowd {
  /** Ends all of it and waits until its makers are gone. */
  stop(): Promise<void>;
}

/** What makes a crowd. */
export interface CrowdMaker {
  /** Root folder of the project. */
  readonly root: string;
  readonly python: string;
  /** Folder for the compiled maker of processes. */
  readonly scratch: string;
}

/** Starts a crowd and waits until all of it is there. It ends by itself after `seconds`. */
export async function startCrowd(size: CrowdSize, maker: CrowdMaker, seconds: number): Promise<Crowd> {
  const { runtimes, runtimeThreads, activeRuntimes, others, othersThreads } = size;
  const spawner = join(maker.scratch, "spawner");
  execFileSync("cc", ["-O2", "-pthread", "-o", spawner, join(maker.root, "sampler", "bench", "spawner.c")]);
  const started: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const child of started) await killTree(child);
  };
  const start = async (command: string, args: readonly (string | number)[]): Promise<void> => {
    const child = spawn(command, args.map(String), { stdio: ["pipe", "pipe", "inherit"] });
    started.push(child);
    const failed = once(child, "exit").then(([code]) => {
      throw new Error(`${command} ended with ${code} before its crowd stood`);
    });
    await Promise.race([once(createInterface({ input: child.stdout }), "line"), failed]);
  };
  try {
    await start(maker.python, [
      join(maker.root, "e2e", "bench", "crowd.py"),
      runtimes,
      runtimeThreads,
      activeRuntimes,
      seconds,
    ]);
    if (others > 0) await start(spawner, [others, othersThreads, 0, seconds]);
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

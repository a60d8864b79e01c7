import * as fs from "node:fs";
import type { RawSample } from "../../core/sample/raw-sample.ts";
import { collectAlone } from "../collector.ts";
import { Sampling } from "../sampling.ts";

/**
 * One contender in a process of its own, so that its CPU time is all its own: prints one line of JSON with CPU seconds per
 * sample, and for the sampler what its last sample held.
 * Usage: contender NAME SAMPLES INTERVAL_MS WORKERS_DIRECTORY
 */

/** Samples until the engine has compiled what runs in each of them; a sampler runs for hours. */
const WARM_UP_SAMPLES = Number(process.env["WARM_UP_SAMPLES"] ?? 25);

/** CPU seconds of this process, all its threads, and the children it has waited for. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  const fields = fs.readFileSync("/proc/self/stat", "latin1").split(") ")[1]!.split(" ");
  return (user + system) / 1e6 + (Number(fields[13]) + Number(fields[14])) / 100;
}

async function measure(read: () => unknown, samples: number, intervalMs: number): Promise<void> {
  for (let i = 0; i < 2; i += 1) await read();
  const began = cpuSeconds();
  for (let i = 0; i < samples; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
    await read();
  }
  process.stdout.write(`${JSON.stringify({ cpuSeconds: (cpuSeconds() - began) / samples })}\n`);
}

/** What a program does that knows nothing of all this: every file opened, read and closed, every field made a string. */
function readNaively(): number {
  let fields = 0;
  for (const pid of fs.readdirSync("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      fields += fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(" ").length;
      for (const tid of fs.readdirSync(`/proc/${pid}/task`)) {
        fields += fs.readFileSync(`/proc/${pid}/task/${tid}/stat`, "utf8").split(" ").length;
      }
    } catch {
      // Ended meanwhile.
    }
  }
  return fields;
}

/** The sampler as the programs run it. */
function measureSampler(samples: number, intervalMs: number, workersDirectory: string): void {
  collectAlone();
  let began = 0;
  let taken = 0;
  const sampling = new Sampling({
    provider: "linux",
    procRoot: "/proc",
    architecture: "x86_64",
    intervalMs,
    workersDirectory,
    threadScope: "all",
    probe: false,
    ownCost: null,
    onStatus: () => undefined,
    onSample: (sample) => {
      taken += 1;
      if (taken === WARM_UP_SAMPLES) began = cpuSeconds();
      if (taken < WARM_UP_SAMPLES + samples) return;
      const cost = (cpuSeconds() - began) / samples;
      process.stdout.write(`${JSON.stringify({ cpuSeconds: cost, rows: rowsOf(sample) })}\n`);
      void sampling.stop();
    },
  });
  sampling.start();
}

/** Pid, CPU seconds, resident bytes, thread ids, and when that was read, epoch milliseconds. */
function rowsOf({ processes, threads, wallMs, monotonicMs }: RawSample): readonly (readonly unknown[])[] {
  const tids = new Map<number, number[]>();
  for (let i = 0; i < threads.length; i += 1) {
    const list = tids.get(threads.processRowId[i]!) ?? [];
    list.push(threads.tid[i]!);
    tids.set(threads.processRowId[i]!, list);
  }
  return Array.from(processes.rowId, (rowId, i) => [
    processes.pid[i]!,
    processes.cpuSeconds[i]!,
    processes.rssBytes[i]!,
    tids.get(rowId) ?? [],
    wallMs + processes.readAtMs[i]! - monotonicMs,
  ]);
}

const [name, samplesText, intervalText, workersDirectory] = process.argv.slice(2);
const samples = Number(samplesText);
const intervalMs = Number(intervalText);
if (name === "sampler") measureSampler(samples, intervalMs, workersDirectory ?? __dirname);
else if (name === "naive") void measure(readNaively, samples, intervalMs);
else if (name === "systeminformation") {
  void import("systeminformation").then((information) => measure(() => information.processes(), samples, intervalMs));
}

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MemoryPlan } from "../core/memory/memory-plan.ts";
import { emptyMemoryColumns, emptyProcesses } from "./empty-columns.ts";
import { MemorySampling } from "./memory-sampling.ts";
import type { MemoryAnswer, MemoryRequest } from "./worker-messages.ts";

const GIBIBYTE = 2 ** 30;
/** Says after each request that it has used five seconds more. */
const WORKER = `
const { parentPort } = require("node:worker_threads");
let cpuSeconds = 0;
parentPort.on("message", () => {
  cpuSeconds += 5;
  parentPort.postMessage({ type: "memory", memories: { length: 0 }, splits: [], sharedMemory: null, cpuSeconds });
});
`;

let folder: string;
let memory: MemorySampling;
let asked: MemoryRequest[];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "memory-sampling-"));
  const file = path.join(folder, "worker.cjs");
  fs.writeFileSync(file, WORKER);
  asked = [];
  memory = new MemorySampling(file, "/proc", (request) => asked.push(request));
});

afterEach(async () => {
  await memory.stop();
  fs.rmSync(folder, { recursive: true });
});

function planOf(...sizes: readonly number[]): MemoryPlan {
  return {
    targets: sizes.map((rssBytes, index) => ({
      processRowId: index + 1,
      pid: index + 1,
      startTicks: 1,
      rssBytes,
      weight: 1,
      leastGapMs: 0,
      arenaBytes: null,
    })),
  };
}

function answer(cpuSeconds: number): MemoryAnswer {
  return { type: "memory", memories: emptyMemoryColumns(), splits: [], sharedMemory: null, cpuSeconds };
}

async function untilSpent(seconds: number): Promise<void> {
  for (let tries = 0; tries < 200 && memory.cpuSeconds < seconds; tries += 1) {
    await new Promise((next) => setTimeout(next, 50));
  }
  expect(memory.cpuSeconds).toBe(seconds);
}

describe("memory maps", () => {
  it("are asked for where there are runtimes, one request at a time, of the tables worker", () => {
    memory.request(planOf(), emptyProcesses());
    expect(asked.length).toBe(0);
    memory.request(planOf(GIBIBYTE), emptyProcesses());
    memory.request(planOf(GIBIBYTE), emptyProcesses());
    expect(asked.length).toBe(1);
    memory.take(answer(1));
    memory.request(planOf(GIBIBYTE), emptyProcesses());
    expect(asked.length).toBe(2);
    expect(memory.cpuSeconds).toBe(1);
  });

  it("are asked for again when the tables worker ended, whose cost is not forgotten", () => {
    memory.request(planOf(GIBIBYTE), emptyProcesses());
    memory.take(answer(1));
    memory.request(planOf(GIBIBYTE), emptyProcesses());
    memory.tablesEnded();
    memory.request(planOf(GIBIBYTE), emptyProcesses());
    expect(asked.length).toBe(3);
    memory.take(answer(0.5));
    expect(memory.cpuSeconds).toBe(1.5);
  });

  it("are read by a worker of their own where the tables worker failed at it", async () => {
    memory.request(planOf(GIBIBYTE), emptyProcesses());
    memory.tablesFailed();
    memory.request(planOf(GIBIBYTE), emptyProcesses());
    await untilSpent(5);
    expect(asked.length).toBe(1);
  });

  it("of large runtimes are read by a worker of their own, and of all others with them from then on", async () => {
    memory.request(planOf(GIBIBYTE), emptyProcesses());
    memory.take(answer(1));
    memory.request(planOf(GIBIBYTE, 3 * GIBIBYTE), emptyProcesses());
    await untilSpent(6);
    memory.tablesEnded();
    memory.request(planOf(GIBIBYTE), emptyProcesses());
    await untilSpent(11);
    expect(asked.length).toBe(1);
  });
});

import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "./clock.ts";
import { KeptFiles } from "./linux/kept-files.ts";
import { MemoryReader, procMemorySource } from "./linux/memory-reader.ts";
import { SharedSegments } from "./linux/shared-segments.ts";
import { MemoryBudget } from "./memory-budget.ts";
import { ThreadCost } from "./thread-cost.ts";
import type { MemoryAnswer, MemoryRequest, MemoryWorkerData } from "./worker-messages.ts";

/** Cores for walking page tables and for going through mappings, and how much of it may be saved. Together half a percent of a core. */
const WATCHED = { cores: 0.0034, capacitySeconds: 0.05 } as const;
const OTHERS = { cores: 0.0007, capacitySeconds: 0.08 } as const;
const SEGMENTS = { cores: 0.0009, capacitySeconds: 0.1 } as const;

/** Worker that reads memory maps, apart from the others because one reading of a large process blocks for tenths of a second. */
function serveMemory({ procRoot }: MemoryWorkerData): void {
  const port = parentPort;
  if (port === null) return;
  const clock = systemClock();
  const cost = new ThreadCost();
  const files = new KeptFiles(0);
  const watched = new MemoryBudget(WATCHED.cores, WATCHED.capacitySeconds);
  const others = new MemoryBudget(OTHERS.cores, OTHERS.capacitySeconds);
  const mappings = new MemoryBudget(SEGMENTS.cores, SEGMENTS.capacitySeconds);
  const reader = new MemoryReader(procMemorySource(procRoot, files), clock, { watched, others });
  const segments = new SharedSegments(procRoot, files, clock, mappings);
  const cpuSeconds = (): number => cost.cpuSeconds();
  let paidUntil = cpuSeconds();
  port.on("message", (request: MemoryRequest) => {
    const nowMs = clock.monotonicMs();
    for (const budget of [watched, others, mappings]) budget.earn(nowMs);
    // Taking in this request and writing the answer before it are part of the price.
    watched.spend(cpuSeconds() - paidUntil);
    reader.setPlan(request.plan);
    reader.work(cpuSeconds);
    const { rowIds, pids } = request;
    segments.work(
      Array.from(rowIds, (rowId, index) => ({ rowId, pid: pids[index]! })),
      cpuSeconds,
    );
    paidUntil = cpuSeconds();
    const answer: MemoryAnswer = {
      type: "memory",
      memories: reader.columns(),
      splits: reader.splits(),
      sharedMemory: segments.sample,
      cpuSeconds: paidUntil,
    };
    port.postMessage(answer);
  });
}

serveMemory(workerData as MemoryWorkerData);

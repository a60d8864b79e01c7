import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "./clock.ts";
import { KeptFiles } from "./linux/kept-files.ts";
import { MemoryReader, procMemorySource } from "./linux/memory-reader.ts";
import { SharedSegments } from "./linux/shared-segments.ts";
import { MemoryBudget } from "./memory-budget.ts";
import { ThreadCost } from "./thread-cost.ts";
import type { MemoryAnswer, MemoryRequest, MemoryWorkerData } from "./worker-messages.ts";

/** Cores for walking page tables and for going through mappings, and how much of it may be saved. Together half a percent of a core. */
const READER_BUDGET = { cores: 0.0035, capacitySeconds: 0.08 } as const;
const SEGMENTS_BUDGET = { cores: 0.0015, capacitySeconds: 0.1 } as const;

/** Worker that reads memory maps, apart from the others because one reading of a large process blocks for tenths of a second. */
function serveMemory({ procRoot }: MemoryWorkerData): void {
  const port = parentPort;
  if (port === null) return;
  const clock = systemClock();
  const cost = new ThreadCost();
  const files = new KeptFiles(0);
  const budgets = [
    new MemoryBudget(READER_BUDGET.cores, READER_BUDGET.capacitySeconds),
    new MemoryBudget(SEGMENTS_BUDGET.cores, SEGMENTS_BUDGET.capacitySeconds),
  ] as const;
  const reader = new MemoryReader(procMemorySource(procRoot, files), clock, budgets[0]);
  const segments = new SharedSegments(procRoot, files, clock, budgets[1]);
  const cpuSeconds = (): number => cost.cpuSeconds();
  port.on("message", (request: MemoryRequest) => {
    const nowMs = clock.monotonicMs();
    for (const budget of budgets) budget.earn(nowMs);
    reader.setPlan(request.plan);
    reader.work(cpuSeconds);
    const { rowIds, pids } = request;
    segments.work(
      Array.from(rowIds, (rowId, index) => ({ rowId, pid: pids[index]! })),
      cpuSeconds,
    );
    const answer: MemoryAnswer = {
      type: "memory",
      memories: reader.columns(),
      splits: reader.splits(),
      sharedMemory: segments.sample,
      cpuSeconds: cpuSeconds(),
    };
    port.postMessage(answer);
  });
}

serveMemory(workerData as MemoryWorkerData);

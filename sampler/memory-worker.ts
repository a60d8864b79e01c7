import { parentPort, workerData } from "node:worker_threads";
import { MemoryService } from "./linux/memory-service.ts";
import type { MemoryRequest, MemoryWorkerData } from "./worker-messages.ts";

/** Worker that reads the memory maps of large processes, apart from the others because one reading blocks for tenths of a second. */
function serveMemory({ procRoot }: MemoryWorkerData): void {
  const port = parentPort;
  if (port === null) return;
  const service = new MemoryService(procRoot, true);
  port.on("message", (request: MemoryRequest) => port.postMessage(service.answer(request)));
}

serveMemory(workerData as MemoryWorkerData);

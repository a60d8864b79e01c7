import { parentPort } from "node:worker_threads";
import { assertNever } from "../core/assert-never.ts";
import type { Attention } from "../core/probe/probe-plan.ts";
import type { MemoryService } from "./linux/memory-service.ts";
import type { Provider } from "./provider.ts";
import { ThreadCost } from "./thread-cost.ts";
import type { MemoryFailure, TablesAnswer, TablesRequest } from "./worker-messages.ts";

/**
 * Makes the calling worker read the provider's tables whenever it is asked to, and memory maps between two samples.
 * @param openMemory how memory maps are read; without it requests for them go unanswered
 */
export function serveTables(provider: Provider, openMemory: (() => MemoryService) | null = null): void {
  const port = parentPort;
  if (port === null) return;
  const cost = new ThreadCost();
  let memory: MemoryService | null = null;
  const answer = async (attention: Attention): Promise<void> => {
    const sample = await provider.read(attention);
    const cpuSeconds = cost.cpuSeconds() - (memory?.spentSeconds ?? 0);
    const message: TablesAnswer = { type: "sample", sample, cpuSeconds };
    port.postMessage(message, [sample.processes.rowId.buffer as ArrayBuffer]);
  };
  port.on("message", (request: TablesRequest) => {
    switch (request.type) {
      case "read":
        void answer(request.attention);
        break;
      case "memory":
        try {
          memory ??= openMemory?.() ?? null;
          if (memory !== null) port.postMessage(memory.answer(request));
        } catch {
          // Samples do not end with it: from now on a worker of its own may fail at it.
          const failure: MemoryFailure = { type: "memory-failed" };
          port.postMessage(failure);
        }
        break;
      case "stop":
        provider.close();
        port.close();
        break;
      default:
        assertNever(request);
    }
  });
}

import { parentPort } from "node:worker_threads";
import type { Attention } from "../core/probe/probe-plan.ts";
import type { Provider } from "./provider.ts";
import { ThreadCost } from "./thread-cost.ts";
import type { TablesAnswer, TablesRequest } from "./worker-messages.ts";

/** Makes the calling worker read the provider's tables whenever it is asked to. */
export function serveTables(provider: Provider): void {
  const port = parentPort;
  if (port === null) return;
  const cost = new ThreadCost();
  const answer = async (attention: Attention): Promise<void> => {
    const sample = await provider.read(attention);
    const message: TablesAnswer = { type: "sample", sample, cpuSeconds: cost.cpuSeconds() };
    port.postMessage(message, [sample.processes.rowId.buffer as ArrayBuffer]);
  };
  port.on("message", (request: TablesRequest) => {
    if (request.type === "read") void answer(request.attention);
    else {
      provider.close();
      port.close();
    }
  });
}

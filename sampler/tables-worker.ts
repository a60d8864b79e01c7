import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "./clock.ts";
import { completeHostFacts } from "./host-facts.ts";
import { LinuxProvider } from "./linux/linux-provider.ts";
import { PortableProvider } from "./portable/portable-provider.ts";
import type { Provider } from "./provider.ts";
import { ThreadCost } from "./thread-cost.ts";
import { UnsupportedProvider } from "./unsupported/unsupported-provider.ts";
import type { HostFactsWorkerData, TablesAnswer, TablesRequest, TablesWorkerData } from "./worker-messages.ts";

/** Worker that reads the operating system's tables whenever it is asked to. */
function serveTables(data: TablesWorkerData): void {
  const port = parentPort;
  if (port === null) return;
  const provider = openProvider(data);
  const cost = new ThreadCost();
  port.on("message", (request: TablesRequest) => {
    if (request.type === "stop") {
      provider.close();
      port.close();
      return;
    }
    void answer(request.attention);
  });

  async function answer(attention: Parameters<Provider["read"]>[0]): Promise<void> {
    const sample = await provider.read(attention);
    const message: TablesAnswer = { type: "sample", sample, cpuSeconds: cost.cpuSeconds() };
    port?.postMessage(message, [sample.processes.rowId.buffer as ArrayBuffer]);
  }
}

function openProvider(data: TablesWorkerData): Provider {
  const clock = systemClock();
  switch (data.provider) {
    case "linux":
      return new LinuxProvider({
        root: data.procRoot,
        clock,
        threadScope: data.threadScope,
        lastProcessRowId: data.lastProcessRowId,
        lastThreadRowId: data.lastThreadRowId,
      });
    case "portable":
      return new PortableProvider(clock, data.lastProcessRowId);
    case "unsupported":
      return new UnsupportedProvider(clock);
  }
}

const data = workerData as TablesWorkerData | HostFactsWorkerData;
if (data.task === "tables") serveTables(data);
else void completeHostFacts().then((facts) => parentPort?.postMessage(facts));

import { workerData } from "node:worker_threads";
import { systemClock } from "./clock.ts";
import { LinuxProvider } from "./linux/linux-provider.ts";
import { MemoryService } from "./linux/memory-service.ts";
import type { Provider } from "./provider.ts";
import { serveTables } from "./serve-tables.ts";
import { UnsupportedProvider } from "./unsupported/unsupported-provider.ts";
import type { TablesWorkerData } from "./worker-messages.ts";

function openProvider(data: TablesWorkerData): Provider {
  if (data.provider !== "linux") return new UnsupportedProvider(systemClock());
  return new LinuxProvider({
    root: data.procRoot,
    clock: systemClock(),
    threadScope: data.threadScope,
    lastProcessRowId: data.lastProcessRowId,
    lastThreadRowId: data.lastThreadRowId,
  });
}

const data = workerData as TablesWorkerData;
serveTables(openProvider(data), data.provider === "linux" ? () => new MemoryService(data.procRoot, false) : null);

import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "./clock.ts";
import { completeHostFacts } from "./host-facts.ts";
import { PortableProvider } from "./portable/portable-provider.ts";
import { serveTables } from "./serve-tables.ts";
import type { HostFactsWorkerData, TablesWorkerData } from "./worker-messages.ts";

/**
 * Everything that needs `systeminformation`: the tables of systems without /proc, and the facts of any machine.
 * A file of its own, because loading that package costs more than a second of sampling on Linux.
 */
const data = workerData as TablesWorkerData | HostFactsWorkerData;
if (data.task === "tables") serveTables(new PortableProvider(systemClock(), data.lastProcessRowId));
else void completeHostFacts().then((facts) => parentPort?.postMessage(facts));

import type { RequestName, Requests, Transport } from "../../core/page/protocol.ts";
import { type Scenario, type SimulatedShell, simulatedTransport } from "./transport.ts";

/** A question of the page to the machine on paper. */
export interface WorkerQuestion {
  readonly id: number;
  readonly name: RequestName;
  readonly argument: Requests[RequestName]["argument"];
}

/** Its answer. */
export interface WorkerAnswer {
  readonly id: number;
  readonly answer: unknown;
  readonly problem: string | null;
}

/** What a worker is given of its global scope here. The first message is the query of the page. */
interface WorkerScope {
  onmessage: ((event: { readonly data: string | WorkerQuestion }) => void) | null;
  postMessage(answer: WorkerAnswer): void;
}

const scope = globalThis as unknown as WorkerScope;
let transport: Transport | null = null;

scope.onmessage = ({ data }) => {
  if (typeof data === "string") {
    transport = transportOf(new URLSearchParams(data));
    return;
  }
  const { id, name, argument } = data;
  transport
    ?.request(name, argument)
    .then((answer) => scope.postMessage({ id, answer, problem: null }))
    .catch((error: Error) => scope.postMessage({ id, answer: null, problem: error.message }));
};

/** The machine that a query asks for: `scenario`, `shell`, and `interval` in milliseconds. */
function transportOf(query: URLSearchParams): Transport {
  const scenario = (query.get("scenario") ?? "demo") as Scenario;
  return simulatedTransport(
    scenario,
    Number(query.get("interval") ?? 1000),
    (query.get("shell") ?? "browser") as SimulatedShell,
  );
}

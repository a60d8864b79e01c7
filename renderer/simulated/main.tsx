import { mount } from "../mount.tsx";
import { type Scenario, type SimulatedShell, simulatedTransport } from "./transport.ts";
import { workerTransport } from "./worker-transport.ts";

const query = new URLSearchParams(window.location.search);
const scenario = (query.get("scenario") ?? "demo") as Scenario;
const shell = (query.get("shell") ?? "browser") as SimulatedShell;
mount(query.has("worker") ? workerTransport(window.location.search) : simulatedTransport(scenario, 1000, shell));

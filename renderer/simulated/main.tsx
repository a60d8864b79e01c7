import { mount } from "../mount.tsx";
import { type Scenario, type SimulatedShell, simulatedTransport } from "./transport.ts";

const query = new URLSearchParams(window.location.search);
const scenario = (query.get("scenario") ?? "demo") as Scenario;
mount(simulatedTransport(scenario, 1000, (query.get("shell") ?? "browser") as SimulatedShell));

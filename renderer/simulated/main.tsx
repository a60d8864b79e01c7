import { mount } from "../mount.tsx";
import { type Scenario, simulatedTransport } from "./transport.ts";

const query = new URLSearchParams(window.location.search);
mount(simulatedTransport((query.get("scenario") ?? "demo") as Scenario));

import { mount } from "../mount.tsx";
import { simulatedTransport } from "./transport.ts";

mount(simulatedTransport(new URLSearchParams(window.location.search)));

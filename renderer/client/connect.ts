import type { Transport } from "../../core/page/protocol.ts";
import { createWebTransport, tokenOf } from "./web-transport.ts";

declare global {
  interface Window {
    /** The desktop shell's bridge; absent in a browser. */
    readonly gilscope?: Transport;
  }
}

/** The door to the program: the desktop shell's bridge, else the web server with the token of the address, else none. */
export function connect(page: Window): Transport | null {
  if (page.gilscope) return page.gilscope;
  const token = tokenOf(page.location.hash);
  if (token === null || !page.location.protocol.startsWith("http")) return null;
  return createWebTransport(token, page.fetch.bind(page));
}

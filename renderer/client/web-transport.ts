import type { RequestName, Requests, Transport } from "../../core/page/protocol.ts";
import { decodeWire, encodeWire } from "../../core/page/wire.ts";
import { RequestFailure } from "./request-failure.ts";

/** Longer than the 10 s that `nextFrame` may wait. */
const PATIENCE_MS = 25_000;

/** The token in an address such as `http://127.0.0.1:4321/#token=…`; null when there is none. */
export function tokenOf(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("token") || null;
}

function messageOf(text: string): string {
  try {
    const answer = JSON.parse(text) as { error?: { message?: unknown } } | null;
    if (typeof answer?.error?.message === "string") return answer.error.message;
  } catch {
    // Not the program's own error format; the status below says enough.
  }
  return "Gilscope could not answer this request.";
}

/** Asks the program that served this page, over HTTP on the same origin. The token stays in memory. */
export function createWebTransport(token: string, send: typeof fetch): Transport {
  return {
    async request<Name extends RequestName>(name: Name, argument: Requests[Name]["argument"]) {
      const patience = new AbortController();
      const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
      let status: number;
      let text: string;
      try {
        const response = await send(`/api/${name}`, {
          method: "POST",
          headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
          body: encodeWire(argument),
          cache: "no-store",
          credentials: "omit",
          redirect: "error",
          signal: patience.signal,
        });
        status = response.status;
        text = await response.text();
      } catch (error) {
        throw new RequestFailure("unreachable", String(error));
      } finally {
        clearTimeout(timer);
      }
      if (status === 401 || status === 403) throw new RequestFailure("refused", messageOf(text));
      if (status < 200 || status > 299) throw new RequestFailure("failed", messageOf(text));
      return decodeWire(text) as Requests[Name]["answer"];
    },
  };
}

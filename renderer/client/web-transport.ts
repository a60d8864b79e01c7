import type { NextFrame, RequestName, Requests, Transport } from "../../core/page/protocol.ts";
import { decodeWire, encodeWire } from "../../core/page/wire.ts";
import { createFrameStream, type FrameStream } from "./frame-stream.ts";
import { RequestFailure } from "./request-failure.ts";

/** No request takes so long, but for reading a file. */
const PATIENCE_MS = 25_000;
const FILE_PATIENCE_MS = 600_000;

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

/** Asks the program that served this page, over HTTP on the same origin; frames come as a stream. The token stays in memory. */
export function createWebTransport(token: string, send: typeof fetch): Transport {
  let frames: FrameStream | null = null;

  const post = async (name: string, argument: unknown, signal: AbortSignal): Promise<Response> => {
    let response: Response;
    try {
      response = await send(`/api/${name}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
        body: encodeWire(argument),
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        signal,
      });
      if (response.ok) return response;
      const message = messageOf(await response.text());
      throw new RequestFailure(response.status === 401 || response.status === 403 ? "refused" : "failed", message);
    } catch (error) {
      throw error instanceof RequestFailure ? error : new RequestFailure("unreachable", String(error));
    }
  };

  const ask = async (name: string, argument: unknown): Promise<unknown> => {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), name === "openFile" ? FILE_PATIENCE_MS : PATIENCE_MS);
    try {
      const response = await post(name, argument, patience.signal);
      const text = await response.text().catch((error: unknown) => {
        throw new RequestFailure("unreachable", String(error));
      });
      return decodeWire(text);
    } finally {
      clearTimeout(timer);
    }
  };

  const nextFrame = (question: Requests["nextFrame"]["argument"]): Promise<NextFrame> => {
    if (!frames?.fits(question)) {
      frames?.close();
      frames = createFrameStream(question, async (asked, signal) => {
        const { body } = await post("frames", asked, signal);
        if (body === null) throw new RequestFailure("unreachable", "there is no body");
        return body;
      });
    }
    return frames.next(question.after);
  };

  return {
    async request<Name extends RequestName>(name: Name, argument: Requests[Name]["argument"]) {
      const answer =
        name === "nextFrame" ? nextFrame(argument as Requests["nextFrame"]["argument"]) : ask(name, argument);
      return (await answer) as Requests[Name]["answer"];
    },
  };
}

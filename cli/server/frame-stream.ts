import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, createGzip, type Gzip } from "node:zlib";
import type { FrameView } from "../../core/frame/view.ts";
import type { NextFrame, Requests } from "../../core/page/protocol.ts";
import { encodeWire } from "../../core/page/wire.ts";
import { RequestError } from "../../sampler/request-error.ts";
import type { ViewerService } from "../../sampler/viewer-service.ts";

/** Views as text: viewers that look at the same thing share one. */
const written = new WeakMap<FrameView, string>();

function lineOf(answer: NextFrame): string {
  const { view, ...rest } = answer;
  const head = encodeWire(rest).slice(0, -1);
  let text = "null";
  if (view !== null) {
    text = written.get(view) ?? encodeWire(view);
    written.set(view, text);
  }
  return `${head},"view":${text}}\n`;
}

/** A body that is written piece by piece, compressed where that is wanted. */
class Body {
  private readonly response: ServerResponse;
  private readonly gzip: Gzip | null;

  constructor(response: ServerResponse, compressed: boolean) {
    this.response = response;
    this.gzip = compressed ? createGzip({ level: 1 }) : null;
    this.gzip?.on("error", () => response.destroy());
    this.gzip?.pipe(response);
    response.once("close", () => this.gzip?.destroy());
  }

  /** Hands a piece over and waits until there is room for another. Resolves also when the client has gone. */
  async write(text: string): Promise<void> {
    const { gzip, response } = this;
    if (response.destroyed) return;
    if (gzip === null) {
      if (!response.write(text)) await this.room(response);
      return;
    }
    gzip.write(text);
    // What is flushed stays inside until the response takes it, so this waits for a client that does not read.
    await new Promise<void>((resolve) => {
      response.once("close", resolve);
      gzip.flush(constants.Z_SYNC_FLUSH, () => {
        response.off("close", resolve);
        resolve();
      });
    });
    if (response.writableNeedDrain) await this.room(response);
  }

  end(): void {
    (this.gzip ?? this.response).end();
  }

  private room(response: ServerResponse): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        response.off("drain", done);
        response.off("close", done);
        resolve();
      };
      response.once("drain", done);
      response.once("close", done);
      if (response.destroyed) done();
    });
  }
}

/** What a stream of frames is made from. */
export interface FrameStreamOptions {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly service: ViewerService;
  /** As `nextFrame` takes it; the service checks it. */
  readonly argument: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Answers with one frame after the other, a line of wire form each, until the client goes: what `nextFrame` would answer
 * again and again. The next frame is looked for when the last one is out, so a slow viewer gets fewer and no queue grows.
 * A failure in the middle is the last line: `{"error":{code,message}}`. Rejects with a `RequestError` where the first frame is refused.
 */
export async function streamFrames({
  request,
  response,
  service,
  argument,
  headers,
}: FrameStreamOptions): Promise<void> {
  type Argument = Requests["nextFrame"]["argument"];
  let answer = (await service.handle("nextFrame", argument)) as NextFrame;
  if (response.destroyed) return;
  const compressed = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
  response.writeHead(200, {
    ...headers,
    "Content-Type": "application/x-ndjson",
    Vary: "Accept-Encoding",
    ...(compressed ? { "Content-Encoding": "gzip" } : {}),
  });
  const body = new Body(response, compressed);
  let after = (argument as Argument).after;
  try {
    for (;;) {
      await body.write(lineOf(answer));
      if (response.destroyed) return;
      after = answer.view?.sequence ?? after;
      answer = (await service.handle("nextFrame", { ...(argument as Argument), after })) as NextFrame;
      if (response.destroyed) return;
    }
  } catch (error) {
    const { code, message } =
      error instanceof RequestError
        ? error
        : { code: "internal", message: "Gilscope failed to answer; this is a bug." };
    await body.write(`${JSON.stringify({ error: { code, message } })}\n`);
    body.end();
  }
}

import { randomBytes } from "node:crypto";
import { lstat, unlink } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { decodeWire, encodeWire } from "../core/page/wire.ts";
import { RequestError } from "../sampler/request-error.ts";
import type { ViewerService } from "../sampler/viewer-service.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { streamFrames } from "./server/frame-stream.ts";
import { hasToken, type Refusal, refusalOf, SECURITY_HEADERS } from "./server/guard.ts";
import { type PageFile, readPage } from "./server/page-files.ts";

const compress = promisify(gzip);

/** Bounds that keep one client from costing the others. */
export interface ServerLimits {
  /** Bytes of a request's body; files that are opened may be larger. */
  readonly maxBodyBytes: number;
  readonly maxFileBytes: number;
  /** A request that is not complete by then is ended, milliseconds. */
  readonly requestTimeoutMs: number;
  /** A connection on which nothing moves for so long is ended, milliseconds. Longer than a request may wait for a frame. */
  readonly idleTimeoutMs: number;
  readonly maxConnections: number;
}

const DEFAULT_LIMITS: ServerLimits = {
  maxBodyBytes: 256 * 1024,
  maxFileBytes: 64 * 2 ** 20,
  requestTimeoutMs: 60_000,
  idleTimeoutMs: 30_000,
  maxConnections: 256,
};

/** Status of a request that the service refuses. */
const STATUSES: Readonly<Partial<Record<RequestError["code"], number>>> = {
  "unknown-request": 404,
  "too-many": 429,
};

/** Longest time a file is read, milliseconds. */
const OPENING_MS = 600_000;

/** Answers below this are not worth compressing, bytes. */
const COMPRESS_FROM = 2048;

/** What the server is made of. */
export interface ServeOptions {
  readonly service: ViewerService;
  /** Folder of the built page; read once, at the start. */
  readonly pageDirectory: string;
  /** Port on 127.0.0.1, 0 for any free one; or the path of a Unix socket that only its owner may open. */
  readonly at: number | string;
  /** What `/metrics` answers and the token it wants; null serves none. */
  readonly metrics?: { readonly token: string; readonly answer: Metrics["answer"] } | null;
  readonly limits?: Partial<ServerLimits>;
}

/** A running server. */
export interface RunningServer {
  /** Null on a Unix socket. */
  readonly port: number | null;
  readonly token: string;
  /** Address to open, with the token in its fragment, which browsers send nowhere. On a socket the port is that of a tunnel. */
  readonly url: string;
  close(): Promise<void>;
}

/** Port that is named where a tunnel has to be made. */
const TUNNEL_PORT = 8080;

/** Serves the page and its requests on 127.0.0.1 or a socket only. Rejects where that is taken or the page was not built. */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const page = await readPage(options.pageDirectory);
  const token = randomBytes(24).toString("base64url");
  const server = createServer(
    { maxHeaderSize: 16_384, connectionsCheckingInterval: Math.min(5000, limits.requestTimeoutMs / 4) },
    (request, response) => {
      answer({
        request,
        response,
        page,
        token,
        service: options.service,
        metrics: options.metrics ?? null,
        limits,
      }).catch(() => response.destroy());
    },
  );
  server.headersTimeout = Math.min(10_000, limits.requestTimeoutMs);
  server.requestTimeout = limits.requestTimeoutMs;
  server.maxConnections = limits.maxConnections;
  server.setTimeout(limits.idleTimeoutMs);
  await listen(server, options.at);
  const address = server.address() as AddressInfo | string;
  const port = typeof address === "string" ? null : address.port;
  return { port, token, url: `http://127.0.0.1:${port ?? TUNNEL_PORT}/#token=${token}`, close: () => stop(server) };
}

async function listen(server: Server, at: number | string): Promise<void> {
  if (typeof at === "number") return begin(server, () => server.listen(at, "127.0.0.1"));
  await removeStale(at);
  // The socket comes into being with the rights that are left.
  const before = process.umask(0o177);
  try {
    await begin(server, () => server.listen(at));
  } finally {
    process.umask(before);
  }
}

function begin(server: Server, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", () => {
      server.off("error", reject);
      resolve();
    });
    start();
  });
}

/** Removes a socket that a program which ended left behind. */
async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found === null || !found.isSocket()) return;
  const answered = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => resolve(true));
    probe.on("error", (error: NodeJS.ErrnoException) => resolve(error.code !== "ECONNREFUSED"));
    probe.on("connect", () => probe.destroy());
  });
  if (!answered) await unlink(path);
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections?.();
  });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly page: ReadonlyMap<string, PageFile>;
  readonly token: string;
  readonly service: ViewerService;
  readonly metrics: ServeOptions["metrics"] | null;
  readonly limits: ServerLimits;
}

async function answer(exchange: Exchange): Promise<void> {
  const { request, page, token } = exchange;
  const refusal = refusalOf(request.headers);
  if (refusal !== null) return refuse(exchange, refusal);
  const path = (request.url ?? "").split(/[?#]/, 1)[0] ?? "";
  if (path.startsWith("/api/")) {
    if (!hasToken(request.headers, token)) {
      const message = "This address needs its token; open the whole address that `gilscope serve` printed.";
      return refuse(exchange, { status: 401, code: "no-token", message });
    }
    return answerRequest(exchange, path.slice("/api/".length));
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return refuse(exchange, { status: 405, code: "method", message: "Pages are read with GET." });
  }
  if (path === "/metrics" && exchange.metrics) {
    const { metrics } = exchange;
    if (!hasToken(request.headers, metrics.token)) {
      const message = "Metrics need the bearer token of their own file.";
      return refuse(exchange, { status: 401, code: "no-token", message });
    }
    const { mediaType, text } = await metrics.answer(request.headers.accept);
    return send(exchange, 200, mediaType, Buffer.from(text));
  }
  // Browsers ask for it unasked; the page names its own icon.
  if (path === "/favicon.ico" && !page.has(path)) return send(exchange, 204, "image/x-icon", Buffer.alloc(0));
  const file = page.get(path);
  if (file === undefined)
    return refuse(exchange, { status: 404, code: "not-found", message: "There is no such page." });
  return send(exchange, 200, file.mediaType, file.body);
}

async function answerRequest(exchange: Exchange, name: string): Promise<void> {
  const { request, service, limits } = exchange;
  if (request.method !== "POST") {
    return refuse(exchange, { status: 405, code: "method", message: "Requests are made with POST." });
  }
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) {
    return refuse(exchange, { status: 415, code: "media-type", message: "Requests are JSON." });
  }
  const body = await readBody(request, name === "openFile" ? limits.maxFileBytes : limits.maxBodyBytes);
  if (body === null) return refuse(exchange, { status: 413, code: "too-large", message: "The request is too large." });
  let argument: unknown;
  try {
    argument = decodeWire(body);
  } catch {
    return refuse(exchange, { status: 400, code: "bad-json", message: "The request is not JSON." });
  }
  try {
    if (name === "frames") {
      const { response } = exchange;
      return await streamFrames({ request, response, service, argument, headers: SECURITY_HEADERS });
    }
    // A long recording is read for longer than a connection may rest.
    if (name === "openFile") request.socket.setTimeout(OPENING_MS);
    const result = await service.handle(name, argument);
    if (name === "openFile") request.socket.setTimeout(limits.idleTimeoutMs);
    return send(exchange, 200, "application/json", Buffer.from(encodeWire(result)));
  } catch (error) {
    if (!(error instanceof RequestError)) {
      return refuse(exchange, { status: 500, code: "internal", message: "Gilscope failed to answer; this is a bug." });
    }
    const status = STATUSES[error.code] ?? 400;
    return refuse(exchange, { status, code: error.code, message: error.message });
  }
}

/** The body as text, or null when it is longer than allowed. Rejects when the client goes away. */
function readBody(request: IncomingMessage, maxBytes: number): Promise<string | null> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"] ?? 0) > maxBytes) {
      resolve(null);
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        chunks.length = 0;
        request.pause();
        resolve(null);
      } else chunks.push(chunk);
    });
    request.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.on("error", reject);
    request.on("close", () => reject(new Error("the client went away")));
  });
}

function refuse(exchange: Exchange, { status, code, message }: Refusal): Promise<void> {
  // What is left of the request is not read; the connection would be out of step.
  if (!exchange.request.complete) exchange.response.shouldKeepAlive = false;
  return send(exchange, status, "application/json", Buffer.from(JSON.stringify({ error: { code, message } })));
}

async function send({ request, response }: Exchange, status: number, mediaType: string, body: Buffer): Promise<void> {
  const wanted = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
  const small = body.length < COMPRESS_FROM || !wanted;
  const content = small ? body : await compress(body, { level: 1 });
  if (response.destroyed) return;
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    "Content-Type": mediaType,
    "Content-Length": content.length,
    Vary: "Accept-Encoding",
    ...(small ? {} : { "Content-Encoding": "gzip" }),
  });
  response.end(request.method === "HEAD" ? undefined : content);
}

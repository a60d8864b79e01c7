import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeWire } from "../core/page/wire.ts";
import { RequestError } from "../sampler/request-error.ts";
import type { ViewerService } from "../sampler/viewer-service.ts";
import { type RunningServer, startServer } from "./server.ts";

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

let folder = "";
let server: RunningServer;
let handled: string[] = [];

const service: ViewerService = {
  handle: async (name, argument) => {
    handled.push(name);
    if (name === "series") return { values: Float32Array.of(1, Number.NaN), argument };
    if (name === "big") return "x".repeat(100_000);
    if (name === "crash") throw new Error("secret path /root");
    throw new RequestError("unknown-request", "There is no such request.");
  },
  openFile: async () => ({ state: "failed", message: "" }),
  close: async () => {},
};

beforeEach(async () => {
  handled = [];
  folder = await mkdtemp(join(tmpdir(), "gilscope-server-"));
  await mkdir(join(folder, "page", "assets"), { recursive: true });
  await writeFile(join(folder, "secret.json"), "secret");
  await writeFile(join(folder, "page", "index.html"), "<!doctype html><title>page</title>");
  await writeFile(join(folder, "page", "assets", "app.js"), "export {};");
  await symlink(join(folder, "secret.json"), join(folder, "page", "link.json"));
  const limits = { requestTimeoutMs: 1000, maxBodyBytes: 1000, maxFileBytes: 5000 };
  server = await startServer({ service, pageDirectory: join(folder, "page"), at: 0, limits });
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function ask({ method = "GET", path = "/", headers = {}, body }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: "127.0.0.1", port: server.port!, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function api(name: string, extra: Ask = {}): Promise<Answer> {
  const headers = { authorization: `Bearer ${server.token}`, "content-type": "application/json", ...extra.headers };
  return ask({ method: "POST", path: `/api/${name}`, body: "null", ...extra, headers });
}

describe("the loopback server", () => {
  it("serves the page's files and nothing else, whatever the address", async () => {
    expect((await ask({})).body.toString()).toContain("<title>page");
    expect((await ask({ path: "/assets/app.js?x=1" })).headers["content-type"]).toContain("text/javascript");
    expect((await ask({ method: "HEAD" })).body).toHaveLength(0);
    const tricks = [
      "/../secret.json",
      "/%2e%2e/secret.json",
      "/assets/..%2f..%2fsecret.json",
      "//etc/passwd",
      "/link.json",
      "/assets",
      "/assets/",
      "/\u0000",
      "/index.html/",
      "http://127.0.0.1/index.html",
      "/__proto__",
      "/constructor",
    ];
    for (const path of tricks) {
      const got = await ask({ path: encodeURI(path).replaceAll("%25", "%") });
      expect(got.status, path).toBe(404);
      expect(got.body.toString()).not.toContain("secret\n");
    }
    expect((await ask({ method: "PUT" })).status).toBe(405);
  });

  it("puts its security headers on every answer", async () => {
    for (const got of [
      await ask({}),
      await ask({ path: "/none" }),
      await api("series"),
      await api("series", { headers: { authorization: "x" } }),
    ]) {
      expect(got.headers["content-security-policy"]).toContain("default-src 'none'");
      expect(got.headers["content-security-policy"]).not.toContain("unsafe");
      expect(got.headers["x-content-type-options"]).toBe("nosniff");
      expect(got.headers["cache-control"]).toBe("no-store");
      expect(got.headers["referrer-policy"]).toBe("no-referrer");
    }
  });

  it("answers requests in wire form", async () => {
    const got = await api("series", { body: '{"rowId":3}' });
    expect(got.status).toBe(200);
    expect(decodeWire(got.body.toString())).toEqual({ values: Float32Array.of(1, Number.NaN), argument: { rowId: 3 } });
  });

  it("compresses large answers where that is wanted", async () => {
    const got = await api("big", { headers: { "accept-encoding": "gzip" } });
    expect(got.headers["content-encoding"]).toBe("gzip");
    expect(got.body.length).toBeLessThan(5000);
    expect(JSON.parse(gunzipSync(got.body).toString())).toHaveLength(100_000);
  });

  it("wants the token for every request, and nothing but the whole token", async () => {
    const wrong = [
      "",
      "Bearer",
      "Bearer ",
      `Bearer ${server.token}x`,
      `Bearer ${server.token.slice(0, -1)}`,
      server.token,
      `Basic ${server.token}`,
      `Bearer ${"A".repeat(32)}`,
      `Bearer ${"a".repeat(5000)}`,
    ];
    for (const authorization of wrong) expect((await api("series", { headers: { authorization } })).status).toBe(401);
    expect((await ask({ method: "POST", path: `/api/series?token=${server.token}` })).status).toBe(401);
    expect(handled).toEqual([]);
    expect(server.url).toBe(`http://127.0.0.1:${server.port!}/#token=${server.token}`);
    expect(server.token.length).toBeGreaterThanOrEqual(32);
  });

  it("refuses foreign hosts and origins before anything else", async () => {
    for (const host of [
      "evil.example",
      `evil.example:${server.port!}`,
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "169.254.169.254",
    ]) {
      expect((await api("series", { headers: { host } })).status, host).toBe(403);
      expect((await ask({ headers: { host } })).status, host).toBe(403);
    }
    const own = `127.0.0.1:${server.port!}`;
    for (const origin of [
      "http://evil.example",
      "null",
      `https://${own}`,
      `http://localhost:${server.port!}`,
      `http://${own}.evil.example`,
    ]) {
      expect((await api("series", { headers: { host: own, origin } })).status, origin).toBe(403);
    }
    expect((await api("series", { headers: { host: own, "sec-fetch-site": "cross-site" } })).status).toBe(403);
    expect(handled).toEqual([]);
    expect((await api("series", { headers: { host: own, origin: `http://${own}` } })).status).toBe(200);
    expect((await api("series", { headers: { host: "localhost:9000", origin: "http://localhost:9000" } })).status).toBe(
      200,
    );
  });

  it("refuses other methods, types and damaged JSON", async () => {
    expect((await api("series", { method: "GET" })).status).toBe(405);
    expect((await api("series", { headers: { "content-type": "text/plain" } })).status).toBe(415);
    expect((await api("series", { body: "{" })).status).toBe(400);
    expect((await api("series", { body: '{"$t":"f64","b":"x"}' })).status).toBe(400);
    expect((await api("../secret")).status).toBe(404);
    const crashed = await api("crash");
    expect(crashed.status).toBe(500);
    expect(crashed.body.toString()).not.toContain("/root");
  });

  it("refuses bodies that are too large, announced or not", async () => {
    expect((await api("series", { body: JSON.stringify("x".repeat(2000)) })).status).toBe(413);
    const chunked = await api("series", {
      body: JSON.stringify("x".repeat(2000)),
      headers: { "transfer-encoding": "chunked" },
    });
    expect(chunked.status).toBe(413);
    expect((await api("openFile", { body: JSON.stringify("x".repeat(2000)) })).status).toBe(404);
    expect(handled).toEqual(["openFile"]);
  });

  it("ends requests that never finish", async () => {
    const head = `POST /api/series HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${server.token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
    for (const text of [head, "GET / HTTP/1.1\r\nHost: 127"]) {
      await new Promise<void>((resolve) => {
        const socket = connect(server.port!, "127.0.0.1", () => socket.write(text));
        socket.on("data", () => {});
        socket.on("error", () => {});
        socket.on("close", () => resolve());
      });
    }
    expect(handled).toEqual([]);
    expect((await api("series")).status).toBe(200);
  }, 60_000);

  it("listens on loopback only", async () => {
    const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    for (const { address } of addresses.filter(({ internal, family }) => !internal && family === "IPv4")) {
      const reached = await new Promise<boolean>((resolve) => {
        const socket = connect({ port: server.port!, host: address, timeout: 2000 }, () => resolve(true));
        socket.on("error", () => resolve(false));
        socket.on("timeout", () => resolve(false));
      });
      expect(reached, address).toBe(false);
    }
  });
});

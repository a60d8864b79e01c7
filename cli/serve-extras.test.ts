import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ViewerService } from "../sampler/viewer-service.ts";
import { type RunningServer, type ServeOptions, startServer } from "./server.ts";

let folder = "";
let server: RunningServer | null = null;

const service: ViewerService = {
  handle: async () => null,
  openFile: async () => ({ state: "failed", message: "" }),
  close: async () => {},
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gilscope-serve-"));
  await mkdir(join(folder, "page"));
  await writeFile(join(folder, "page", "index.html"), "<!doctype html><title>page</title>");
});

afterEach(async () => {
  await server?.close();
  server = null;
  await rm(folder, { recursive: true });
});

async function start(options: Partial<ServeOptions>): Promise<RunningServer> {
  server = await startServer({ service, pageDirectory: join(folder, "page"), at: 0, ...options });
  return server;
}

function get(
  where: { readonly port: number } | { readonly socketPath: string },
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly type: string; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ ...where, host: "127.0.0.1", path, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers["content-type"] ?? "", body }),
      );
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("metrics over HTTP", () => {
  const metrics = { token: "m".repeat(32), answer: async () => ({ mediaType: "text/plain", text: "gilscope_x 1\n" }) };

  it("want their own token, not the page's", async () => {
    const { port, token } = await start({ metrics });
    const at = { port: port! };
    expect((await get(at, "/metrics")).status).toBe(401);
    expect((await get(at, "/metrics", { authorization: `Bearer ${token}` })).status).toBe(401);
    const scraped = await get(at, "/metrics", { authorization: `Bearer ${metrics.token}` });
    expect(scraped).toMatchObject({ status: 200, type: "text/plain", body: "gilscope_x 1\n" });
    expect((await get(at, "/api/welcome", { authorization: `Bearer ${metrics.token}` })).status).toBe(401);
    const foreign = { authorization: `Bearer ${metrics.token}`, host: "evil.example" };
    expect((await get(at, "/metrics", foreign)).status).toBe(403);
  });

  it("are not there unless asked for", async () => {
    const { port } = await start({});
    expect((await get({ port: port! }, "/metrics", { authorization: `Bearer ${metrics.token}` })).status).toBe(404);
  });
});

describe.skipIf(process.platform === "win32")("a Unix socket", () => {
  it("is its owner's only, answers as a port does, and is gone afterwards", async () => {
    const socketPath = join(folder, "gilscope.sock");
    const { port, url } = await start({ at: socketPath });
    expect(port).toBeNull();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:8080\/#token=/);
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
    expect((await get({ socketPath }, "/", { host: "localhost:8080" })).body).toContain("page");
    expect((await get({ socketPath }, "/api/welcome", { host: "localhost" })).status).toBe(401);
    await server?.close();
    server = null;
    await expect(stat(socketPath)).rejects.toThrow(/ENOENT/);
  });

  it("is not taken from who listens there, and no other file is replaced", async () => {
    const socketPath = join(folder, "taken.sock");
    const other = createServer().listen(socketPath);
    await new Promise((resolve) => other.once("listening", resolve));
    await expect(start({ at: socketPath })).rejects.toMatchObject({ code: "EADDRINUSE" });
    await new Promise((resolve) => other.close(resolve));
    await writeFile(join(folder, "file"), "kept");
    await expect(start({ at: join(folder, "file") })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

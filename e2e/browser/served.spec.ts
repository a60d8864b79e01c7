import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "@playwright/test";
import { defaultPython } from "../harness/pythons.ts";
import { problemsOf } from "../harness/simulated-page.ts";

const CLI = join(__dirname, "..", "..", "out", "cli.cjs");
const SLEEPER = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\ntime.sleep(60)";

let server: ChildProcess;
let python: ChildProcess;
let address: string;

test.beforeAll(async () => {
  python = spawn(defaultPython(), ["-c", SLEEPER], { stdio: "ignore" });
  server = spawn(process.execPath, [CLI, "serve"], { stdio: ["ignore", "pipe", "inherit"] });
  if (server.stdout === null) throw new Error("the server has no output");
  for await (const line of createInterface({ input: server.stdout })) {
    const found = /http:\/\/127\.0\.0\.1:\d+\/#token=\S+/.exec(line)?.[0];
    if (found === undefined) continue;
    address = found;
    break;
  }
});

test.afterAll(() => {
  server.kill();
  python.kill();
});

test("the served page is the window's page: it lists a Python program started beside it", async ({ page }) => {
  const problems = problemsOf(page);
  await page.goto(address);
  await expect(page.locator(`[data-testid="runtime-row"][data-pid="${python.pid}"]`)).toBeVisible();
  await page.locator(`[data-testid="runtime-row"][data-pid="${python.pid}"]`).click();
  await expect(page.getByTestId("verdict-card")).toBeVisible();
  await expect(page.getByTestId("thread-row").first()).toBeVisible();
  expect(problems).toEqual([]);
});

test("without its token the page shows nothing, and other origins are refused", async ({ page, request }) => {
  const origin = new URL(address).origin;
  await page.goto(origin);
  await expect(page.getByTestId("runtime-row")).toHaveCount(0);
  const answer = await request.post(`${origin}/api/welcome`, {
    data: "null",
    headers: { Authorization: "Bearer wrong" },
  });
  expect([401, 403]).toContain(answer.status());
});

for (const colorScheme of ["dark", "light"] as const) {
  test(`the page keeps to the accessibility rules that a program can check (${colorScheme})`, async ({ browser }) => {
    const context = await browser.newContext({ colorScheme, bypassCSP: true });
    const page = await context.newPage();
    await page.goto(address);
    await page.locator(`[data-testid="runtime-row"][data-pid="${python.pid}"]`).click();
    await expect(page.getByTestId("thread-row").first()).toBeVisible();
    await page.addScriptTag({ path: require.resolve("axe-core/axe.min.js") });
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      return (await axe.run()).violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`,
      );
    });
    expect(violations).toEqual([]);
    await context.close();
  });
}

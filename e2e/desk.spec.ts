import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { command } from "./harness/palette.ts";
import { closeProgram, expect, startProgram, test } from "./harness/program.ts";
import { defaultPython } from "./harness/pythons.ts";

const python = defaultPython();
const SLEEPER = "import signal, threading\nsignal.alarm(80)\nthreading.Event().wait()";
let target: ChildProcess | null = null;

test.afterEach(() => {
  target?.kill("SIGKILL");
  target = null;
});

/** Starts a Python that sleeps, and selects it. */
async function sleeper(page: Page): Promise<number> {
  target = spawn(python, ["-c", SLEEPER], { stdio: "ignore" });
  const pid = target.pid ?? -1;
  const row = page.locator(`[data-testid="runtime-row"][data-pid="${pid}"]`);
  await page.getByTestId("filter-input").fill(`pid:${pid}`);
  await row.click();
  await expect(page.getByTestId("actions-button")).toBeVisible();
  return pid;
}

const field = (pid: number, name: string): string =>
  new RegExp(`^${name}:\\s*(.*)$`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";

test("the selected runtime gets another priority and other CPUs, is stopped, continued and terminated", async ({
  program: { page },
}) => {
  const pid = await sleeper(page);
  await command(page, "set priority");
  await page.getByTestId("nice-19").check();
  await page.getByTestId("act-confirm").click();
  await expect(page.getByTestId("toast")).toContainText("to 19");
  expect(getPriority(pid)).toBe(19);

  await command(page, "choose cpus");
  await page.getByTestId("cpu-list").fill("0");
  await page.getByTestId("act-confirm").click();
  await expect(page.getByTestId("toast")).toContainText("may use CPU 0");
  expect(field(pid, "Cpus_allowed_list")).toBe("0");

  await page.getByTestId("actions-button").click();
  await page.getByTestId("item-sigstop").click();
  await expect(page.getByTestId("act-sheet")).toContainText(`pid ${pid}`);
  await page.getByTestId("act-confirm").click();
  await expect.poll(() => field(pid, "State")).toContain("stopped");
  await command(page, "continue");
  await page.getByTestId("act-confirm").click();
  await expect.poll(() => field(pid, "State")).not.toContain("stopped");

  const ended = new Promise((resolve) => target?.once("exit", (_code, signal) => resolve(signal)));
  await command(page, "terminate");
  await page.getByTestId("act-confirm").click();
  expect(await ended).toBe("SIGTERM");
  await expect(page.getByTestId("ended-note")).toBeVisible();
  await page.getByTestId("actions-button").click();
  await expect(page.getByTestId("item-copy-verdict")).toBeVisible();
  await expect(page.getByTestId("item-sigterm")).toHaveCount(0);
});

test("the page can reach no other process than a runtime of the list, and no path of its own", async ({
  program: { page, app },
}) => {
  const pid = await sleeper(page);
  const shown = await app.evaluate(({ shell }) => {
    const paths: string[] = [];
    (globalThis as Record<string, unknown>)["shown"] = paths;
    shell.showItemInFolder = (path) => void paths.push(path);
    return paths;
  });
  expect(shown).toEqual([]);
  const answers = await page.evaluate(async (own) => {
    const { gilscope } = globalThis as unknown as {
      gilscope: { request(name: string, argument: unknown): Promise<unknown> };
    };
    const ask = (name: string, argument: unknown) =>
      gilscope.request(name, argument).catch((error: Error) => error.message);
    const frame = (await gilscope.request("nextFrame", { source: "live", after: -1, selectedRowId: null })) as {
      view: { rows: { rowId: number; pid: number }[] };
    };
    const rowId = frame.view.rows.find((row) => row.pid === own)?.rowId ?? 0;
    const { view } = (await gilscope.request("nextFrame", { source: "live", after: -1, selectedRowId: rowId })) as {
      view: { selected: { runtime: { startTicks: number } } };
    };
    const { startTicks } = view.selected.runtime;
    const action = { kind: "signal", signal: "SIGTERM" };
    const right = { processRowId: rowId, pid: own, startTicks, action };
    return {
      otherPid: await ask("act", { ...right, pid: own + 1 }),
      otherStart: await ask("act", { ...right, startTicks: startTicks + 1 }),
      otherRow: await ask("act", { ...right, processRowId: rowId + 1000 }),
      first: await ask("act", { ...right, pid: 1 }),
      group: await ask("act", { ...right, pid: -own }),
      signal: await ask("act", { ...right, action: { kind: "signal", signal: "SIGUSR1" } }),
      path: await ask("reveal", { processRowId: rowId, pid: own, startTicks, what: "/etc/passwd" }),
      reveal: await ask("reveal", {
        processRowId: rowId,
        pid: own,
        startTicks,
        what: "executable",
        path: "/etc/passwd",
      }),
    };
  }, pid);
  const refused = { state: "refused", refusal: "not-a-runtime" };
  expect(answers).toMatchObject({ otherPid: refused, otherStart: refused, otherRow: refused, reveal: "shown" });
  for (const malformed of [answers.first, answers.group, answers.signal, answers.path]) {
    expect(malformed).toMatch(/argument of (act|reveal) is not what it takes/);
  }
  expect(target?.exitCode).toBeNull();
  const paths = await app.evaluate(() => (globalThis as Record<string, unknown>)["shown"] as string[]);
  expect(paths).toHaveLength(1);
  expect(paths[0]).toContain("python");
});

test("a program launched in the window is its child, is selected, prints into its panel, and shows its stacks", async ({
  program: { page, app, userData },
}) => {
  const script = join(userData, "my work.py");
  writeFileSync(
    script,
    "import os, signal, sys, time\nsignal.alarm(80)\nprint(os.getppid(), sys.argv[1:], os.environ['MODE'], os.getcwd())\ndef wait_here():\n    time.sleep(70)\nwait_here()\n",
  );
  await page.getByTestId("launch-button").click();
  await page.getByTestId("launch-command").fill(`${python} '${script}' '$HOME' --token=hunter2`);
  await page.getByTestId("launch-folder").fill(userData);
  await page.getByTestId("launch-environment").fill("MODE=deep");
  await page.getByTestId("launch-start").click();
  const own = await app.evaluate(() => process.pid);
  await expect(page.getByTestId("launched-output")).toHaveValue(
    `${own} ['$HOME', '--token=hunter2'] deep ${userData}\n`,
  );
  await expect(page.locator("h1")).toHaveText("my work.py");
  const kept = readFileSync(join(userData, "settings.json"), "utf8");
  expect(kept).toContain("my work.py");
  expect(kept).not.toContain("hunter2");

  await command(page, "stacks");
  await expect(async () => {
    await page.getByTestId("stack-again").click();
    await expect(page.getByTestId("stacks")).toContainText("wait_here", { timeout: 2000 });
  }).toPass({ timeout: 30_000 });
  await page.getByTestId("stack-copy").click();
  await expect.poll(() => app.evaluate(({ clipboard }) => clipboard.readText())).toContain("wait_here (");
  await page.keyboard.press("Escape");

  await page.getByTestId("launched-stop").click();
  await expect(page.getByTestId("launched-status")).toHaveText("ended by SIGTERM");
});

test("an example runs in a folder of the program's own, and ends with the window", async () => {
  const program = await startProgram();
  const { page, userData } = program;
  await page.getByTestId("try-gil-bound").click();
  await expect(page.locator("h1")).toHaveText("four_threads_one_gil.py");
  // Where other programs use up the CPUs, these are what it lacks most.
  await expect(page.getByTestId("verdict-chip")).toContainText(/GIL-bound|CPU-starved/, { timeout: 30_000 });
  expect(readdirSync(join(userData, "examples"))).toEqual(["four_threads_one_gil.py"]);
  const pid = Number(/pid (\d+)/.exec((await page.getByTestId("launched-status").textContent()) ?? "")?.[1]);
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  await closeProgram(program);
  await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
});

test("settings hold at once, over a restart and without a bad file; a verdict that holds is told", async () => {
  const userData = mkdtempSync(join(tmpdir(), "gilscope-test-"));
  const first = await startProgram({ userData });
  await expect(first.page.getByTestId("status")).toHaveAttribute("data-status", "live");
  await first.page.keyboard.press("Control+,");
  await first.page.getByTestId("setting-theme").selectOption("contrast");
  await first.page.getByTestId("setting-interval").selectOption("500");
  await first.page.getByTestId("setting-notices").check();
  await first.page.getByTestId("setting-notice-seconds").selectOption("10");
  await first.page.getByTestId("notice-cpu-starved").check();
  await first.page.keyboard.press("Escape");
  await expect(first.page.locator(".foot-facts")).toContainText("sampled every 0.5 s");
  await expect
    .poll(() => JSON.parse(readFileSync(join(userData, "settings.json"), "utf8")))
    .toMatchObject({
      theme: "contrast",
      intervalMs: 500,
      notices: { on: true, seconds: 10 },
    });
  await first.app.close();

  const second = await startProgram({ userData });
  await expect(second.page.locator("html")).toHaveAttribute("data-theme", "contrast");
  expect(await second.app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe("dark");
  await second.app.evaluate(({ app, Notification }) => {
    (globalThis as Record<string, unknown>)["badges"] = [];
    app.setBadgeCount = (count) => {
      ((globalThis as Record<string, unknown>)["badges"] as (number | undefined)[]).push(count);
      return true;
    };
    Notification.isSupported = () => false;
  });
  await second.page.getByTestId("try-gil-bound").click();
  await expect
    .poll(
      () => second.app.evaluate(() => Math.max(0, ...((globalThis as Record<string, unknown>)["badges"] as number[]))),
      { timeout: 45_000 },
    )
    .toBeGreaterThan(0);
  await second.app.close();

  writeFileSync(join(userData, "settings.json"), "{ torn");
  const third = await startProgram({ userData });
  await expect(third.page.getByTestId("toast")).toContainText("settings.json.unreadable");
  await expect(third.page.locator("html")).not.toHaveAttribute("data-theme", "contrast");
  expect(readFileSync(join(userData, "settings.json.unreadable"), "utf8")).toBe("{ torn");
  await closeProgram(third);
});

test("a picture of the window and one of a chart are saved as they look", async ({
  program: { page, app, userData },
}) => {
  await sleeper(page);
  const folder = mkdtempSync(join(userData, "pictures-"));
  await app.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = (async (...options: unknown[]) => ({
      canceled: false,
      filePath: `${path}/${(options.at(-1) as { defaultPath: string }).defaultPath}`,
    })) as typeof dialog.showSaveDialog;
  }, folder);
  await command(page, "picture: window png");
  await expect(page.getByTestId("toast")).toContainText("gilscope-window.png");
  const png = readFileSync(join(folder, "gilscope-window.png"));
  const { width, height } = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }));
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([width, height]);
  await command(page, "picture: memory svg");
  await expect(page.getByTestId("toast")).toContainText("gilscope-memory.svg");
  expect(readFileSync(join(folder, "gilscope-memory.svg"), "utf8")).toMatch(/^<svg [^>]+>.*<path [^>]+stroke=/s);
  rmSync(folder, { recursive: true });
});

test("the page says so when it came back after a crash", async ({ program: { app, page } }) => {
  await expect(page.getByTestId("status")).toHaveAttribute("data-status", "live");
  const said = await app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    if (contents === undefined) throw new Error("there is no window");
    const loaded = new Promise((resolve) => contents.once("did-finish-load", () => resolve(null)));
    contents.forcefullyCrashRenderer();
    await loaded;
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const text = await contents.executeJavaScript(
        `document.querySelector('[data-testid="toast"]')?.textContent ?? ""`,
      );
      if (text !== "") return String(text);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return "";
  });
  expect(said).toContain("loaded again");
});

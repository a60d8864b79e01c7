import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "./harness/program.ts";
import { defaultPython } from "./harness/pythons.ts";
import { type RunningTarget, startTarget } from "./harness/target.ts";
import { readLabels } from "./harness/target-label.ts";

const python = defaultPython();
let running: RunningTarget | null = null;
const targets = join(__dirname, "targets");

/** A program whose name would do harm wherever it is taken for more than text. */
const HOSTILE_NAME = '<img src=x onerror="document.title=1">=cmd|\u001b[31m) R 1 1 (.py';

let hostileFolder: string;
let hostile: ChildProcess | null = null;

test.beforeAll(() => {
  hostileFolder = mkdtempSync(join(tmpdir(), "gilscope-hostile-"));
});

test.afterEach(async () => {
  await running?.stop();
  running = null;
});

test.afterAll(() => {
  hostile?.kill("SIGKILL");
  rmSync(hostileFolder, { recursive: true, force: true });
});

test("a runtime is found, filtered, selected, kept when it ends, exported and opened again", async ({ program }) => {
  const { page, app, userData } = program;
  const label = readLabels(targets).find(({ name }) => name === "gil_two_threads");
  if (label === undefined) throw new Error("the corpus lacks gil_two_threads");
  const target = await startTarget(label, python, 60);
  running = target;
  const row = page.locator(`[data-testid="runtime-row"][data-pid="${target.pid}"]`);
  await expect(row).toHaveAttribute("data-verdict", "gil-bound");

  await page.keyboard.press("/");
  await page.keyboard.type("no such program");
  await expect(page.getByTestId("no-match")).toBeVisible();
  await page.getByTestId("filter-input").fill("gil_two_threads verdict:gil-bound");
  await expect(page.getByTestId("runtime-row")).toHaveCount(1);
  await row.click();
  await page.getByTestId("filter-input").fill("");
  await expect(page.getByTestId("verdict-chip")).toContainText("GIL-bound");

  const path = join(userData, "snapshot.json");
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, path);
  await page.getByTestId("export-button").click();
  await page.getByTestId("item-export-json").click();
  await expect(page.getByTestId("toast")).toContainText("snapshot.json");
  expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ schemaVersion: 1 });

  await target.stop();
  await expect(page.getByTestId("ended-note")).toBeVisible();
  await expect(page.getByTestId("verdict-chip")).toContainText("GIL-bound");

  await page.getByTestId("open-input").setInputFiles(path);
  await expect(page.getByTestId("banner-file")).toContainText("snapshot.json");
  await expect(row).toHaveAttribute("data-verdict", "gil-bound");

  const cut = join(userData, "cut.json");
  writeFileSync(cut, readFileSync(path, "utf8").slice(0, 300));
  await page.getByTestId("open-input").setInputFiles(cut);
  await expect(page.getByTestId("toast")).toContainText("cut.json");
  await expect(page.getByTestId("banner-file")).toContainText("snapshot.json");
});

test("a hostile name stays text", async ({ program }) => {
  const { page } = program;
  const script = join(hostileFolder, HOSTILE_NAME.replaceAll("/", "_"));
  writeFileSync(script, "import signal, threading\nsignal.alarm(60)\nthreading.Event().wait()\n");
  hostile = spawn(python, [script, "<script>document.title=2</script>", "x".repeat(90_000)], { stdio: "ignore" });
  const row = page.locator(`[data-testid="runtime-row"][data-pid="${hostile.pid}"]`);
  await expect(row).toBeVisible();
  await row.click();
  await expect(page.getByRole("heading", { name: "<img src=x" })).toBeVisible();
  expect(await page.title()).not.toMatch(/^[12]$/);
  expect(await page.locator("img, script:not([src])").count()).toBe(0);
  expect(existsSync(script)).toBe(true);
});

import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { command as runCommand } from "../harness/palette.ts";
import { atEachSize, expect, looksRight, misplaced, test, violations } from "../harness/simulated-page.ts";

/** Runs a command of the palette once the page shows a runtime. */
async function command(page: Page, text: string): Promise<void> {
  await expect(page.getByTestId("verdict-card")).toBeVisible();
  await runCommand(page, text);
}

/** Every sheet, by the words that find it in the palette. */
const SHEETS: readonly (readonly [words: string, testId: string])[] = [
  ["kill", "act-sheet"],
  ["set priority", "act-sheet"],
  ["choose cpus", "act-sheet"],
  ["stacks of all", "stacks"],
  ["settings", "settings-sheet"],
  ["help and keys", "help-sheet"],
  ["launch", "launch-sheet"],
];

/** Whether the open dialog lies inside the window, and nothing in it is cut sideways. */
async function sheetFits(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const dialog = document.querySelector("dialog[open]");
    if (dialog === null) return false;
    const { left, top, right, bottom } = dialog.getBoundingClientRect();
    return (
      left >= 0 &&
      top >= 0 &&
      right <= innerWidth &&
      bottom <= innerHeight &&
      dialog.scrollWidth <= dialog.clientWidth + 1
    );
  });
}

for (const [words, testId] of SHEETS) {
  test(`sheet “${words}”: accessible in every theme, fits at every size, closes by Escape`, async ({
    browser,
    open,
  }) => {
    const context = await browser.newContext({ colorScheme: "dark", bypassCSP: true });
    const page = await context.newPage();
    const problems = await open(page, "demo&shell=desktop");
    await expect(page.getByTestId("verdict-card")).toBeVisible();
    await command(page, words);
    await expect(page.getByTestId(testId)).toBeVisible();
    expect(await violations(page)).toEqual([]);
    for (const theme of ["light", "contrast"]) {
      await page.evaluate((name) => {
        document.documentElement.dataset["theme"] = name;
      }, theme);
      expect(await violations(page, ["color-contrast"]), theme).toEqual([]);
    }
    await atEachSize(page, (width) => expect.poll(() => sheetFits(page), `${width} wide`).toBe(true));
    await page.keyboard.press("Escape");
    await expect(page.locator("dialog[open]")).toHaveCount(0);
    expect(problems).toEqual([]);
    await context.close();
  });
}

test("the whole window is accessible in high contrast, with forced colours and without motion", async ({
  browser,
  open,
}) => {
  const context = await browser.newContext({ forcedColors: "active", reducedMotion: "reduce", bypassCSP: true });
  const page = await context.newPage();
  await open(page, "demo&shell=desktop");
  await expect(page.getByTestId("verdict-card")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.emulateMedia({ forcedColors: "none" });
  await command(page, "theme: high");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "contrast");
  expect(await violations(page)).toEqual([]);
  const moving = await page.evaluate(() => document.getAnimations().length);
  expect(moving).toBe(0);
  await context.close();
});

test("the palette finds commands and runtimes; menus, panels and the first-run card need no mouse", async ({
  page,
  open,
}) => {
  await open(page, "demo&shell=desktop");
  await expect(page.getByTestId("first-run")).toBeVisible();
  await page.getByTestId("first-run-done").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("first-run")).toBeHidden();

  await command(page, "ipykernel");
  await expect(page.locator("h1")).toHaveText("ipykernel");
  await expect(page.getByTestId("runtime-list")).toBeFocused();

  await page.keyboard.press("Control+k");
  await page.keyboard.press("ArrowDown");
  await expect(page.locator('#commands [aria-selected="true"]')).toHaveText(/Filter…/);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("filter-input")).toBeFocused();
  await page.keyboard.press("Escape");

  await page.getByTestId("actions-button").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("item-stack")).toBeFocused();
  await page.keyboard.press("k");
  await expect(page.getByTestId("item-sigkill")).toBeFocused();
  await page.keyboard.press("Enter");
  const sheet = page.getByTestId("act-sheet");
  await expect(sheet).toContainText("Kill ipykernel?");
  await expect(sheet).toContainText("39102");
  // Whoever presses Enter once too often kills nothing.
  await expect(sheet.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("toast")).toContainText("Sent SIGKILL to ipykernel (pid 39102).");
  await expect(page.getByTestId("actions-button")).toBeFocused();

  await command(page, "choose cpus");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("0-1,x");
  await expect(page.getByTestId("act-confirm")).toBeDisabled();
  await page.keyboard.press("Backspace");
  await page.keyboard.type("3");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("toast")).toContainText("ipykernel (pid 39102) may use CPUs 0,1,3.");

  await page.keyboard.press("Control+,");
  await expect(page.getByTestId("settings-sheet")).toBeVisible();
  await page.getByTestId("setting-units").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("runtime-row").first()).toContainText("MB");
});

test("a program is launched without a shell, its output shown, its runtime selected, and stopped", async ({
  browser,
  open,
}) => {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  await open(page, "demo&shell=desktop");
  await command(page, "ipykernel");
  await expect(page.locator("h1")).toHaveText("ipykernel");
  await page.getByTestId("launch-button").click();
  await expect(page.getByTestId("launch-command")).toBeFocused();
  await page.keyboard.type("python 'my app.py");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("launch-problem")).toHaveText("A quote is not closed.");
  await page.keyboard.type("' --password hunter2");
  await expect(page.getByTestId("launch-words").getByRole("listitem")).toHaveText([
    "python",
    "my app.py",
    "--password",
    "hunter2",
  ]);
  await page.getByTestId("launch-environment").fill("LEVEL=debug");
  await page.getByTestId("launch-start").click();
  const panel = page.getByTestId("launched-panel");
  await expect(panel).toBeVisible();
  await expect(page.getByTestId("launched-output")).toHaveValue(/epoch 3\/40/);
  await expect(page.locator("h1")).toHaveText("train.py");
  expect(await misplaced(page)).toEqual([]);
  expect(await violations(page)).toEqual([]);
  await page.getByTestId("launched-stop").click();
  await expect(page.getByTestId("launched-status")).toHaveText("ended by SIGTERM");
  await page.getByTestId("launched-close").click();
  await expect(panel).toBeHidden();

  await page.getByTestId("launch-button").click();
  await expect(page.getByTestId("launch-command")).toHaveValue("python 'my app.py' --password [redacted]");
  await page.getByTestId("launch-start").click();
  await expect(page.getByTestId("launch-problem")).toContainText("Secrets are not kept");
  await page.getByTestId("launch-command").fill("missing");
  await page.getByTestId("launch-start").click();
  await expect(page.getByTestId("launch-problem")).toContainText("missing was not found");
  await context.close();
});

test("rows, the table, the verdict and stacks are copied as text in which nothing acts", async ({ browser, open }) => {
  const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"], bypassCSP: true });
  const page = await context.newPage();
  await open(page, "hostile");
  await expect(page.getByTestId("verdict-card")).toBeVisible();
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await command(page, "copy table");
  await expect(page.getByTestId("toast")).toContainText("Copied 5 rows.");
  const table = await clipboard();
  expect(table.split("\n")).toHaveLength(7);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is the point
  expect(table).not.toMatch(/^[=+@-]|[\u001b\u202e]/m);
  await command(page, "copy verdict");
  await expect(page.getByTestId("toast")).toContainText("the verdict as Markdown");
  expect(await clipboard()).toMatch(/^### /);
  await command(page, "copy row");
  await expect(page.getByTestId("toast")).toContainText("Copied the row.");
  expect((await clipboard()).split("\n")).toHaveLength(3);
  await context.close();
});

test("pictures of the window and of a chart are saved as PNG and as SVG of their own", async ({ page, open }) => {
  await open(page, "hostile");
  await expect(page.locator(".cpu-card svg.recharts-surface")).toBeVisible();
  const save = async (words: string): Promise<{ readonly name: string; readonly content: Buffer }> => {
    const download = page.waitForEvent("download");
    await command(page, words);
    const file = await download;
    return { name: file.suggestedFilename(), content: readFileSync(await file.path()) };
  };
  const png = await save("picture: window png");
  expect(png.name).toBe("gilscope-window.png");
  expect(png.content.subarray(1, 4).toString()).toBe("PNG");
  expect(png.content.length).toBeGreaterThan(20_000);
  for (const [words, name] of [
    ["picture: window svg", "gilscope-window.svg"],
    ["picture: cpu svg", "gilscope-cpu-by-thread.svg"],
  ] as const) {
    const svg = await save(words);
    expect(svg.name).toBe(name);
    const problem = await page.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
      const wrong = parsed.querySelector("parsererror, script, foreignObject, img, a, [onerror], [onload]");
      return wrong === null
        ? parsed.querySelector("text") === null
          ? "no text"
          : null
        : wrong.outerHTML.slice(0, 200);
    }, svg.content.toString("utf8"));
    expect(problem, name).toBeNull();
  }
});

test("settings are kept by the browser, reset, and bad ones are set aside", async ({ page, open }) => {
  await open(page, "demo");
  await expect(page.getByTestId("verdict-card")).toBeVisible();
  await page.keyboard.press("Control+,");
  await page.getByTestId("setting-theme").selectOption("light");
  await page.getByTestId("setting-column-trend").uncheck();
  await expect(page.getByTestId("setting-interval")).toHaveCount(0);
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await expect(page.getByTestId("verdict-card")).toBeVisible();
  await expect(page.locator(".line-spark").first()).toBeHidden();
  await page.keyboard.press("Control+,");
  await page.getByTestId("settings-reset").click();
  await expect(page.getByTestId("setting-theme")).toHaveValue("system");
  await page.evaluate(() => localStorage.setItem("gilscope.settings", "{ torn"));
  await page.reload();
  await expect(page.getByTestId("toast")).toContainText("set aside");
  expect(await page.evaluate(() => localStorage.getItem("gilscope.settings.unreadable"))).toBe("{ torn");
});

test("figures tell how they are measured, a viewer that may not act is offered no act, and paper shows the verdict", async ({
  page,
  open,
}) => {
  await open(page, "demo&recovered=crashed");
  await expect(page.getByTestId("toast")).toContainText("loaded again");
  await page.getByTestId("how-cpuCores").click();
  await expect(page.locator(".figures .asked")).toContainText("schedstat");
  await page.keyboard.press("Escape");
  await page.getByTestId("actions-button").click();
  await expect(page.getByTestId("item-copy-verdict")).toBeVisible();
  await expect(page.getByTestId("item-sigkill")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await page.emulateMedia({ media: "print" });
  await expect(page.getByTestId("verdict-card")).toBeVisible();
  await expect(page.getByTestId("runtime-list")).toBeHidden();
  await expect(page.getByTestId("pause-button")).toBeHidden();
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
});

test.describe("all processes", () => {
  test.use({ bypassCSP: true });

  test("are shown on request, found and sorted with the keyboard, and lead to a runtime", async ({
    page,
    open,
  }, info) => {
    await open(page, "demo");
    await expect(page.getByTestId("verdict-card")).toBeVisible();
    await page.keyboard.press("p");
    const rows = page.getByTestId("process-row");
    await expect(rows.first()).toContainText("ipykernel");
    await expect(page.locator('[data-testid="process-row"][data-pid="812"]')).toContainText("sshd");
    await expect(page.getByTestId("process-filter")).toBeFocused();
    await expect(page.getByTestId("process-filter")).toHaveValue("");
    await looksRight(page, "processes", info);
    await page.keyboard.type("sshd");
    await expect(rows).toHaveCount(1);
    await page.getByTestId("process-filter").fill("4900");
    await expect(rows).toHaveCount(1);
    await rows.getByRole("button").focus();
    await page.keyboard.press("Enter");
    await expect(page.getByTestId("process-sheet")).toBeHidden();
    await expect(page.locator('[data-testid="runtime-row"][data-pid="4900"]')).toHaveAttribute("aria-selected", "true");
  });
});

test("Tab reaches everything that can be pressed, typed into or moved in", async ({ page, open }) => {
  await open(page, "demo&shell=desktop");
  await expect(page.getByTestId("verdict-card")).toBeVisible();
  await command(page, "try it: four");
  await expect(page.getByTestId("launched-panel")).toBeVisible();
  // Marked as they are now: what figures bring later is not waited for.
  const names = await page.evaluate(() => {
    const reachable = 'a[href], button, input:not([type="file"]), select, textarea, summary, [tabindex="0"]';
    return [...document.querySelectorAll<HTMLElement>(reachable)]
      .filter((element) => element.offsetParent !== null && element.tabIndex >= 0 && !element.matches(":disabled"))
      .map((element, index) => {
        element.dataset["reach"] = String(index);
        return `${index} ${element.localName} ${element.getAttribute("aria-label") ?? element.textContent?.slice(0, 30)}`;
      });
  });
  expect(names.length).toBeGreaterThan(25);
  const reached = new Set<string>();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let press = 0; press < names.length * 2 && reached.size < names.length; press += 1) {
    await page.keyboard.press("Tab");
    const mark = await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset["reach"] ?? "");
    if (mark !== "") reached.add(mark);
  }
  expect(names.filter((name) => !reached.has(name.split(" ")[0] ?? ""))).toEqual([]);
});

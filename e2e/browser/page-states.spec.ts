import { atEachSize, expect, misplaced, test, violations } from "../harness/simulated-page.ts";

/** Every situation the page is designed for, and something that stands on it then. */
const STATES: readonly (readonly [scenario: string, testId: string])[] = [
  ["demo", "verdict-card"],
  ["empty", "no-python"],
  ["many", "verdict-card"],
  ["threads", "verdict-card"],
  ["hostile", "verdict-card"],
  ["interpreters", "gil-verdicts"],
  ["denied", "obstacle"],
  ["first", "runtime-skeleton"],
  ["ended", "ended-note"],
  ["stopped", "banner-stopped"],
  ["restarting", "banner-restarting"],
  ["lost", "banner-lost"],
  ["refused", "refused"],
  ["file", "banner-file"],
  ["phases", "verdict-card"],
  ["lanes", "verdict-card"],
];

for (const [scenario, testId] of STATES) {
  test(`state ${scenario}: drawn, accessible in both themes, nothing cut`, async ({ browser, open }) => {
    const context = await browser.newContext({ colorScheme: "dark", bypassCSP: true });
    const page = await context.newPage();
    const problems = await open(page, scenario);
    await expect(page.getByTestId(testId)).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "light" });
    await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
    expect(await violations(page, ["color-contrast"])).toEqual([]);
    await atEachSize(page, (width) => expect.poll(() => misplaced(page), `${width} wide`).toEqual([]));
    expect(problems).toEqual([]);
    await context.close();
  });
}

test("everything is in reach of the keyboard alone", async ({ page, open }) => {
  await open(page, "demo");
  const title = page.locator("h1");
  const status = page.getByTestId("status");
  await expect(title).toHaveText("train.py");
  await page.keyboard.press("ArrowDown");
  await expect(title).toHaveText("server.py");
  await expect(page.getByTestId("runtime-list")).toBeFocused();
  await page.keyboard.press("Home");
  await expect(title).toHaveText("train.py");

  await page.keyboard.press("Space");
  await expect(status).toHaveAttribute("data-status", "paused");
  await page.keyboard.press("Space");
  await expect(status).toHaveAttribute("data-status", "live");

  await page.keyboard.press("/");
  await page.keyboard.type("verdict:single");
  await expect(page.getByTestId("runtime-row")).toHaveCount(3);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(title).toHaveText("spawn worker");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByTestId("family-row")).toHaveAttribute("aria-expanded", "false");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByTestId("family-row")).toHaveAttribute("aria-expanded", "true");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("filter-input")).toHaveValue("");

  await page.keyboard.press("?");
  await expect(page.getByTestId("help-sheet")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("help-sheet")).toBeHidden();

  await page.getByTestId("export-button").focus();
  await page.keyboard.press("Enter");
  const download = page.waitForEvent("download");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  expect((await download).suggestedFilename()).toBe("orion-csv-runtimes.csv");
});

test("a paused page stands still and goes back in time; a file opens, and another is refused", async ({
  page,
  open,
}) => {
  await open(page, "demo");
  await expect(page.getByTestId("verdict-card")).toBeVisible();
  await page.getByTestId("pause-button").click();
  const table = page.getByTestId("thread-table");
  const still = await table.textContent();
  await page.waitForTimeout(1500);
  expect(await table.textContent()).toBe(still);
  await page.getByTestId("time-slider").press("PageDown");
  await expect(table).not.toHaveText(still ?? "");
  await page
    .getByTestId("open-input")
    .setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("x") });
  await expect(page.getByTestId("toast")).toContainText("notes.txt is not a Gilscope");
  await page
    .getByTestId("open-input")
    .setInputFiles({ name: "s.json", mimeType: "text/json", buffer: Buffer.from("{}") });
  await expect(page.getByTestId("banner-file")).toContainText("s.json");
  await page.getByRole("button", { name: "Close file" }).click();
  await expect(page.getByTestId("status")).toHaveAttribute("data-status", "live");
});

test("the list stays where its reader is", async ({ page, open }) => {
  await open(page, "many");
  await expect(page.getByTestId("verdict-card")).toBeVisible();
  const list = page.getByTestId("runtime-list");
  await list.hover();
  await page.mouse.wheel(0, 6000);
  await page.waitForTimeout(500);
  const place = () =>
    list.evaluate((element) => `${element.scrollTop} ${element.querySelector("[data-pid]")?.getAttribute("data-pid")}`);
  const before = await place();
  await page.waitForTimeout(6500);
  expect(await place()).toBe(before);
});

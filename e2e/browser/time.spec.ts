import type { Page } from "@playwright/test";
import { expect, looksRight, test, violations } from "../harness/simulated-page.ts";

// The rules of accessibility are checked by a script that the page's own policy would not let in.
test.use({ bypassCSP: true });

/** Drags over a part of the time line, from and to in shares of its width. */
async function drag(page: Page, from: number, to: number): Promise<void> {
  const box = await page.getByTestId("time-slider").boundingBox();
  if (box === null) throw new Error("there is no time line");
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * from, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * to, y, { steps: 6 });
  await page.mouse.up();
}

test("what happened a minute ago is one drag: list, verdict, states and charts follow", async ({
  page,
  open,
}, info) => {
  const problems = await open(page, "phases");
  const chip = page.getByTestId("verdict-chip");
  await expect(chip).toContainText("GIL-bound");
  await expect(page.getByTestId("events-button")).toContainText("5");
  // The program rested from 180 to 225 s of the five minutes on the line.
  await drag(page, 0.7, 0.76);
  await expect(page.getByTestId("status")).toHaveAttribute("data-status", "paused");
  await expect(page.getByTestId("time-shown")).toContainText("–");
  await expect(chip).toContainText("Idle");
  await expect(page.locator('[data-testid="runtime-row"][data-pid="41210"]')).toHaveAttribute("data-verdict", "idle");
  await expect(page.getByTestId("thread-row").first().getByRole("img")).toHaveAttribute("aria-label", /^sleeps/);
  await looksRight(page, "range", info);
  // The range can be moved as a whole, and dropped.
  await drag(page, 0.73, 0.95);
  await expect(chip).toContainText("GIL-bound");
  await page.getByRole("button", { name: "Clear" }).click();
  await expect(page.getByTestId("time-shown")).not.toContainText("–");
  await page.getByTestId("pause-button").click();
  await expect(page.getByTestId("status")).toHaveAttribute("data-status", "live");
  expect(problems).toEqual([]);
});

test("events and marks are listed and lead to their moment", async ({ page, open }) => {
  await open(page, "phases");
  await page.getByTestId("events-button").click();
  const list = page.getByTestId("event-list");
  await expect(list).toContainText("train.py (41210) started");
  await expect(list).toContainText("train.py (41210): GIL-bound → Idle");
  await expect(list).toContainText("pool.py (4600) ended");
  await expect(list).toContainText("its CPU quota began to hold it back");
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: /GIL-bound → Idle/ }).click();
  await expect(list).toBeHidden();
  await expect(page.getByTestId("status")).toHaveAttribute("data-status", "paused");
  await page.keyboard.press("m");
  await expect(page.getByTestId("toast")).toContainText("Mark 1 set");
  await expect(page.getByTestId("events-button")).toContainText("6");
});

test("what ended inside a range is in its list, and its sentence names the time", async ({ page, open }, info) => {
  const problems = await open(page, "phases");
  await expect(page.getByTestId("events-button")).toContainText("5");
  const gone = page.locator('[data-testid="runtime-row"][data-pid="4600"]');
  await expect(gone).toHaveCount(0);
  // It ended at 150 s of the five minutes on the line.
  await drag(page, 0.35, 0.7);
  await expect(gone).toContainText(/ended \d\d:\d\d:\d\d/);
  await gone.click();
  await expect(page.getByTestId("ended-note")).toContainText("ended inside this range");
  await expect(page.getByTestId("verdict-card")).toContainText(/over \d+ s, \d\d:\d\d:\d\d–\d\d:\d\d:\d\d/);
  await looksRight(page, "range-ended", info);
  await page.locator('[data-testid="runtime-row"][data-pid="41210"]').click();
  await drag(page, 0.05, 0.15);
  await expect(page.locator("#detail")).toContainText("had not begun yet at the time shown");
  await looksRight(page, "range-before", info);
  expect(problems).toEqual([]);
});

test("two ranges stand side by side, with what differs in words", async ({ page, open }, info) => {
  await open(page, "phases");
  await expect(page.getByTestId("events-button")).toContainText("5");
  await drag(page, 0.7, 0.76);
  await page.getByTestId("compare-button").click();
  await expect(page.getByTestId("compare-pane")).toContainText("Choose the other range");
  await drag(page, 0.85, 0.95);
  const pane = page.getByTestId("compare-pane");
  await expect(page.getByTestId("compare-headline")).toContainText("What the GIL costs in all rose from");
  await expect(pane).toContainText("The verdict went from Idle to GIL-bound.");
  await looksRight(page, "compare", info);
  await page.keyboard.press("Escape");
  await expect(pane).toBeHidden();
});

test("the time line needs no mouse", async ({ page, open }) => {
  await open(page, "phases");
  await expect(page.getByTestId("events-button")).toContainText("5");
  const shown = page.getByTestId("time-shown");
  await page.keyboard.press("t");
  await expect(page.getByTestId("time-slider")).toBeFocused();
  await page.keyboard.press("PageDown");
  await expect(shown).toHaveText(/^\d\d:\d\d:\d\d$/);
  const before = await shown.textContent();
  await page.keyboard.press("ArrowLeft");
  await expect(shown).not.toHaveText(before ?? "");
  await page.keyboard.press("Shift+PageUp");
  await expect(shown).toContainText("–");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Zoom out" })).toBeVisible();
  await page.keyboard.press("0");
  await page.keyboard.press("c");
  await expect(page.getByTestId("compare-pane")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("t");
  await page.keyboard.press("Escape");
  await expect(shown).not.toContainText("–");
  await page.keyboard.press("End");
  await expect(page.getByTestId("status")).toHaveAttribute("data-status", "live");
});

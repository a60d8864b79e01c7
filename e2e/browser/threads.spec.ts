import { expect, looksRight, test, violations } from "../harness/simulated-page.ts";

// The rules of accessibility are checked by a script that the page's own policy would not let in.
test.use({ bypassCSP: true });

test("a thread is found, followed through table, chart and lanes, and let go", async ({ page, open }, info) => {
  const problems = await open(page, "demo");
  const table = page.getByTestId("thread-table");
  const worker = page.locator('[data-testid="thread-row"][data-tid="41212"]');
  await expect(worker).toContainText("score (features.py:88)");
  await worker.click();
  await expect(worker).toHaveAttribute("aria-selected", "true");
  const followed = page.getByTestId("followed-thread");
  await expect(followed).toContainText("Following worker-1");
  await expect(followed).toContainText("Trainer.step (train.py:41)");
  await looksRight(page, "followed", info);
  await followed.getByRole("button", { name: "Stop following" }).click();
  await expect(followed).toBeHidden();
  // The same by keyboard.
  await table.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(followed).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(followed).toBeHidden();
  expect(problems).toEqual([]);
});

test("order, columns, folding and filter of threads; order and columns are kept", async ({ page, open }) => {
  await open(page, "demo");
  await page.locator('[data-testid="runtime-row"][data-pid="39102"]').click();
  const rows = page.getByTestId("thread-row");
  await expect(rows).toHaveCount(8);
  const pool = page.getByTestId("pool-row");
  await expect(pool).toContainText("Rayon pool, 4 threads");
  await pool.click();
  await expect(rows).toHaveCount(4);
  await expect(pool).toHaveAttribute("aria-expanded", "false");
  await pool.click();
  await page.getByTestId("thread-filter").fill("zmq cpu<0.1");
  await expect(rows).toHaveCount(3);
  await page.getByTestId("thread-filter").fill("");
  await page.getByRole("button", { name: "Thread", exact: true }).click();
  await expect(rows.first()).toContainText("MainThread");
  const heading = page.getByRole("columnheader", { name: "Thread" });
  await expect(heading).toHaveAttribute("aria-sort", "ascending");
  await page.getByTestId("thread-columns").click();
  await page.getByRole("checkbox", { name: "tid" }).uncheck();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("columnheader", { name: "tid" })).toHaveCount(0);
  await page.reload();
  await expect(heading).toHaveAttribute("aria-sort", "ascending");
  await expect(page.getByRole("columnheader", { name: "tid" })).toHaveCount(0);
});

test("the list is laid out by program or flat, with or without helpers, and stays so", async ({ page, open }) => {
  await open(page, "demo");
  await expect(page.getByTestId("family-row")).toHaveCount(1);
  await page.getByTestId("list-options").click();
  await page.getByTestId("list-tree").uncheck();
  await expect(page.getByTestId("family-row")).toHaveCount(0);
  await page.getByTestId("list-helpers").uncheck();
  await expect(page.getByRole("navigation")).toContainText("13 of 14 runtimes");
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.reload();
  await expect(page.getByTestId("list-options")).toHaveAttribute("aria-label", /flat/);
  await expect(page.getByTestId("family-row")).toHaveCount(0);
});

/** How many colours are on a canvas. */
function coloursOf(canvas: HTMLCanvasElement | SVGElement): number {
  const { width, height } = canvas as HTMLCanvasElement;
  const copy = new OffscreenCanvas(width, height).getContext("2d");
  copy?.drawImage(canvas as HTMLCanvasElement, 0, 0);
  return new Set(new Uint32Array(copy?.getImageData(0, 0, width, height).data.buffer ?? new ArrayBuffer(0))).size;
}

test("lanes open and close, zoom, move and tell what is under the pointer and the keys", async ({
  page,
  open,
}, info) => {
  const problems = await open(page, "demo");
  await expect(page.getByTestId("thread-row").first()).toBeVisible();
  await page.keyboard.press("l");
  const lanes = page.getByTestId("lane-view");
  await expect(lanes).toBeVisible();
  await expect(page.getByTestId("lanes-quality")).toContainText("looks a second");
  await lanes.scrollIntoViewIfNeeded();
  expect(await lanes.locator("canvas").evaluate(coloursOf)).toBeGreaterThan(4);
  await lanes.hover({ position: { x: 500, y: 30 } });
  await expect(page.getByTestId("lane-tip")).toContainText(/worker-1.*(has the GIL|waits for the GIL) for/s);
  await lanes.click({ position: { x: 500, y: 30 } });
  await expect(page.locator('[data-testid="thread-row"][data-tid="41212"]')).toHaveAttribute("aria-selected", "true");
  await page.mouse.wheel(0, -600);
  await expect(page.getByTestId("lanes-now")).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press(".");
  await expect(page.locator(".lane-box output")).toContainText(/worker-0 .* for \d/);
  await page.getByTestId("lanes-as-table").click();
  await expect(page.getByTestId("lane-table")).toContainText("MainThread");
  await looksRight(page, "lanes", info);
  await page.getByTestId("lanes-now").click();
  await expect(page.getByTestId("lanes-now")).toBeHidden();
  await page.getByTestId("lanes-button").click();
  await expect(lanes).toBeHidden();
  expect(problems).toEqual([]);
});

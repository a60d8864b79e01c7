import { join } from "node:path";
import { test as base, expect, type Page, type TestInfo } from "@playwright/test";
import { servePage } from "./page-server.ts";

const FOLDER = join(__dirname, "..", "..", "out", "page-simulated");

/** Opens the page on a simulated machine; every error of the page ends up in the list that comes back. */
export type OpenSimulated = (page: Page, scenario: string) => Promise<readonly string[]>;

/** Tests in a browser with the page on a simulated machine, under the content security policy of the program. */
export const test = base.extend<object, { open: OpenSimulated }>({
  open: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from the names of its first parameter.
    async ({}, use) => {
      const server = await servePage(FOLDER);
      await use(async (page, scenario) => {
        const problems = problemsOf(page);
        await page.goto(`${server.origin}/?scenario=${scenario}`);
        return problems;
      });
      server.close();
    },
    { scope: "worker" },
  ],
});

export { expect };

/** Sizes of the window that every state must fit into; the last is 1440 × 900 at a zoom of 200 %. */
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
  { width: 720, height: 450 },
] as const;

/** Every error of the page from now on; the list grows. */
export function problemsOf(page: Page): readonly string[] {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  return problems;
}

/** Runs a check in the window at each of its sizes. */
export async function atEachSize(page: Page, check: (width: number) => Promise<void>): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await check(size.width);
  }
}

/** Both themes at each size: nothing cut, accessible, and a picture to look at. */
export async function looksRight(page: Page, name: string, info: TestInfo): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await atEachSize(page, async (width) => {
      await expect.poll(() => misplaced(page), `${width} wide`).toEqual([]);
      await page.screenshot({ path: info.outputPath(`${name}-${colorScheme}-${width}.png`) });
    });
    expect(await violations(page)).toEqual([]);
  }
  await page.setViewportSize({ width: 1280, height: 820 });
}

/** What axe finds; in the second theme only colours can differ. */
export async function violations(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  await page.addScriptTag({ path: require.resolve("axe-core/axe.min.js") });
  return page.evaluate(async (only) => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run(only === undefined ? {} : { runOnly: only })).violations.map(
      ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`,
    );
  }, rules);
}

/** Parts that stick out of the window, are cut sideways, or lie over their neighbour in the top line. */
export async function misplaced(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    for (const selector of ["html", ".top", ".bottom", ".body", ".side", "#detail", ".card", ".banner"]) {
      for (const element of document.querySelectorAll(selector)) {
        if (element.scrollWidth > element.clientWidth + 1) found.push(`${selector} is cut`);
      }
    }
    const parts = [...document.querySelectorAll(".top > *, .bottom > *")]
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0);
    for (const { element, box } of parts) {
      if (box.left < 0 || box.right > innerWidth + 0.5) found.push(`${element.className} sticks out`);
      for (const other of parts) {
        if (other.element.parentElement !== element.parentElement || other.element === element) continue;
        if (box.left < other.box.right - 1 && other.box.left < box.right - 1)
          found.push(`${element.className} overlaps`);
      }
    }
    return found;
  });
}

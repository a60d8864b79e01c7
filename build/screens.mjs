import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { ensureBuilt } from "./bundle.mjs";
import { findChromium } from "./end-to-end.mjs";
import { ROOT } from "./lib/paths.mjs";
import { runVerb, StepFailed, say } from "./lib/step.mjs";
import { ensureNodePackages } from "./node-packages.mjs";
import { SCREENS } from "./screens/states.mjs";

/** @typedef {import("@playwright/test").Page} Page */

const PAGE_FOLDER = join(ROOT, "out", "page-simulated");
const SHEET_FOLDER = join(ROOT, "test-results", "screens");
const PICTURES = join(ROOT, "docs", "pictures");
/** @type {Readonly<Record<string, string>>} */
const MEDIA_TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const THEMES = /** @type {const} */ (["dark", "light"]);
/** The last is 1440 × 900 at a zoom of 200 %. */
const SIZES = /** @type {const} */ ([
  { name: "1440x900", width: 1440, height: 900 },
  { name: "1024x700", width: 1024, height: 700 },
  { name: "zoom200", width: 720, height: 450 },
]);
/** Filter that makes the README's pictures and no contact sheet. */
const README_ONLY = "readme";
/** Charts are drawn again a moment after the window's size has changed. */
const SETTLE_MS = 700;

/**
 * `npm run screens [-- FILTER]`: makes the README's two pictures, and a contact sheet of every state of the page in both themes
 * and three sizes under `test-results/screens`, from the page on a simulated machine. A filter makes only the states whose name holds it; `readme` the README's pictures alone.
 */
await runVerb(async () => {
  const filter = process.argv[2] ?? "";
  await ensureNodePackages();
  await ensureBuilt({ simulated: true });
  const executablePath = findChromium();
  if (executablePath === null) throw new StepFailed("make pictures", "there is no Chromium", "install chromium");
  const { chromium } = await import("@playwright/test");
  const asRoot = process.getuid?.() === 0;
  const browser = await chromium.launch({
    executablePath,
    args: ["--disable-gpu", ...(asRoot ? ["--no-sandbox"] : [])],
  });
  const { origin, close } = await servePage();
  try {
    if (filter === "" || filter === README_ONLY) await readmePictures(browser, origin);
    const screens = SCREENS.filter(({ name }) => name.includes(filter));
    if (screens.length > 0) await contactSheet(browser, origin, screens);
  } finally {
    await browser.close();
    close();
  }
  return 0;
});

/**
 * A script that puts settings where the page looks for them.
 * @param {object} settings
 */
function keptSettings(settings) {
  return `localStorage.setItem("gilscope.settings", ${JSON.stringify(JSON.stringify({ version: 1, ...settings }))})`;
}

/** @returns {Promise<{ origin: string, close: () => void }>} */
async function servePage() {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    try {
      const content = readFileSync(join(PAGE_FOLDER, path === "/" ? "index.html" : path));
      response.writeHead(200, { "Content-Type": MEDIA_TYPES[extname(path)] ?? "text/html" }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(null)));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { origin: `http://127.0.0.1:${port}`, close: () => void server.close() };
}

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} origin
 */
async function readmePictures(browser, origin) {
  mkdirSync(PICTURES, { recursive: true });
  for (const theme of THEMES) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: theme });
    const page = await context.newPage();
    await page.addInitScript(keptSettings({ welcomed: true }));
    await page.goto(`${origin}/?scenario=demo&shell=desktop`);
    await page.getByTestId("verdict-card").waitFor();
    // Charts are drawn a moment after the first figures.
    await page.waitForTimeout(4000);
    await page.screenshot({ path: join(PICTURES, `window-${theme}.png`) });
    await context.close();
  }
  say("made docs/pictures/window-dark.png and window-light.png");
}

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} origin
 * @param {typeof SCREENS} screens
 */
async function contactSheet(browser, origin, screens) {
  rmSync(SHEET_FOLDER, { recursive: true, force: true });
  mkdirSync(SHEET_FOLDER, { recursive: true });
  /** @type {string[]} */
  const figures = [];
  for (const { name, query, steps, theme: only } of screens) {
    for (const theme of only === undefined ? THEMES : [only]) {
      const context = await browser.newContext({ colorScheme: theme === "light" ? "light" : "dark" });
      const page = await context.newPage();
      await page.setViewportSize(SIZES[0]);
      await page.addInitScript(
        keptSettings({ welcomed: name !== "first-run", ...(theme === "contrast" ? { theme } : {}) }),
      );
      try {
        await page.goto(`${origin}/?${query}`);
        await steps(page);
      } catch (error) {
        say(`${name}, ${theme}: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : error}`);
      }
      for (const { name: size, ...viewport } of SIZES) {
        await page.setViewportSize(viewport);
        await page.waitForTimeout(SETTLE_MS);
        const file = `${name}-${theme}-${size}.png`;
        await page.screenshot({ path: join(SHEET_FOLDER, file) });
        figures.push(
          `<figure><img src="${file}" loading="lazy"><figcaption>${name}, ${theme}, ${size}</figcaption></figure>`,
        );
      }
      await context.close();
    }
    say(`made ${name}`);
  }
  const style =
    "body{font:13px system-ui;background:#888;display:grid;grid-template-columns:repeat(3,1fr);gap:12px}figure{margin:0}img{width:100%}";
  writeFileSync(
    join(SHEET_FOLDER, "index.html"),
    `<!doctype html><meta charset="utf-8"><title>Gilscope, every state</title><style>${style}</style>${figures.join("\n")}\n`,
  );
  say(`the contact sheet of ${figures.length} pictures is test-results/screens/index.html`);
}

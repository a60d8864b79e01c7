import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, type CDPSession, chromium, type Page } from "@playwright/test";
import { type PageServer, servePage } from "../harness/page-server.ts";
import { runMain } from "../harness/run-main.ts";
import { inputsOf, panLanes, watchInputs, watchScroll } from "./in-page.ts";

/**
 * Whether the page keeps up, in a real Chromium without a graphics card. The simulated machine computes in a worker, as the real one
 * does in a process, so that what is measured is the page's own.
 * Usage: page-cost --chromium FILE --page FOLDER [--only PART,…] [--speed TIMES]; exit 1 when a goal is missed.
 */

/** A frame at 60 a second, milliseconds. */
const FRAME_MS = 1000 / 60;
const LANES_SECONDS = 6;
const SCROLL = { pixels: 15_000, speed: 3000 };
const INPUT_GOAL_MS = 50;
const INPUTS = 60;
const FILTER = "job-12 cpu>0.5 verdict:gil";
/** Half an hour, after five minutes in which caches fill. */
const MEMORY = { settlingSeconds: 300, seconds: 1800, looks: 4, goalRatio: 0.05 };

function option(name: string, fallback?: string): string {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? fallback : process.argv[at + 1];
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
}

interface Opened {
  readonly page: Page;
  readonly devTools: CDPSession;
}

async function open(browser: Browser, { origin }: PageServer, query: string): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(`localStorage.setItem("gilscope.settings", '{"version":1,"welcomed":true}')`);
  await page.goto(`${origin}/?worker&${query}`);
  await page.getByTestId("verdict-card").waitFor({ timeout: 60_000 });
  await sleep(2000);
  return { page, devTools: await context.newCDPSession(page) };
}

function tell(what: string, figure: string, goal: string, met: boolean): boolean {
  console.log(`${what.padEnd(44)} ${figure.padEnd(52)} ${met ? "met" : "MISSED"}, the goal is ${goal}`);
  return met;
}

/** Time the page's thread has worked since it was loaded, milliseconds. */
async function workedMs(devTools: CDPSession): Promise<number> {
  const { metrics } = await devTools.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1000;
}

/** 200 lanes while somebody moves them: drawn with every frame. */
async function lanes(browser: Browser, server: PageServer): Promise<boolean> {
  const { page, devTools } = await open(browser, server, "scenario=lanes");
  await page.keyboard.press("l");
  const view = page.getByTestId("lane-view");
  await view.waitFor();
  await sleep(2000);
  await view.focus();
  const count = Number(/Lanes of (\d+)/.exec((await view.getAttribute("aria-label")) ?? "")?.[1]);
  await devTools.send("Performance.enable");
  const before = await workedMs(devTools);
  const frames = await page.evaluate(panLanes, LANES_SECONDS);
  const each = ((await workedMs(devTools)) - before) / frames;
  await page.context().close();
  const rate = frames / LANES_SECONDS;
  const fast = tell(`${count} lanes, moved with every frame`, `${rate.toFixed(1)} frames/s`, "60", rate >= 59);
  const cheap = each < FRAME_MS;
  return tell("  the page's thread works", `${each.toFixed(1)} ms a frame`, "less than 16.7 ms", cheap) && fast;
}

/** Scrolls something as a wheel does and tells whether rows were always there. */
async function scrollOver({ page, devTools }: Opened, what: string, scroller: string, line: string): Promise<boolean> {
  const box = await page.getByTestId(scroller).boundingBox();
  if (box === null) throw new Error(`${scroller} is not there`);
  const seconds = SCROLL.pixels / SCROLL.speed;
  const watched = page.evaluate(watchScroll, { scroller, line, seconds: 2 * seconds + 1, speed: SCROLL.speed });
  for (const direction of [-1, 1]) {
    await devTools.send("Input.synthesizeScrollGesture", {
      x: box.x + box.width / 2,
      y: box.y + Math.min(box.height / 2, 120),
      yDistance: direction * SCROLL.pixels,
      speed: SCROLL.speed,
      gestureSourceType: "mouse",
    });
  }
  const { frames, late, short, pixels } = await watched;
  await page.context().close();
  if (pixels < SCROLL.pixels) throw new Error(`${scroller} scrolled ${pixels} pixels only`);
  const figure = `${short} of ${frames} frames short of rows, ${late} late`;
  return tell(what, figure, "none short of rows", short === 0);
}

async function scroll(browser: Browser, server: PageServer): Promise<boolean> {
  const list = await open(browser, server, "scenario=rows");
  const good = await scrollOver(list, "2,000 runtimes, 3,000 pixels a second", "runtime-list", ".line");
  const table = await open(browser, server, "scenario=horde");
  await table.page.locator('[data-testid="runtime-row"][data-pid="7000"]').click();
  const lines = table.page.getByTestId("thread-table");
  await lines.scrollIntoViewIfNeeded();
  await sleep(2000);
  const what = `${((await lines.getAttribute("aria-rowcount")) ?? "").replace(/(\d{3})$/, ",$1")} rows of threads, as fast`;
  return (await scrollOver(table, what, "thread-table", ".thread-line")) && good;
}

/** Keys while 480 runtimes come in anew each second: from the key to the paint, as the browser measures it. */
async function input(browser: Browser, server: PageServer): Promise<boolean> {
  const { page } = await open(browser, server, "scenario=many");
  await page.evaluate(watchInputs);
  const random = (index: number) => (index * 137) % 290;
  await page.getByTestId("runtime-list").focus();
  for (let press = 0; press < INPUTS; press += 1) {
    await page.keyboard.press(press % 9 === 0 ? "ArrowUp" : "ArrowDown");
    await sleep(60 + random(press));
  }
  await page.keyboard.press("/");
  for (const [index, key] of [...FILTER].entries()) {
    await page.keyboard.press(key === " " ? "Space" : key);
    await sleep(60 + random(index));
  }
  const noted = await page.evaluate(inputsOf);
  await page.context().close();
  // Each letter is two events; the browser notes those that took a frame or longer.
  const events = INPUTS + 1 + 2 * FILTER.length;
  const quick = Array.from({ length: Math.max(0, events - noted.length) }, () => FRAME_MS);
  const times = [...noted, ...quick].sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  const within = (share: number) => `${Math.ceil(at(share))} ms`;
  const figure = `half within ${within(0.5)}, 95 % within ${within(0.95)}, worst ${within(1)}`;
  return tell("from a key to the paint, 480 runtimes live", figure, "less than 50 ms", at(1) < INPUT_GOAL_MS);
}

async function heapBytes(devTools: CDPSession): Promise<number> {
  // The engine drops compiled code only when it was not used over several collections.
  for (let times = 0; times < 8; times += 1) await devTools.send("HeapProfiler.collectGarbage");
  return (await devTools.send("Runtime.getHeapUsage")).usedSize;
}

/** Half an hour at ten times speed, with programs that start and end, lanes open, and somebody who looks at one after the other. */
async function memory(browser: Browser, server: PageServer): Promise<boolean> {
  const speed = Number(option("speed", "10"));
  const { page, devTools } = await open(browser, server, `scenario=churn&interval=${1000 / speed}`);
  await devTools.send("HeapProfiler.enable");
  await page.keyboard.press("l");
  await page.getByTestId("runtime-list").focus();
  const live = async (seconds: number) => {
    const until = performance.now() + (seconds * 1000) / speed;
    for (let step = 0; performance.now() < until; step += 1) {
      await page.keyboard.press(step % 20 < 10 ? "ArrowDown" : "ArrowUp");
      await sleep(Math.min(1500, Math.max(0, until - performance.now())));
    }
  };
  await live(MEMORY.settlingSeconds);
  const sizes = [await heapBytes(devTools)];
  for (let look = 0; look < MEMORY.looks; look += 1) {
    await live(MEMORY.seconds / MEMORY.looks);
    sizes.push(await heapBytes(devTools));
  }
  await page.context().close();
  const grown = (sizes.at(-1) ?? Number.NaN) / (sizes[0] ?? Number.NaN) - 1;
  const figure = `${(grown * 100).toFixed(1)} %: ${sizes.map((size) => (size / 2 ** 20).toFixed(1)).join(", ")} MiB`;
  const flat = Math.abs(grown) <= MEMORY.goalRatio;
  return tell(`JavaScript heap over 30 minutes at ${speed} ×`, figure, "within 5 %", flat);
}

const PARTS: Readonly<Record<string, (browser: Browser, server: PageServer) => Promise<boolean>>> = {
  lanes,
  scroll,
  input,
  memory,
};

async function main(): Promise<void> {
  const server = await servePage(option("page"));
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({
    executablePath: option("chromium"),
    args: ["--disable-gpu", "--enable-precise-memory-info", ...asRoot],
  });
  try {
    let good = true;
    for (const name of option("only", Object.keys(PARTS).join()).split(",")) {
      const part = PARTS[name];
      if (part === undefined) throw new Error(`there is no ${name}; there are ${Object.keys(PARTS).join(", ")}`);
      good = (await part(browser, server)) && good;
    }
    process.exitCode = good ? 0 : 1;
  } finally {
    await browser.close();
    server.close();
  }
}

runMain(main);

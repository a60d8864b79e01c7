/** @typedef {import("@playwright/test").Page} Page */

/**
 * A state of the page to be looked at: the address on the simulated machine, and what a user does to get there.
 * @typedef {object} Screen
 * @property {string} name
 * @property {string} query
 * @property {"contrast"} [theme] Only this theme; dark and light without it.
 * @property {(page: Page) => Promise<unknown>} steps
 */

/**
 * Waits for something of the page.
 * @param {string} testId
 * @returns {(page: Page) => Promise<void>}
 */
function shown(testId) {
  return (page) => page.getByTestId(testId).waitFor();
}

/**
 * Opens something from the command palette, once there are figures.
 * @param {string} text
 * @param {string} testId What must be there then.
 * @returns {(page: Page) => Promise<void>}
 */
function command(text, testId) {
  return async (page) => {
    await page.getByTestId("verdict-card").waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
    await page.getByTestId(testId).waitFor();
  };
}

/**
 * Chooses a range in which a program ended, and that program.
 * @param {Page} page
 */
async function range(page) {
  await page.getByTestId("events-button").waitFor();
  const box = await page.getByTestId("time-slider").boundingBox();
  if (box === null) throw new Error("there is no time line");
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.35, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, y, { steps: 6 });
  await page.mouse.up();
  await page.locator('[data-testid="runtime-row"][data-pid="4600"]').click();
}

/** @type {readonly Screen[]} */
export const SCREENS = [
  { name: "demo", query: "scenario=demo&shell=desktop", steps: shown("verdict-card") },
  { name: "contrast", query: "scenario=demo", theme: "contrast", steps: shown("verdict-card") },
  { name: "first-run", query: "scenario=demo&shell=browser", steps: shown("first-run") },
  { name: "empty", query: "scenario=empty&shell=desktop", steps: shown("no-python") },
  { name: "many", query: "scenario=many", steps: shown("verdict-card") },
  { name: "threads", query: "scenario=threads", steps: shown("verdict-card") },
  { name: "hostile", query: "scenario=hostile", steps: shown("verdict-card") },
  { name: "denied", query: "scenario=denied", steps: shown("obstacle") },
  { name: "first", query: "scenario=first", steps: shown("runtime-skeleton") },
  { name: "ended", query: "scenario=ended", steps: shown("ended-note") },
  { name: "stopped", query: "scenario=stopped", steps: shown("banner-stopped") },
  { name: "restarting", query: "scenario=restarting", steps: shown("banner-restarting") },
  { name: "lost", query: "scenario=lost", steps: shown("banner-lost") },
  { name: "refused", query: "scenario=refused", steps: shown("refused") },
  { name: "file", query: "scenario=file", steps: shown("banner-file") },
  {
    name: "paused",
    query: "scenario=demo",
    steps: async (page) => {
      await page.getByTestId("verdict-card").waitFor();
      await page.keyboard.press("Space");
    },
  },
  {
    name: "palette",
    query: "scenario=demo&shell=desktop",
    steps: async (page) => {
      await page.getByTestId("verdict-card").waitFor();
      await page.keyboard.press("Control+k");
    },
  },
  {
    name: "actions",
    query: "scenario=demo&shell=desktop",
    steps: async (page) => {
      await page.getByTestId("verdict-card").waitFor();
      await page.getByTestId("actions-button").click();
    },
  },
  { name: "act-kill", query: "scenario=demo&shell=desktop", steps: command("kill", "act-sheet") },
  { name: "act-cpus", query: "scenario=demo&shell=desktop", steps: command("choose cpus", "act-sheet") },
  { name: "act-nice", query: "scenario=demo&shell=desktop", steps: command("priority", "act-sheet") },
  { name: "processes", query: "scenario=demo&shell=desktop", steps: command("all processes", "process-table") },
  { name: "lanes", query: "scenario=lanes", steps: command("lanes", "lane-view") },
  { name: "range", query: "scenario=phases", steps: range },
  {
    name: "compare",
    query: "scenario=phases",
    steps: async (page) => {
      await range(page);
      await page.keyboard.press("c");
      await page.getByTestId("compare-pane").waitFor();
    },
  },
  { name: "stack", query: "scenario=demo&shell=desktop", steps: command("stacks", "stacks") },
  { name: "settings", query: "scenario=demo&shell=desktop", steps: command("settings", "settings-sheet") },
  { name: "help", query: "scenario=demo&shell=desktop", steps: command("help", "help-sheet") },
  {
    name: "measured",
    query: "scenario=demo",
    steps: async (page) => {
      await page.getByTestId("how-cpuCores").click();
      await page.getByTestId("measured-sheet").waitFor();
    },
  },
  {
    name: "launch",
    query: "scenario=demo&shell=desktop",
    steps: async (page) => {
      await command("launch", "launch-sheet")(page);
      await page.getByTestId("launch-command").fill("python train.py --data 'my clicks.parquet'");
    },
  },
  { name: "launched", query: "scenario=demo&shell=desktop", steps: command("try it", "launched-panel") },
  {
    name: "toast",
    query: "scenario=demo&recovered=crashed",
    steps: shown("toast"),
  },
];

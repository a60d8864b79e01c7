import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Locator } from "@playwright/test";
import type { VerdictId } from "../core/verdict/verdict.ts";
import { expect, test } from "./harness/program.ts";
import { defaultPython } from "./harness/pythons.ts";
import { type RunningTarget, startTarget } from "./harness/target.ts";
import { readLabels } from "./harness/target-label.ts";

const run = promisify(execFile);
const python = defaultPython();
const labels = readLabels(join(__dirname, "targets"));

const WINDOW_SECONDS = 5;
/** The window shows a sample that is at most this old: one interval and the way to the screen. */
const OLDEST_SHOWN_SECONDS = 1.4;

/** CPU seconds of one process by an independent reader, every tenth of a second. */
const PSUTIL_SERIES = `
import json, psutil, sys, time
process = psutil.Process(int(sys.argv[1]))
seen, end = [], time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    seen.append([time.monotonic(), sum(process.cpu_times()[:2])])
    time.sleep(0.1)
print(json.dumps(seen))
`;

/** The clock of Python's `time.monotonic`, in seconds. */
function monotonicSeconds(): number {
  return Number(process.hrtime.bigint()) / 1e9;
}

/** Reads a figure of the window while psutil watches; answers with it and the cores psutil saw in each stretch that it can be of. */
async function besidePsutil(pid: number, read: () => Promise<number>): Promise<{ shown: number; cores: number[] }> {
  const watched = WINDOW_SECONDS + OLDEST_SHOWN_SECONDS + 2;
  const watching = run(python, ["-c", PSUTIL_SERIES, String(pid), String(watched)]);
  await new Promise((resolve) => setTimeout(resolve, (watched - 1) * 1000));
  const shown = await read();
  const readAt = monotonicSeconds();
  const seen = JSON.parse((await watching).stdout) as [number, number][];
  const cores = seen.flatMap(([began, before]) => {
    const later = seen.find(([at]) => at - began >= WINDOW_SECONDS);
    const shownThen = later !== undefined && later[0] <= readAt && later[0] >= readAt - OLDEST_SHOWN_SECONDS;
    return shownThen ? [(later[1] - before) / (later[0] - began)] : [];
  });
  return { shown, cores };
}

async function startLabelled(name: string): Promise<RunningTarget> {
  const label = labels.find((candidate) => candidate.name === name);
  if (label === undefined) throw new Error(`no target is called ${name}`);
  return startTarget(label, python, 60);
}

interface Case {
  readonly target: string;
  readonly verdict: VerdictId;
  /** Names of threads that must carry the GIL badge; every other thread must not. */
  readonly flagged: RegExp | null;
}

const CASES: readonly Case[] = [
  { target: "gil_four_threads", verdict: "gil-bound", flagged: /./ },
  { target: "single_with_sleepers", verdict: "single-threaded", flagged: null },
  { target: "parallel_hash", verdict: "parallel", flagged: null },
  { target: "idle_sleepers", verdict: "idle", flagged: null },
];

for (const { target: name, verdict, flagged } of CASES) {
  test(`the window calls ${name} ${verdict} and flags the right threads`, async ({ program }, testInfo) => {
    const { page } = program;
    await expect(page.getByTestId("runtime-row").or(page.getByTestId("no-python")).first()).toBeVisible();
    await page.waitForTimeout(3000);
    const target = await startLabelled(name);
    try {
      const row = page.locator(`[data-testid="runtime-row"][data-pid="${target.pid}"]`);
      await expect(row).toBeVisible();
      await expect(row, "within five seconds of the first sample").toHaveAttribute("data-verdict", verdict, {
        timeout: 5000,
      });
      await row.click();
      const figure = row.getByTitle("Cores used");
      const { shown, cores } = await besidePsutil(target.pid, async () => Number(await figure.textContent()));
      await expect(row).toHaveAttribute("data-verdict", verdict);
      await expect(page.getByTestId("verdict-card")).toBeVisible();
      const away = Math.min(...cores.map((one) => Math.abs(shown - one)));
      expect(away, `window ${shown}, psutil ${cores.join(", ")}`).toBeLessThanOrEqual(0.05);
      if (verdict === "gil-bound") expect(shown).toBeLessThanOrEqual(1.05);
      await expectFlags(page.getByTestId("thread-row"), target.pid, flagged);
      for (const theme of ["dark", "light"] as const) {
        await page.emulateMedia({ colorScheme: theme });
        await page.waitForTimeout(300);
        await testInfo.attach(`${name}-${theme}`, { body: await page.screenshot(), contentType: "image/png" });
        await page.screenshot({ path: testInfo.outputPath(`${name}-${theme}.png`) });
      }
    } finally {
      await target.stop();
    }
  });
}

/** Every thread but the main one, which waits in all these programs, is flagged as expected. */
async function expectFlags(rows: Locator, mainTid: number, flagged: RegExp | null): Promise<void> {
  await expect(rows.first()).toBeVisible();
  const flags = await rows.evaluateAll((elements) =>
    elements.map((element) => ({
      tid: Number(element.getAttribute("data-tid")),
      gilBound: element.getAttribute("data-gil-bound"),
    })),
  );
  expect(flags.length).toBeGreaterThan(1);
  for (const { tid, gilBound } of flags) {
    const expected = flagged !== null && tid !== mainTid;
    expect(gilBound, `thread ${tid}`).toBe(String(expected));
  }
}

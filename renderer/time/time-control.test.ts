// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { createPage } from "../page/page.ts";
import { simulatedTransport } from "../simulated/transport.ts";

const around = {
  now: () => performance.now(),
  painted: async () => undefined,
  wait: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(5, milliseconds))),
  every: () => () => undefined,
  hidden: () => false,
  onVisibility: () => () => undefined,
  copy: async () => undefined,
  download: () => undefined,
};

async function settled(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !holds(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(holds()).toBe(true);
}

describe("time on the page", () => {
  it("shows a range as one frame with charts of that range, and goes back to live", async () => {
    const page = createPage(simulatedTransport("demo", 20), around);
    const stop = page.start();
    await settled(() => page.time.store.get().line !== null && page.store.get().series !== null);
    const { lastWallMs } = page.time.store.get().line ?? { lastWallMs: 0 };
    page.selectRange({ fromWallMs: lastWallMs - 30_000, toWallMs: lastWallMs - 10_000 });
    await settled(() => Math.abs((page.store.get().view?.windowSeconds ?? 0) - 20) < 1);
    await settled(() => {
      const times = page.store.get().series?.wallMs;
      return times !== undefined && (times.at(-1) ?? 0) - (times[0] ?? 0) <= 21_000;
    });
    expect(page.store.get().pausedAtMs).toBe(lastWallMs - 10_000);
    page.togglePause();
    expect(page.store.get().range).toBeNull();
    await settled(() => (page.store.get().view?.wallMs ?? 0) > lastWallMs);
    stop();
  });

  it("pins one range, compares it with whichever is chosen then, the earlier one first", async () => {
    const page = createPage(simulatedTransport("phases", 20), around);
    const stop = page.start();
    await settled(() => page.time.store.get().line !== null);
    const { lastWallMs: end } = page.time.store.get().line ?? { lastWallMs: 0 };
    const pinned = { fromWallMs: end - 60_000, toWallMs: end - 50_000 };
    page.selectRange(pinned);
    page.time.beginComparison();
    const comparison = () => page.time.store.get().comparison;
    page.selectRange({ fromWallMs: end - 30_000, toWallMs: end - 20_000 });
    await settled(() => comparison()?.report !== null);
    expect(comparison()).toMatchObject({ before: pinned });
    page.selectRange({ fromWallMs: end - 200_000, toWallMs: end - 190_000 });
    await settled(() => comparison()?.report !== null);
    expect(comparison()).toMatchObject({ after: pinned });
    expect(comparison()?.report).toMatchObject({ schemaVersion: 1 });
    page.time.endComparison();
    await page.time.mark();
    expect(page.time.store.get().events.some(({ kind }) => kind === "mark")).toBe(true);
    stop();
  });
});

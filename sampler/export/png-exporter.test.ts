import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportersIn } from "../../cli/exporters.ts";
import { BUSY_MACHINE } from "../../core/testing/scenarios.ts";
import { bundleWorkers } from "../testing/bundle.ts";
import { simulatedEngine } from "../testing/simulated-engine.ts";
import { exportContent } from "./content.ts";

let bundle: Awaited<ReturnType<typeof bundleWorkers>>;

beforeAll(async () => {
  bundle = await bundleWorkers({ "sampler-picture": "sampler/picture-worker.ts" });
  const { resolve } = createRequire(import.meta.url);
  const pictures = join(bundle.folder, "pictures");
  mkdirSync(pictures);
  copyFileSync(resolve("@resvg/resvg-wasm/index_bg.wasm"), join(pictures, "resvg.wasm"));
  copyFileSync(resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"), join(pictures, "DejaVuSans.ttf"));
}, 60_000);

afterAll(() => bundle.remove());

function exported(folder: string): ReturnType<typeof exportContent> {
  const engine = simulatedEngine();
  for (let second = 0; second < 20; second += 1) engine.step(BUSY_MACHINE);
  const { header, history } = engine;
  return exportContent({
    header,
    history,
    exporter: exportersIn(folder).png,
    redact: true,
    untilWallMs: null,
    rowId: null,
  });
}

/** Width and height in the header chunk of a PNG (its first, at byte 8). */
function sizeOf(png: Buffer): readonly [number, number] {
  expect(png.subarray(0, 8).toString("latin1")).toBe("\u0089PNG\r\n\u001a\n");
  expect(png.subarray(12, 16).toString("latin1")).toBe("IHDR");
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

describe("the chart as PNG", () => {
  it("is drawn at twice its size, the same each time", async () => {
    const [one, two] = await Promise.all([exported(bundle.folder), exported(bundle.folder)]);
    const png = Buffer.from(one?.body as Uint8Array);
    const [width, height] = sizeOf(png);
    expect(width).toBe(1520);
    expect(height).toBeGreaterThan(400);
    expect(png.equals(Buffer.from(two?.body as Uint8Array))).toBe(true);
    expect(one?.fileName).toMatch(/\.png$/);
  });

  it("says so when it can't be drawn", async () => {
    await expect(exported("/nonexistent")).rejects.toThrow(/picture can't be drawn/);
  });
});

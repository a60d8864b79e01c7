import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TEXT_EXPORTERS } from "../../cli/exporters.ts";
import type { NextFrame, RecordingStatus, Welcome } from "../../core/page/protocol.ts";
import { BUSY_MACHINE } from "../../core/testing/scenarios.ts";
import { openFileSource } from "../source.ts";
import { type SimulatedEngine, simulatedEngine } from "../testing/simulated-engine.ts";
import { createViewerService, type ViewerService, type ViewerServiceOptions } from "../viewer-service.ts";

let folder = "";
let engine: SimulatedEngine;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gilscope-recorder-"));
  engine = simulatedEngine();
});

afterEach(() => rm(folder, { recursive: true }));

function serviceWith(chooseRecording: ViewerServiceOptions["chooseRecording"]): ViewerService {
  const png = { ...TEXT_EXPORTERS.svg, write: async () => Uint8Array.of(1) };
  return createViewerService({
    engine,
    welcome: () => ({ programVersion: "1", engine: "", shell: "desktop", sandboxOff: false, intervalMs: 1000 }),
    saveFile: null,
    copyText: null,
    chooseRecording,
    exporters: { ...TEXT_EXPORTERS, png },
  });
}

function steps(count: number): void {
  for (let second = 0; second < count; second += 1) engine.step(BUSY_MACHINE);
}

describe("recording from the window", () => {
  it("writes every sample from the start to the stop, tells how far it is, and opens again", async () => {
    const path = join(folder, "run.gilscope");
    const service = serviceWith(async () => path);
    expect(((await service.handle("welcome", null)) as Welcome).canRecord).toBe(true);
    steps(3);
    const begun = (await service.handle("record", { on: true })) as RecordingStatus;
    expect(begun).toMatchObject({ state: "recording", fileName: "run.gilscope", samples: 1 });
    await service.handle("visibility", { visible: false });
    expect(engine.attentions.at(-1)).toMatchObject({ visible: true });
    steps(5);
    await service.handle("visibility", { visible: true });
    const shown = (await service.handle("nextFrame", { source: "live", after: -1, selectedRowId: null })) as NextFrame;
    expect(shown.recording).toMatchObject({ state: "recording", samples: 6 });
    const ended = (await service.handle("record", { on: false })) as RecordingStatus;
    expect(ended).toMatchObject({ state: "saved", samples: 6 });
    steps(2);
    const text = await readFile(path, "utf8");
    expect(ended).toMatchObject({ bytes: Buffer.byteLength(text) });
    const opened = await openFileSource("run.gilscope", text);
    expect(opened.ok && opened.source.end).toMatchObject({ samples: 6, tornTail: false, damagedLines: 0 });
    await service.close();
  });

  it("is on the disk when the program ends, and replaces no file", async () => {
    const path = join(folder, "run.gilscope");
    const service = serviceWith(async () => path);
    steps(1);
    await service.handle("record", { on: true });
    steps(4);
    await service.close();
    const text = await readFile(path, "utf8");
    expect(text.trimEnd().split("\n")).toHaveLength(6);
    const again = serviceWith(async () => path);
    expect(await again.handle("record", { on: true })).toMatchObject({
      state: "failed",
      message: expect.stringContaining("exists"),
    });
    expect(await readFile(path, "utf8")).toBe(text);
    await again.close();
  });

  it("ends where its user thinks better of it, and is refused where nobody can choose a file", async () => {
    const thinks = serviceWith(async () => null);
    expect(await thinks.handle("record", { on: true })).toEqual({ state: "cancelled" });
    expect(await thinks.handle("record", { on: false })).toEqual({ state: "cancelled" });
    const browser = serviceWith(null);
    expect(((await browser.handle("welcome", null)) as Welcome).canRecord).toBe(false);
    await expect(browser.handle("record", { on: true })).rejects.toMatchObject({ code: "refused" });
    await Promise.all([thinks.close(), browser.close()]);
  });
});

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { simulate } from "../../core/testing/sample-builder.ts";
import { BUSY_MACHINE } from "../../core/testing/scenarios.ts";
import { openFileSource } from "../source.ts";
import { simulatedEngine } from "../testing/simulated-engine.ts";
import { latestSample } from "./latest-sample.ts";
import { RecordingFile } from "./recording-file.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gilscope-recording-"));
});

afterEach(() => rm(folder, { recursive: true }));

describe("a recording that turns over", () => {
  it("keeps so many older files, each of which opens by itself and goes on where the one before ends", async () => {
    const engine = simulatedEngine();
    const path = join(folder, "run.gilscope");
    const file = await RecordingFile.create(path, engine.header, { maxBytes: 30_000, olderFiles: 2 });
    for (let second = 0; second < 120; second += 1) {
      engine.step(BUSY_MACHINE);
      file.take(latestSample(engine)!);
      expect(file.full).toBe(false);
    }
    await file.close();
    expect((await readdir(folder)).sort()).toEqual(["run.gilscope", "run.gilscope.1", "run.gilscope.2"]);
    let before: number | null = null;
    for (const name of ["run.gilscope.2", "run.gilscope.1", "run.gilscope"]) {
      const text = await readFile(join(folder, name), "utf8");
      expect(text.length).toBeLessThan(60_000);
      const opened = await openFileSource(name, text);
      if (!opened.ok) throw new Error(opened.message);
      const { history, end } = opened.source;
      expect(end).toMatchObject({ tornTail: false, damagedLines: 0 });
      expect(history.latest()?.runtimes.some(({ name: program }) => program === "train.py")).toBe(true);
      if (before !== null) expect(history.firstWallMs! - before).toBe(1000);
      before = history.lastWallMs;
    }
  });

  it("refuses what exists, and without older files is full", async () => {
    const { header, samples } = simulate(BUSY_MACHINE, 3);
    const path = join(folder, "run.gilscope");
    await writeFile(`${path}.2`, "kept");
    const taken = RecordingFile.create(path, header, { maxBytes: 1000, olderFiles: 2 });
    await expect(taken).rejects.toThrow(/run\.gilscope\.2 exists/);
    const file = await RecordingFile.create(path, header, { maxBytes: 1000, olderFiles: 0 });
    for (const sample of samples) file.take(sample);
    expect(file.full).toBe(true);
    await file.close();
    await expect(RecordingFile.create(path, header, { maxBytes: 1, olderFiles: 0 })).rejects.toThrow(/exists/);
  });
});

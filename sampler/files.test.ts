import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readTextFile, writeWholeFile } from "./files.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gilscope-files-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("files", () => {
  it("are written whole and leave nothing else behind", async () => {
    const path = join(folder, "out.json");
    await writeFile(path, "old");
    expect(await writeWholeFile(path, "new")).toEqual({ ok: true });
    expect(await readFile(path, "utf8")).toBe("new");
    expect(await readdir(folder)).toEqual(["out.json"]);
  });

  it("that can't be written are said so and keep what is there", async () => {
    const missing = await writeWholeFile(join(folder, "none", "out.json"), "x");
    expect(missing).toMatchObject({ ok: false, message: expect.stringContaining("there is no such file or folder") });
    expect(await writeWholeFile(folder, "x")).toMatchObject({ ok: false });
    expect(await readdir(folder)).toEqual([]);
  });

  it("are read up to a size, and only ordinary ones", async () => {
    const path = join(folder, "in");
    await writeFile(path, "text");
    expect(await readTextFile(path)).toEqual({ ok: true, fileName: "in", text: "text" });
    await truncate(path, 5000);
    expect(await readTextFile(path, 4000)).toMatchObject({ ok: false, message: expect.stringContaining("larger") });
    expect(await readTextFile(folder)).toMatchObject({ ok: false, message: expect.stringContaining("folder") });
    expect(await readTextFile(join(folder, "none"))).toMatchObject({ ok: false });
    expect(await readTextFile("/dev/null")).toMatchObject({ ok: false, message: expect.stringContaining("ordinary") });
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { USUAL_SETTINGS } from "../core/settings/settings.ts";
import { openSettingsFile } from "./settings-file.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gilscope-settings-"));
  path = join(folder, "settings.json");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the settings file", () => {
  it("begins with the usual settings and keeps what was chosen", async () => {
    expect(openSettingsFile(path).answer()).toEqual({ settings: USUAL_SETTINGS, problem: null });
    expect(await openSettingsFile(path).keep({ ...USUAL_SETTINGS, theme: "light" })).toBeNull();
    expect(openSettingsFile(path).current().theme).toBe("light");
    expect(readdirSync(folder)).toEqual(["settings.json"]);
  });

  it("sets a bad file aside, says so, and loses no earlier one", () => {
    for (const text of ["{ torn", '{"version":99}']) {
      writeFileSync(path, text);
      const { settings, problem } = openSettingsFile(path).answer();
      expect(settings).toEqual(USUAL_SETTINGS);
      expect(problem).toContain("set aside");
    }
    expect(readdirSync(folder)).toEqual(["settings.json.unreadable", "settings.json.unreadable-2"]);
    expect(readFileSync(`${path}.unreadable`, "utf8")).toBe("{ torn");
  });

  it("says what keeps it from being written, and holds what was chosen anyway", async () => {
    const file = openSettingsFile(join(folder, "missing", "settings.json"));
    expect(await file.keep({ ...USUAL_SETTINGS, theme: "dark" })).toContain("can't be written");
    expect(file.current().theme).toBe("dark");
  });

  it("lets no secret reach the disk", async () => {
    const words = ["python", "app.py", "--password", "hunter2"];
    const recentCommands = [{ words, workingDirectory: null, environment: [{ name: "TOKEN", value: "s3cr3t" }] }];
    await openSettingsFile(path).keep({ ...USUAL_SETTINGS, recentCommands });
    expect(readFileSync(path, "utf8")).not.toMatch(/hunter2|s3cr3t/);
  });
});

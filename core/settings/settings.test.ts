import { describe, expect, it } from "vitest";
import { parseSettings, settingsText, USUAL_SETTINGS } from "./settings.ts";

describe("settings", () => {
  it("reads what it writes, and fills in what an older file lacks", () => {
    const chosen = { ...USUAL_SETTINGS, theme: "contrast", intervalMs: 2000 } as const;
    expect(parseSettings(settingsText(chosen))).toEqual(chosen);
    expect(parseSettings('{"version":1,"theme":"dark"}')).toEqual({ ...USUAL_SETTINGS, theme: "dark" });
  });

  it("refuses what is no settings file, of a newer version, or has a value nobody could choose", () => {
    for (const text of [
      "",
      "{",
      "null",
      "[]",
      "{}",
      '{"version":2}',
      '{"version":1,"intervalMs":1}',
      '{"version":1,"theme":"pink"}',
      '{"version":1,"budgetCores":"1"}',
      '{"version":1,"recentCommands":[{"words":[]}]}',
    ]) {
      expect(parseSettings(text), text).toBeNull();
    }
  });
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";

const workArea = { x: 0, y: 0, width: 1440, height: 900 };
vi.mock("electron", () => ({ screen: { getAllDisplays: () => [{ workArea }] } }));
const { overlaps, placeOf, readWindowState } = await import("./window-state.ts");

const state = { x: 10, y: 20, width: 800, height: 600, maximized: false };

describe("window state", () => {
  it("sets a file aside that is not one, and starts anew", () => {
    const folder = mkdtempSync(join(tmpdir(), "gilscope-test-"));
    const path = join(folder, "window.json");
    expect(readWindowState(path)).toBeNull();
    writeFileSync(path, JSON.stringify(state));
    expect(readWindowState(path)).toEqual(state);
    for (const text of [
      "",
      "{",
      "[]",
      '{"x":1}',
      JSON.stringify({ ...state, width: -5 }),
      JSON.stringify({ ...state, x: 1e300 }),
    ]) {
      writeFileSync(path, text);
      expect(readWindowState(path)).toBeNull();
      expect(existsSync(path)).toBe(false);
      expect(readFileSync(`${path}.unreadable`, "utf8")).toBe(text);
    }
    rmSync(folder, { recursive: true });
  });

  it("comes back only where a display is", () => {
    expect(placeOf(state)).toEqual({ x: 10, y: 20, width: 800, height: 600 });
    expect(placeOf({ ...state, x: 5000 })).toEqual({ width: 800, height: 600 });
    expect(placeOf(null)).toEqual({ width: 1280, height: 820 });
    expect(overlaps({ ...state, x: -760 }, workArea)).toBe(false);
    expect(overlaps({ ...state, x: -700 }, workArea)).toBe(true);
  });
});

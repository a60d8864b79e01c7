import { describe, expect, it } from "vitest";
import type { GilFrame } from "../core/frame/frame.ts";
import type { PythonFacts } from "../core/sample/raw-sample.ts";
import { absent } from "../core/sample/reading.ts";
import { gilBadge } from "./gil-badge.ts";

const PYTHON: PythonFacts = {
  implementation: "CPython",
  version: "3.13.0",
  build: "free-threaded",
  recognisedBy: "name",
  virtualEnvironment: null,
  nativeLibraries: [],
};

function gil(enabled: boolean | null): GilFrame {
  const none = absent("not-yet");
  return {
    interpreterId: 0,
    enabled,
    heldRatio: none,
    heldStandardError: none,
    switchesPerSecond: none,
    intervalMs: none,
  };
}

describe("the badge of a build that can run without a GIL", () => {
  it("says what memory showed, and that nothing did where nothing was read", () => {
    expect(gilBadge({ python: PYTHON, gils: [gil(false)] })).toBe("free-threaded");
    expect(gilBadge({ python: PYTHON, gils: [gil(true)] })).toBe("free-threaded, GIL re-enabled");
    expect(gilBadge({ python: PYTHON, gils: [] })).toBe("free-threaded, GIL state not known");
  });

  it("is silent about ordinary builds", () => {
    expect(gilBadge({ python: { ...PYTHON, build: "gil" }, gils: [gil(null)] })).toBeNull();
    expect(gilBadge({ python: { ...PYTHON, build: null }, gils: [] })).toBeNull();
  });
});

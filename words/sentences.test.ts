import { describe, expect, it } from "vitest";
import { MESSAGE_CODES } from "../core/verdict/message-code.ts";
import { sentence } from "./sentences.ts";

describe("sentence", () => {
  it.each(MESSAGE_CODES)("%s has words, also when every figure is missing", (code) => {
    const text = sentence({ code, parameters: {} });
    expect(text).not.toBe(code);
    expect(text).not.toMatch(/undefined|null|NaN|\[object/);
    expect(text).toMatch(/^[A-Z–].*\.$|^–/s);
  });

  it("shows a code from a newer version as it is", () => {
    expect(sentence({ code: "from-the-future", parameters: {} })).toBe("from-the-future");
  });

  it("does not deny that threads which hardly work wait for the GIL", () => {
    const hog = { name: "MainThread", topCores: 0.99, others: 3 };
    expect(sentence({ code: "single-threaded", parameters: hog })).toContain("the three others do not want the CPU");
    const late = sentence({ code: "single-threaded", parameters: { ...hog, resting: 0.6 } });
    expect(late).toContain("the three others hardly want the CPU");
    const waits = (resting: number | null) =>
      sentence({ code: "evidence.gil-wait-none", parameters: { gilWait: 0, resting } });
    expect(waits(0.6)).toBe(
      "Threads that do next to no work wait for the GIL when they wake up: 0.6 threads at any time.",
    );
    expect(waits(null)).toBe("No thread was seen waiting for the GIL.");
  });

  it("says the one sentence with its numbers", () => {
    const parameters = { threads: 4, demandCores: 3.9, cpuCores: 1, windowSeconds: 5 };
    expect(sentence({ code: "gil-bound.turns", parameters })).toBe(
      "Four threads wait for one GIL: together they want 3.90 cores but take turns and use 1.00 over the last 5.0 s.",
    );
  });
});

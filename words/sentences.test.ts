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

  it("says the one sentence with its numbers", () => {
    const parameters = { threads: 4, demandCores: 3.9, cpuCores: 1, windowSeconds: 5 };
    expect(sentence({ code: "gil-bound.turns", parameters })).toBe(
      "Four threads wait for one GIL: together they want 3.90 cores but take turns and use 1.00 over the last 5.0 s.",
    );
  });
});

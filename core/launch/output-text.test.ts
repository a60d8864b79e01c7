import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outputText } from "./output-text.ts";

describe("the output of a program", () => {
  it("loses what only a terminal understands", () => {
    expect(outputText("\u001b[1;31mred\u001b[0m \u001b]0;title\u0007x\u001b(B\ty\r\n10 %\r20 %\u0000\u202e")).toBe(
      "red x\ty\n10 %\n20 %",
    );
  });

  it("never lets anything through that acts", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(outputText(text)).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutTo, displayWidth, tableLines, wrap } from "./terminal-text.ts";

describe("terminal text", () => {
  it("counts wide characters twice and combining marks not at all", () => {
    expect(["abc", "東京", "e\u0301", "🐍", ""].map(displayWidth)).toEqual([3, 4, 1, 2, 0]);
  });

  it("cuts to a width and says so", () => {
    expect(cutTo("gunicorn: worker", 10)).toBe("gunicorn:…");
    expect(cutTo("short", 10)).toBe("short");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 20 }), (text, width) => {
        expect(displayWidth(cutTo(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it("keeps one line for each row, whatever the cells hold", () => {
    const head = [
      { title: "A", align: "left" },
      { title: "B", align: "right" },
    ] as const;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }))), (rows) => {
        const lines = tableLines(head, rows, 30);
        expect(lines).toHaveLength(rows.length + 1);
        for (const line of lines) {
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
          expect(displayWidth(line)).toBeLessThanOrEqual(30);
        }
      }),
    );
    expect(
      tableLines(
        head,
        [
          ["x", "1"],
          ["longer", "22"],
        ],
        null,
      ),
    ).toEqual(["A        B", "x        1", "longer  22"]);
  });

  it("wraps at blanks and indents what follows", () => {
    expect(wrap("one two three four", 9, "  ")).toBe("one two\n  three\n  four");
  });
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { plainJson, plainText } from "./plain-text.ts";

const ANY_TEXT = fc.string({ unit: "binary", maxLength: 60 });

it("leaves nothing that acts on a terminal", () => {
  expect(plainText("a\u001b[31mb\u009b2Jc\r\nd\te\u202efdp\u0000")).toBe(
    "a\\x1b[31mb\\x9b2Jc\\r\\nd\\te\\u202efdp\\x00",
  );
  expect(plainText("Ärger 東京 🐍")).toBe("Ärger 東京 🐍");
  fc.assert(
    fc.property(ANY_TEXT, (text) => {
      expect(plainText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(plainText(plainText(text))).toBe(plainText(text));
    }),
  );
});

it("keeps JSON the same JSON", () => {
  fc.assert(
    fc.property(fc.dictionary(ANY_TEXT, ANY_TEXT), (value) => {
      const json = plainJson(JSON.stringify(value, null, 2));
      expect(json.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

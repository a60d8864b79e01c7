import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { decodeWire, encodeWire } from "./wire.ts";

describe("base64", () => {
  it("writes the test vectors of RFC 4648", () => {
    const vectors = {
      "": "",
      f: "Zg==",
      fo: "Zm8=",
      foo: "Zm9v",
      foob: "Zm9vYg==",
      fooba: "Zm9vYmE=",
      foobar: "Zm9vYmFy",
    };
    for (const [text, base64] of Object.entries(vectors)) {
      expect(encodeBase64(Uint8Array.from(text, (letter) => letter.charCodeAt(0)))).toBe(base64);
    }
  });

  it("round-trips bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
      }),
    );
  });

  it("refuses what is not base64", () => {
    for (const text of ["a", "ab!=", "====", "äaaa", "a=aa"]) expect(decodeBase64(text)).toBeNull();
  });
});

describe("wire", () => {
  it("keeps typed arrays with NaN, and plain numbers that JSON loses", () => {
    const value = {
      f32: Float32Array.of(1.5, Number.NaN, -0),
      f64: Float64Array.of(2 ** 53 - 1, Number.NaN, 0.1),
      u32: Uint32Array.of(0, 2 ** 32 - 1),
      i32: Int32Array.of(-1, 2 ** 31 - 1),
      u8: Uint8Array.of(0, 255),
      empty: new Float64Array(0),
      numbers: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0],
      nested: { list: [Float32Array.of(3)] },
    };
    expect(decodeWire(encodeWire(value))).toStrictEqual(value);
  });

  it("takes views into a larger buffer", () => {
    const view = new Float64Array(Float64Array.of(1, 2, 3, 4).buffer, 8, 2);
    expect(decodeWire(encodeWire(view))).toStrictEqual(Float64Array.of(2, 3));
  });

  it("round-trips any JSON value, keys that look like marks included", () => {
    const key = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom("$t", "$n", "$o", "b", "__proto__"));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.double(),
        fc.string(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("tree"), { maxLength: 4 }),
        fc.dictionary(key, tie("tree"), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(decodeWire(encodeWire(value))).toEqual(value);
      }),
    );
  });

  it("throws a SyntaxError on damaged text and pollutes nothing", () => {
    for (const text of [
      "",
      "{",
      '{"$t":"f64","b":"AAA="}',
      '{"$t":"constructor","b":""}',
      '{"$n":"7"}',
      '{"$t":"f32","b":3}',
    ]) {
      expect(() => decodeWire(text)).toThrow(SyntaxError);
    }
    decodeWire('{"__proto__":{"polluted":1},"$o":[["__proto__",{"polluted":1}]]}');
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

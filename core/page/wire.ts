import { decodeBase64, encodeBase64 } from "./base64.ts";

/** Typed arrays that travel, by the tag they travel under. Bytes are little-endian, as on every platform this runs on. */
const ARRAYS = {
  f32: Float32Array,
  f64: Float64Array,
  u32: Uint32Array,
  i32: Int32Array,
  u8: Uint8Array,
} as const;

type Tag = keyof typeof ARRAYS;
type Packed = InstanceType<(typeof ARRAYS)[Tag]>;

/** Marks an object that this file made, so that a user's object with the same keys is told apart. */
class Marker {
  constructor(fields: Readonly<Record<string, unknown>>) {
    Object.assign(this, fields);
  }
}

function tagOf(value: object): Tag | null {
  for (const tag of Object.keys(ARRAYS) as Tag[]) if (value instanceof ARRAYS[tag]) return tag;
  return null;
}

function pack(_key: string, value: unknown): unknown {
  if (typeof value === "number") {
    if (Number.isFinite(value) && !Object.is(value, -0)) return value;
    return new Marker({ $n: Object.is(value, -0) ? "-0" : String(value) });
  }
  if (typeof value !== "object" || value === null || value instanceof Marker) return value;
  const tag = tagOf(value);
  if (tag !== null) {
    const array = value as Packed;
    return new Marker({ $t: tag, b: encodeBase64(new Uint8Array(array.buffer, array.byteOffset, array.byteLength)) });
  }
  if (!Array.isArray(value) && Object.keys(value).some((key) => key.startsWith("$"))) {
    return new Marker({ $o: Object.entries(value) });
  }
  return value;
}

const NUMBERS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  "-0": -0,
};

function unpack(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { $n, $t, $o, b } = value as Readonly<Record<string, unknown>>;
  if (typeof $n === "string") {
    const number = NUMBERS[$n];
    if (number === undefined) throw new SyntaxError("unknown number on the wire");
    return number;
  }
  if (typeof $t === "string") {
    const kind = Object.hasOwn(ARRAYS, $t) ? ARRAYS[$t as Tag] : null;
    const bytes = typeof b === "string" ? decodeBase64(b) : null;
    if (kind === null || bytes === null || bytes.length % kind.BYTES_PER_ELEMENT !== 0) {
      throw new SyntaxError("damaged array on the wire");
    }
    return new kind(bytes.buffer as ArrayBuffer, 0, bytes.length / kind.BYTES_PER_ELEMENT);
  }
  if (Array.isArray($o)) {
    const entries = $o.filter(
      (entry): entry is [string, unknown] => Array.isArray(entry) && typeof entry[0] === "string",
    );
    return Object.fromEntries(entries);
  }
  return value;
}

/**
 * A value as JSON text that keeps what JSON loses: typed arrays, NaN, infinities and negative zero.
 * Keys whose value is undefined are left out, as JSON does.
 */
export function encodeWire(value: unknown): string {
  return JSON.stringify(value === undefined ? null : value, pack);
}

/** The value that `encodeWire` wrote. Throws a SyntaxError on text that it did not write, as `JSON.parse` does. */
export function decodeWire(text: string): unknown {
  return JSON.parse(text, unpack) as unknown;
}

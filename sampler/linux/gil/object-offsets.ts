import type { PythonVersion } from "./version.ts";

/** How instances of ordinary classes keep their attributes. */
export type InstanceDict =
  /** `tp_dictoffset` says where the dict pointer is (up to 3.10). */
  | "dictionary"
  /** Pointers to values and to a dict stand before the object (3.11). */
  | "values-before"
  /** One pointer before the object, whose lowest bit says that it leads to values (3.12). */
  | "tagged-before"
  /** The values follow the object while they are valid; a pointer to a dict stands before it (3.13 and later). */
  | "values-inline";

/**
 * Offsets in dictionaries, types and integers, bytes. Obtained like those of frames: compiled against the headers of 3.8.18, 3.9.18,
 * 3.10.13, 3.11.7, 3.12.1, 3.13.0, 3.14.10 and 3.15.2, and tested by reading running programs. `PyDictObject` and `PyTypeObject` have not moved in these.
 */
export interface ObjectLayout {
  /** The `modules` dictionary in `PyInterpreterState`. */
  readonly interpreterModules: number;
  readonly instances: InstanceDict;
  /** `ht_cached_keys` of a heap type. */
  readonly cachedKeys: number;
  /** Whether keys have the header of 3.11 and later (logarithms instead of sizes). */
  readonly compactKeys: boolean;
  /** The pointers in `PyDictValues`; up to 3.10 `ma_values` points to them. */
  readonly valuesPointers: number;
  /** Whether an integer's size word holds the number of digits times eight (3.12 and later). */
  readonly taggedIntegers: boolean;
  readonly asciiBytes: number;
  readonly compactBytes: number;
}

const BEFORE_3_12 = { asciiBytes: 48, compactBytes: 72, taggedIntegers: false, valuesPointers: 0 } as const;
const SINCE_3_12 = {
  asciiBytes: 40,
  compactBytes: 56,
  taggedIntegers: true,
  compactKeys: true,
  cachedKeys: 880,
} as const;
const SINCE_3_13 = { ...SINCE_3_12, instances: "values-inline", valuesPointers: 8 } as const;

const LAYOUTS: Readonly<Record<number, ObjectLayout>> = {
  8: { ...BEFORE_3_12, interpreterModules: 56, instances: "dictionary", cachedKeys: 872, compactKeys: false },
  9: { ...BEFORE_3_12, interpreterModules: 856, instances: "dictionary", cachedKeys: 864, compactKeys: false },
  10: { ...BEFORE_3_12, interpreterModules: 856, instances: "dictionary", cachedKeys: 872, compactKeys: false },
  11: { ...BEFORE_3_12, interpreterModules: 888, instances: "values-before", cachedKeys: 872, compactKeys: true },
  12: { ...SINCE_3_12, interpreterModules: 944, instances: "tagged-before", valuesPointers: 0 },
  13: { ...SINCE_3_13, interpreterModules: 7656 },
  14: { ...SINCE_3_13, interpreterModules: 7688 },
  15: { ...SINCE_3_13, interpreterModules: 7592, cachedKeys: 888 },
};

/** Layout of objects for a version; null where it is not known, and for free-threaded builds, whose objects have another header. */
export function objectLayoutOf(version: PythonVersion, freeThreaded: boolean): ObjectLayout | null {
  return version.major === 3 && !freeThreaded ? (LAYOUTS[version.minor] ?? null) : null;
}

import type { PythonVersion } from "./version.ts";

/** How line numbers are stored: Objects/lnotab_notes.txt, Objects/locations.md of CPython. */
export type LineTableKind = "lnotab" | "line-ranges" | "locations";

/**
 * Where a thread's Python frames and what they name lie, bytes. Obtained by compiling `offsetof()` with gcc 12 and
 * `-DPy_BUILD_CORE` against the headers of 3.8.18, 3.9.18, 3.10.13, 3.11.7, 3.12.1 and 3.13.0; tested by reading running programs.
 */
export interface FrameLayout {
  /** In the thread state: `frame` up to 3.10, `cframe` in 3.11 and 3.12, `current_frame` since. */
  readonly top: number;
  /** In `_PyCFrame`: `current_frame` (3.11, 3.12); null where the thread state leads to the frame itself. */
  readonly cframeFrame: number | null;
  readonly previous: number;
  readonly code: number;
  /** Whether the lowest three bits of `code` are marks and no part of the address (3.14 and later). */
  readonly codeIsTagged: boolean;
  /** `f_lasti` (an int) up to 3.10, a pointer into the code since. */
  readonly instruction: number;
  /** Bytes of code that one step of `f_lasti` is; null where the instruction is a pointer. */
  readonly instructionUnit: number | null;
  /** `owner` (a byte, 3.11 and later); null before. Frames owned by the C stack are no Python functions. */
  readonly owner: number | null;
  readonly frameBytes: number;
  readonly codeFile: number;
  /** `co_qualname` since 3.11, `co_name` before. */
  readonly codeName: number;
  readonly codeFirstLine: number;
  readonly codeLineTable: number;
  /** `co_code_adaptive`; null where the instruction is not a pointer. */
  readonly codeInstructions: number | null;
  readonly codeBytes: number;
  readonly lineTable: LineTableKind;
  /** Sizes of `PyASCIIObject` and `PyCompactUnicodeObject`, which the characters follow. */
  readonly asciiBytes: number;
  readonly compactBytes: number;
  /** `gc.collecting`, an int: in `_PyRuntime` in 3.8, in the interpreter since. Null where its place is not known. */
  readonly collecting: { readonly of: "runtime" | "interpreter"; readonly offset: number } | null;
}

/** Frames owned by the C stack begin here (`FRAME_OWNED_BY_CSTACK`, pycore_frame.h, 3.12 and 3.13). */
export const FIRST_OWNER_WITHOUT_CODE = 3;

const HEAP_FRAMES = {
  codeIsTagged: false,
  top: 24,
  cframeFrame: null,
  previous: 24,
  code: 32,
  owner: null,
  frameBytes: 112,
  codeFile: 104,
  codeName: 112,
  codeFirstLine: 40,
  codeLineTable: 120,
  codeInstructions: null,
  codeBytes: 128,
  asciiBytes: 48,
  compactBytes: 72,
} as const;

const STACK_FRAMES = {
  codeIsTagged: false,
  instruction: 56,
  instructionUnit: null,
  frameBytes: 72,
  codeFile: 112,
  codeName: 128,
  codeLineTable: 136,
  codeBytes: 144,
  lineTable: "locations",
} as const;

const LAYOUTS: Readonly<Record<number, FrameLayout>> = {
  8: {
    ...HEAP_FRAMES,
    instruction: 104,
    instructionUnit: 1,
    lineTable: "lnotab",
    collecting: { of: "runtime", offset: 544 },
  },
  9: {
    ...HEAP_FRAMES,
    instruction: 104,
    instructionUnit: 1,
    lineTable: "lnotab",
    collecting: { of: "interpreter", offset: 816 },
  },
  10: {
    ...HEAP_FRAMES,
    instruction: 96,
    instructionUnit: 2,
    lineTable: "line-ranges",
    collecting: { of: "interpreter", offset: 816 },
  },
  11: {
    ...STACK_FRAMES,
    top: 56,
    cframeFrame: 8,
    previous: 48,
    code: 32,
    owner: 69,
    codeFirstLine: 72,
    codeInstructions: 184,
    asciiBytes: 48,
    compactBytes: 72,
    collecting: { of: "interpreter", offset: 848 },
  },
  12: {
    ...STACK_FRAMES,
    top: 56,
    cframeFrame: 0,
    previous: 8,
    code: 0,
    owner: 70,
    codeFirstLine: 68,
    codeInstructions: 192,
    asciiBytes: 40,
    compactBytes: 56,
    collecting: { of: "interpreter", offset: 312 },
  },
  13: {
    ...STACK_FRAMES,
    top: 72,
    cframeFrame: null,
    previous: 8,
    code: 0,
    owner: 70,
    codeFirstLine: 68,
    codeInstructions: 200,
    asciiBytes: 40,
    compactBytes: 56,
    collecting: { of: "interpreter", offset: 7600 },
  },
};

/** Layout of frames for a version; null where it is not known, and for free-threaded builds, whose objects have another header. */
export function frameLayoutOf(version: PythonVersion, freeThreaded: boolean): FrameLayout | null {
  return version.major === 3 && !freeThreaded ? (LAYOUTS[version.minor] ?? null) : null;
}

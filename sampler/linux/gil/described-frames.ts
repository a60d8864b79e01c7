import type { FrameLayout } from "./frame-offsets.ts";
import { wordAt } from "./memory.ts";

/** Positions of the 64-bit words of `_Py_DebugOffsets` that tell where frames and code lie. */
interface Words {
  readonly interpreterBytes: number;
  readonly interpreterGc: number;
  readonly currentFrame: number;
  readonly threadBytes: number;
  /** First word about frames: size, previous, executable, instruction pointer, local variables, owner. */
  readonly frame: number;
  /** First word about code: size, file, name, qualified name, line table, first line, …; the instructions are the ninth after the size. */
  readonly code: number;
  /** First word about text: size, state, length, size of the header of ASCII text. */
  readonly text: number;
  /** First word about the collector: size, collecting. */
  readonly gc: number;
  /** Whether `executable` carries marks in its lowest bits (`_PyStackRef`). */
  readonly tagged: boolean;
}

/** 3.13.0, Include/internal/pycore_runtime.h, compiled; run. */
const WORDS_3_13: Words = {
  interpreterBytes: 6,
  interpreterGc: 10,
  threadBytes: 19,
  currentFrame: 23,
  frame: 28,
  code: 34,
  text: 67,
  gc: 71,
  tagged: false,
};

/** 3.14, Include/internal/pycore_debug_offsets.h (two more words each about frames and code, and those about sets); run. */
const WORDS_3_14: Words = {
  interpreterBytes: 6,
  interpreterGc: 11,
  threadBytes: 22,
  currentFrame: 26,
  frame: 31,
  code: 39,
  text: 77,
  gc: 81,
  tagged: true,
};

/** 3.15.2 (seven more words about the thread state, one about exceptions, four about types); run. */
const WORDS_3_15: Words = { ...WORDS_3_14, frame: 39, code: 47, text: 89, gc: 94 };

const WORDS: Readonly<Record<number, Words>> = { 13: WORDS_3_13, 14: WORDS_3_14, 15: WORDS_3_15 };

/** Where the state and the length of text stand in every build with an ordinary object header. */
const TEXT_STATE = 32;
const TEXT_LENGTH = 16;
const TEXT_HEADER = 40;
/** What a text that is not ASCII has beside: `utf8_length` and `utf8`. */
const UTF8_BYTES = 16;
const MOST_FRAME_BYTES = 120;
const MOST_CODE_BYTES = 512;

/**
 * The layout of frames as an interpreter of this minor version describes it. Null for versions whose description is not known, and for
 * descriptions that do not hang together: a position that moved would show in sizes that can't be.
 */
export function describedFrames(bytes: Buffer, minor: number): FrameLayout | null {
  const words = WORDS[minor];
  if (words === undefined) return null;
  const word = (index: number) => wordAt(bytes, index * 8);
  const frameBytes = word(words.frame);
  const codeBytes = word(words.code);
  const [previous, code, instruction, owner] = [1, 2, 3, 5].map((step) => word(words.frame + step)) as Four;
  const [codeFile, codeName, codeLineTable, codeFirstLine] = [1, 3, 4, 5].map((step) =>
    word(words.code + step),
  ) as Four;
  const codeInstructions = word(words.code + 9);
  const top = word(words.currentFrame);
  const pointers = [previous, code, instruction].every((offset) => isPointerIn(offset, frameBytes));
  const names = [codeFile, codeName, codeLineTable].every((offset) => isPointerIn(offset, codeBytes));
  if (!pointers || !names || !isPointerIn(top, word(words.threadBytes))) return null;
  if (!(owner < frameBytes) || !(codeFirstLine % 4 === 0 && codeFirstLine + 4 <= codeBytes)) return null;
  if (!(codeInstructions % 8 === 0 && codeInstructions <= codeBytes && codeInstructions > codeName)) return null;
  if (new Set([previous, code, instruction]).size < 3 || new Set([codeFile, codeName, codeLineTable]).size < 3)
    return null;
  const asciiBytes = word(words.text + 3);
  if (word(words.text + 1) !== TEXT_STATE || word(words.text + 2) !== TEXT_LENGTH || asciiBytes !== TEXT_HEADER)
    return null;
  const read = Math.max(previous + 8, code + 8, instruction + 8, owner + 1);
  const codeRead = Math.max(codeFile, codeName, codeLineTable, codeFirstLine) + 8;
  if (read > MOST_FRAME_BYTES || codeRead > MOST_CODE_BYTES) return null;
  const gc = word(words.interpreterGc);
  const collecting = word(words.gc + 1);
  const tells =
    collecting % 4 === 0 &&
    collecting + 4 <= word(words.gc) &&
    isPointerIn(gc, word(words.interpreterBytes)) &&
    gc + collecting + 4 <= word(words.interpreterBytes);
  return {
    top,
    cframeFrame: null,
    previous,
    code,
    codeIsTagged: words.tagged,
    instruction,
    instructionUnit: null,
    owner,
    frameBytes: Math.ceil(read / 8) * 8,
    codeFile,
    codeName,
    codeFirstLine,
    codeLineTable,
    codeInstructions,
    codeBytes: Math.ceil(codeRead / 8) * 8,
    lineTable: "locations",
    asciiBytes,
    compactBytes: asciiBytes + UTF8_BYTES,
    collecting: tells ? { of: "interpreter", offset: gc + collecting } : null,
  };
}

type Four = [number, number, number, number];

function isPointerIn(offset: number, structureBytes: number): boolean {
  return Number.isInteger(offset) && offset >= 0 && offset % 8 === 0 && offset + 8 <= structureBytes;
}

import { describedFrames } from "./described-frames.ts";
import { wordAt } from "./memory.ts";
import { isReleased, type RuntimeLayout, SELF_DESCRIBED_MINORS } from "./offsets.ts";
import { type PythonVersion, versionFromHex } from "./version.ts";

/** First bytes of `_PyRuntime` since 3.13 (`_Py_Debug_Cookie`, pycore_runtime.h). */
export const DEBUG_COOKIE = Buffer.from("xdebugpy", "latin1");

/** Bytes to read at `_PyRuntime` to decode the part of `_Py_DebugOffsets` used here. */
export const DEBUG_OFFSETS_BYTES = 8 * 128;

/** What an interpreter says about itself. */
export interface SelfDescription {
  readonly version: PythonVersion;
  readonly freeThreaded: boolean;
  /** Null where the version is an alpha, a beta, newer than what is known, or contradicts itself. */
  readonly layout: RuntimeLayout | null;
}

/** Names of the 64-bit words of `_Py_DebugOffsets` that are used, by their position. */
interface Words {
  readonly interpretersHead: number;
  readonly interpreterBytes: number;
  readonly interpreterId: number;
  readonly interpreterNext: number;
  readonly threadsHead: number;
  readonly cevalGil: number;
  readonly gil: number;
  readonly gilEnabled: number;
  readonly gilLocked: number;
  readonly gilHolder: number;
  readonly threadBytes: number;
  readonly threadNext: number;
  readonly threadInterpreter: number;
  readonly threadId: number;
  readonly nativeThreadId: number;
}

/** 3.13.0, Include/internal/pycore_runtime.h; run. */
const WORDS_3_13: Words = {
  interpretersHead: 5,
  interpreterBytes: 6,
  interpreterId: 7,
  interpreterNext: 8,
  threadsHead: 9,
  cevalGil: 14,
  gil: 15,
  gilEnabled: 16,
  gilLocked: 17,
  gilHolder: 18,
  threadBytes: 19,
  threadNext: 21,
  threadInterpreter: 22,
  threadId: 24,
  nativeThreadId: 25,
};

/** 3.14, Include/internal/pycore_debug_offsets.h (`threads_main` and two generations are new); run. */
const WORDS_3_14: Words = {
  interpretersHead: 5,
  interpreterBytes: 6,
  interpreterId: 7,
  interpreterNext: 8,
  threadsHead: 9,
  cevalGil: 15,
  gil: 16,
  gilEnabled: 17,
  gilLocked: 18,
  gilHolder: 19,
  threadBytes: 22,
  threadNext: 24,
  threadInterpreter: 25,
  threadId: 27,
  nativeThreadId: 28,
};

/** 3.15.2 (`base_frame` and two words about the last frame profiled are new in the thread state); run. */
const WORDS_3_15: Words = { ...WORDS_3_14, threadId: 30, nativeThreadId: 31 };

const WORDS: Readonly<Record<number, Words>> = { 13: WORDS_3_13, 14: WORDS_3_14, 15: WORDS_3_15 };
const GIL_POINTER_BYTES = 8;
const MAX_STRUCTURE_BYTES = 1 << 26;

/** Decodes `_Py_DebugOffsets`. Null when the bytes do not begin with its cookie and a version of Python 3. */
export function decodeDebugOffsets(bytes: Buffer): SelfDescription | null {
  if (bytes.length < DEBUG_OFFSETS_BYTES || bytes.compare(DEBUG_COOKIE, 0, 8, 0, 8) !== 0) return null;
  const version = versionFromHex(wordAt(bytes, 8));
  const freeThreadedWord = wordAt(bytes, 16);
  if (version === null || version.major !== 3 || (freeThreadedWord !== 0 && freeThreadedWord !== 1)) return null;
  const freeThreaded = freeThreadedWord === 1;
  const known = version.minor >= SELF_DESCRIBED_MINORS.first && version.minor <= SELF_DESCRIBED_MINORS.last;
  const words = known && isReleased(version) ? WORDS[version.minor] : undefined;
  return {
    version,
    freeThreaded,
    layout: words === undefined ? null : layoutFrom(bytes, words, version, freeThreaded),
  };
}

function layoutFrom(bytes: Buffer, words: Words, version: PythonVersion, freeThreaded: boolean): RuntimeLayout | null {
  const word = (index: number) => wordAt(bytes, index * 8);
  const interpreterBytes = word(words.interpreterBytes);
  const threadBytes = word(words.threadBytes);
  const gil = word(words.gil);
  const lastHolder = word(words.gilHolder) - gil;
  const locked = word(words.gilLocked) - gil;
  const interpreter = {
    next: word(words.interpreterNext),
    id: word(words.interpreterId),
    threadsHead: word(words.threadsHead),
    gilPointer: word(words.cevalGil),
    gilEmbedded: gil,
  };
  const thread = {
    next: word(words.threadNext),
    interpreter: word(words.threadInterpreter),
    threadId: word(words.threadId),
    nativeThreadId: word(words.nativeThreadId),
  };
  const insideInterpreter = Object.values(interpreter).every((offset) => isOffset(offset, interpreterBytes));
  const insideThread = Object.values(thread).every((offset) => isOffset(offset, threadBytes));
  // The holder follows the interval and the lock word follows the holder in every build so far (pycore_gil.h).
  const expectedHolder = freeThreaded ? 16 : 8;
  if (!insideInterpreter || !insideThread) return null;
  if (lastHolder !== expectedHolder || locked !== lastHolder + GIL_POINTER_BYTES) return null;
  // A free-threaded build gives the offset of `enabled` inside the GIL in 3.13 and inside the interpreter in some later ones; it is the first field in all.
  const enabledWord = word(words.gilEnabled);
  if (freeThreaded && enabledWord !== gil && enabledWord !== 0) return null;
  const interpretersHead = word(words.interpretersHead);
  if (!isOffset(interpretersHead, MAX_STRUCTURE_BYTES)) return null;
  return {
    interpretersHead,
    gil: null,
    interpreter,
    thread: { ...thread, cframe: null },
    gilFields: {
      enabled: freeThreaded ? 0 : null,
      interval: lastHolder - 8,
      lastHolder,
      locked,
      switchNumber: locked + 8,
    },
    frames: freeThreaded ? null : describedFrames(bytes, version.minor),
    provenance: freeThreaded && version.minor > 13 ? "sources" : "described",
  };
}

function isOffset(offset: number, structureBytes: number): boolean {
  return (
    Number.isInteger(offset) &&
    offset >= 0 &&
    offset % 8 === 0 &&
    structureBytes <= MAX_STRUCTURE_BYTES &&
    offset + 8 <= structureBytes
  );
}

import { CodeCache, type CodeDetails } from "./code-cache.ts";
import { FIRST_OWNER_WITHOUT_CODE, type FrameLayout } from "./frame-offsets.ts";
import { isPointer, MEMORY_GONE, readWord, type TargetMemory, wordAt } from "./memory.ts";

/** One Python function being run. */
export interface PythonFrame {
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
}

/** A thread's Python stack, innermost function first. */
export interface PythonStack {
  readonly frames: readonly PythonFrame[];
  /** The innermost calls changed while they were read and are left out; the first frame is the caller that stayed. */
  readonly innermostChanging: boolean;
  /** There are more frames outside than are read. */
  readonly cut: boolean;
}

/** Most frames read of one stack. */
export const MOST_FRAMES = 128;

const MOST_TRIES = 3;
/**
 * How often in a row the frames of a thread that may be running must be found the same. Since 3.11 caller and callee are copied in one
 * read, before that in two, between which a program that calls a function every 60 ns has moved on. Measured with such programs: of
 * three reads that agreed one in a thousand still mixed two moments.
 */
const AGREEING_READS = 6;
const AGREEING_READS_OF_HEAP_FRAMES = 12;
/** Frames since 3.11 lie one after the other in chunks, so that one read gets many at the same moment. */
const WINDOW_BYTES = 2048;

interface RawFrame {
  readonly address: number;
  readonly code: number;
  readonly previous: number;
  readonly instruction: number;
  readonly isPython: boolean;
}

/**
 * Reads the Python stacks of a running program. The program goes on meanwhile, so only those frames count that several reads in a
 * row found the same, at the same place in each calling function; everything else is thrown away.
 */
export class StackReader {
  readonly #memory: TargetMemory;
  readonly #layout: FrameLayout;
  readonly #codes: CodeCache;
  readonly #window = Buffer.alloc(WINDOW_BYTES + 128);
  readonly #frame = Buffer.alloc(128);
  #windowStart = 0;
  #windowEnd = 0;

  constructor(memory: TargetMemory, layout: FrameLayout) {
    this.#memory = memory;
    this.#layout = layout;
    this.#codes = new CodeCache(memory, layout);
  }

  /**
   * The stack of the thread with this thread state. `torn`: it kept changing; `gone`: the program ended.
   * `stillness` answers with the same number twice when the thread certainly ran no Python in between, and null when that can't be said.
   */
  read(threadState: number, stillness: () => number | null): PythonStack | "torn" | "gone" {
    const before = stillness();
    if (before !== null) {
      const stack = this.#readStill(threadState);
      if (stack === "gone") return "gone";
      if (stillness() === before && stack !== "torn") return stack;
    }
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const agreed = this.#agreedFrames(threadState);
      if (agreed === "gone") return "gone";
      if (agreed === "torn") continue;
      const stack = this.#describe(agreed.frames, agreed.innermostChanging);
      if (stack !== null) return stack;
    }
    return "torn";
  }

  /** Reads while nothing changes: one walk is right, and code read meanwhile belongs to it. */
  #readStill(threadState: number): PythonStack | "torn" | "gone" {
    const frames = this.#chain(threadState);
    if (typeof frames === "string") return frames;
    return this.#describe(frames, false) ?? this.#describe(frames, false) ?? "torn";
  }

  /** The outermost frames that several walks found the same. */
  #agreedFrames(
    threadState: number,
  ): { readonly frames: readonly RawFrame[]; readonly innermostChanging: boolean } | "torn" | "gone" {
    let frames = this.#chain(threadState);
    if (typeof frames === "string") return frames;
    const reads = this.#layout.owner === null ? AGREEING_READS_OF_HEAP_FRAMES : AGREEING_READS;
    let stable = frames.length;
    let innermostChanging = false;
    for (let agreed = 1; agreed < reads; agreed += 1) {
      this.#jitter(threadState);
      const again = this.#chain(threadState);
      if (typeof again === "string") return again;
      const same = sameOuterFrames(frames, again, stable);
      innermostChanging ||= same < again.length || same < frames.length;
      if (same === 0 && innermostChanging) return "torn";
      stable = same;
      frames = again;
    }
    return { frames: frames.slice(frames.length - stable), innermostChanging };
  }

  /** Lets a random moment pass, so that walks never keep step with a program's own loop. */
  #jitter(threadState: number): void {
    const reads = Math.floor(Math.random() * 5);
    for (let read = 0; read < reads; read += 1) this.#memory.read(threadState, this.#frame, 8);
  }

  /** Names the frames with what was known of their code before they were read, checked again now; null when some had to be loaded first. */
  #describe(frames: readonly RawFrame[], innermostChanging: boolean): PythonStack | null {
    const described: PythonFrame[] = [];
    // A recursion names the same code again and again: once checked in this stack it need not be again.
    const checked = new Map<number, CodeDetails>();
    let complete = true;
    for (const frame of frames) {
      if (!frame.isPython) continue;
      const code = checked.get(frame.code) ?? this.#codes.known(frame.code);
      if (code === null) {
        if (!this.#codes.load(frame.code)) return null;
        complete = false;
      } else {
        checked.set(frame.code, code);
        described.push({
          functionName: code.functionName,
          file: code.file,
          line: this.#lineOf(code, frame),
        });
      }
    }
    if (!complete || (innermostChanging && described.length === 0)) return null;
    return { frames: described, innermostChanging, cut: frames.length >= MOST_FRAMES };
  }

  #lineOf(code: CodeDetails, frame: RawFrame): number {
    const { instructionUnit, codeInstructions } = this.#layout;
    const offset =
      instructionUnit === null
        ? frame.instruction - (code.address + (codeInstructions ?? 0))
        : frame.instruction * instructionUnit;
    return offset < 0 ? code.firstLine : code.lineAt(offset);
  }

  /** The frames from the innermost on, as one walk found them. */
  #chain(threadState: number): readonly RawFrame[] | "torn" | "gone" {
    const layout = this.#layout;
    const top = readWord(this.#memory, threadState + layout.top);
    const first = layout.cframeFrame === null || top === null ? top : readWord(this.#memory, top + layout.cframeFrame);
    if (first === null) return this.#missing(threadState);
    if (first === 0) return [];
    if (layout.owner !== null) this.#fillWindow(first);
    else this.#windowEnd = 0;
    const frames: RawFrame[] = [];
    for (let at = first; at !== 0 && frames.length < MOST_FRAMES; ) {
      const frame = this.#frameAt(at);
      if (frame === null) return this.#missing(threadState);
      frames.push(frame);
      at = frame.previous;
    }
    return frames;
  }

  #missing(threadState: number): "torn" | "gone" {
    return this.#memory.read(threadState, this.#frame, 8) === MEMORY_GONE ? "gone" : "torn";
  }

  /** Reads the frames below the innermost one in one go, as far as they lie together. */
  #fillWindow(top: number): void {
    const end = top + this.#layout.frameBytes;
    const page = top - (top % 4096);
    const start = Math.max(top - WINDOW_BYTES, page);
    this.#windowStart = start;
    this.#windowEnd = this.#memory.read(start, this.#window, end - start) === end - start ? end : 0;
  }

  #frameAt(address: number): RawFrame | null {
    const layout = this.#layout;
    if (!isPointer(address)) return null;
    let bytes = this.#frame;
    let at = 0;
    if (address >= this.#windowStart && address + layout.frameBytes <= this.#windowEnd) {
      bytes = this.#window;
      at = address - this.#windowStart;
    } else if (this.#memory.read(address, bytes, layout.frameBytes) !== layout.frameBytes) return null;
    const word = wordAt(bytes, at + layout.code);
    const code = layout.codeIsTagged ? word - (word % 8) : word;
    const previous = wordAt(bytes, at + layout.previous);
    const instruction =
      layout.instructionUnit === null
        ? wordAt(bytes, at + layout.instruction)
        : bytes.readInt32LE(at + layout.instruction);
    if (Number.isNaN(previous) || (previous !== 0 && !isPointer(previous))) return null;
    const isPython = layout.owner === null || bytes.readUInt8(at + layout.owner) < FIRST_OWNER_WITHOUT_CODE;
    if (isPython && (!isPointer(code) || Number.isNaN(instruction))) return null;
    return { address, code, previous, instruction, isPython };
  }
}

/**
 * How many of the outermost frames two walks found the same, at most `most`. A function that is innermost in both may have moved on
 * meanwhile, its callers not.
 */
function sameOuterFrames(before: readonly RawFrame[], after: readonly RawFrame[], most: number): number {
  let same = 0;
  while (same < most) {
    const a = before[before.length - 1 - same];
    const b = after[after.length - 1 - same];
    if (a === undefined || b === undefined) break;
    if (a.address !== b.address || a.code !== b.code || a.previous !== b.previous) break;
    const innermost = same === before.length - 1 && same === after.length - 1;
    if (!innermost && a.instruction !== b.instruction) break;
    same += 1;
  }
  return same;
}

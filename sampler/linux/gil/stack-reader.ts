import { CodeCache, type CodeDetails } from "./code-cache.ts";
import { FIRST_OWNER_WITHOUT_CODE, type FrameLayout } from "./frame-offsets.ts";
import { isPointer, MEMORY_GONE, readWord, type TargetMemory, wordAt } from "./memory.ts";

/** One Python function being run. */
export interface PythonFrame {
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
}

/** A thread's Python stack, innermost function first. `cut`: there are more frames than are read. */
export interface PythonStack {
  readonly frames: readonly PythonFrame[];
  readonly cut: boolean;
}

/** Most frames read of one stack. */
export const MOST_FRAMES = 128;

const MOST_TRIES = 6;
/** How often the same frames must be found in a row. */
const AGREEING_READS = 3;
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
 * Reads the Python stacks of a running program. The program goes on meanwhile, so a stack counts only when several reads in a row
 * found the same frames, at the same place in each calling function; everything else is thrown away.
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

  /** The stack of the thread with this thread state. `torn`: it kept changing; `gone`: the program ended. */
  read(threadState: number): PythonStack | "torn" | "gone" {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      let frames = this.#chain(threadState);
      if (frames === "gone") return "gone";
      for (let agreed = 1; frames !== "torn" && agreed < AGREEING_READS; agreed += 1) {
        const again = this.#chain(threadState);
        if (again === "gone") return "gone";
        frames = again !== "torn" && sameStack(frames, again) ? again : "torn";
      }
      if (frames === "torn") continue;
      const stack = this.#describe(frames);
      if (stack !== null) return stack;
    }
    return "torn";
  }

  /** Names the frames with what was known of their code before they were read, checked again now; null when some had to be loaded first. */
  #describe(frames: readonly RawFrame[]): PythonStack | null {
    const described: PythonFrame[] = [];
    let complete = true;
    for (const frame of frames) {
      if (!frame.isPython) continue;
      const code = this.#codes.known(frame.code);
      if (code === null) {
        if (!this.#codes.load(frame.code)) return null;
        complete = false;
      } else {
        described.push({
          functionName: code.functionName,
          file: code.file,
          line: this.#lineOf(code, frame),
        });
      }
    }
    return complete ? { frames: described, cut: frames.length >= MOST_FRAMES } : null;
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
    const code = wordAt(bytes, at + layout.code);
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

/** Whether two walks found the same calls. The innermost function may have moved on meanwhile, its callers not. */
function sameStack(before: readonly RawFrame[], after: readonly RawFrame[]): boolean {
  if (before.length !== after.length) return false;
  for (let index = 0; index < after.length; index += 1) {
    const a = before[index];
    const b = after[index];
    if (a === undefined || b === undefined) return false;
    if (a.address !== b.address || a.code !== b.code || a.previous !== b.previous) return false;
    if (index > 0 && a.instruction !== b.instruction) return false;
  }
  return true;
}

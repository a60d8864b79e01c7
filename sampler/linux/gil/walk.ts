import { isPointer, MEMORY_GONE, readWord, type TargetMemory, wordAt } from "./memory.ts";
import type { GilLayout, InterpreterLayout, ThreadLayout } from "./offsets.ts";

/** What one GIL's structure said at one moment. */
export interface GilState {
  /** Null in an ordinary build; otherwise whether this free-threaded build has a GIL now. */
  readonly enabled: boolean | null;
  readonly intervalMicroseconds: number;
  /** Address of the thread state that holds it or held it last; 0 when that is no address. */
  readonly lastHolder: number;
  readonly held: boolean;
  /** Times the holder changed since the interpreter started. */
  readonly switchNumber: number;
}

/** Why a structure could not be read as what it should be. `unready`: the interpreter has not set it up yet. */
export type WalkFailure = "gone" | "fault" | "unready" | "senseless";

/** Bytes that hold every GIL field that is read. */
export const GIL_BYTES = 40;

const MAX_INTERVAL_MICROSECONDS = 2 ** 40;
const MAX_INTERPRETERS = 1024;
const MAX_THREADS = 1 << 16;

/** Reads one GIL into `bytes` (at least `GIL_BYTES` long) and decodes it. */
export function readGil(
  memory: TargetMemory,
  address: number,
  layout: GilLayout,
  bytes: Buffer,
): GilState | WalkFailure {
  const length = layout.switchNumber + 8;
  const count = memory.read(address, bytes, length);
  if (count !== length) return count === MEMORY_GONE ? "gone" : "fault";
  return decodeGil(bytes, layout);
}

/** Decodes the bytes of one GIL; a failure when they can't be those of a GIL. */
export function decodeGil(bytes: Buffer, layout: GilLayout): GilState | WalkFailure {
  const locked = bytes.readInt32LE(layout.locked);
  const interval = wordAt(bytes, layout.interval);
  const enabled = layout.enabled === null ? null : bytes.readInt32LE(layout.enabled);
  if (locked === -1) return "unready";
  if (locked !== 0 && locked !== 1) return "senseless";
  if (enabled !== null && enabled < 0) return "senseless";
  // A free-threaded build that starts without a GIL still sets the interval; 0 is a structure not set up yet.
  if (interval === 0) return "unready";
  if (!(interval <= MAX_INTERVAL_MICROSECONDS)) return "senseless";
  const lastHolder = wordAt(bytes, layout.lastHolder);
  const switchNumber = wordAt(bytes, layout.switchNumber);
  if (Number.isNaN(switchNumber)) return "senseless";
  return {
    enabled: enabled === null ? null : enabled > 0,
    intervalMicroseconds: interval,
    lastHolder: isPointer(lastHolder) ? lastHolder : 0,
    held: locked === 1,
    switchNumber,
  };
}

/** Addresses of the interpreters, newest first, from the address of the list's head. */
export function interpreterList(
  memory: TargetMemory,
  headAddress: number,
  layout: Pick<InterpreterLayout, "next">,
): readonly number[] | WalkFailure {
  const head = readWord(memory, headAddress);
  if (head === null) return faultOf(memory, headAddress);
  if (head === 0) return "unready";
  return chain(memory, head, layout.next, MAX_INTERPRETERS);
}

/**
 * Addresses of an interpreter's thread states, newest first. Each must name the interpreter as its own: the list may change while it
 * is walked, and then the answer is `senseless` and may be asked for again.
 */
export function threadList(
  memory: TargetMemory,
  interpreter: number,
  interpreterLayout: Pick<InterpreterLayout, "threadsHead">,
  layout: Pick<ThreadLayout, "next" | "interpreter">,
): readonly number[] | WalkFailure {
  const head = readWord(memory, interpreter + interpreterLayout.threadsHead);
  if (head === null) return faultOf(memory, interpreter + interpreterLayout.threadsHead);
  if (head === 0) return [];
  const threads = chain(memory, head, layout.next, MAX_THREADS);
  if (typeof threads === "string") return threads;
  for (const thread of threads) {
    const owner = readWord(memory, thread + layout.interpreter);
    if (owner === null) return faultOf(memory, thread + layout.interpreter);
    if (owner !== interpreter) return "senseless";
  }
  return threads;
}

/** Follows a linked list; `senseless` when it is longer than allowed, comes back to itself, or leads to what is no address. */
function chain(
  memory: TargetMemory,
  head: number,
  nextOffset: number,
  maximum: number,
): readonly number[] | WalkFailure {
  const seen = new Set<number>();
  for (let at = head; at !== 0; ) {
    if (!isPointer(at) || seen.has(at) || seen.size >= maximum) return "senseless";
    seen.add(at);
    const next = readWord(memory, at + nextOffset);
    if (next === null) return faultOf(memory, at + nextOffset);
    at = next;
  }
  return [...seen];
}

function faultOf(memory: TargetMemory, address: number): WalkFailure {
  return memory.read(address, Buffer.allocUnsafe(8), 8) === MEMORY_GONE ? "gone" : "fault";
}

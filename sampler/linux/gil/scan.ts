import { isPointer, wordAt } from "./memory.ts";
import type { MemoryPiece } from "./module.ts";

/** A place in the data of a module that looks like a GIL. */
export interface ScanCandidate {
  readonly address: number;
  readonly interval: number;
}

const MAX_INTERVAL = 100_000_000;
const MAX_FOUND = 1 << 16;

/**
 * Places that look like `struct _gil_runtime_state` of an ordinary build (3.7–3.12): an interval in microseconds, a pointer, a word
 * that is 0 or 1, a counter. Most are not; only a place whose pointer leads to the thread state of a live thread is believed.
 */
export function candidatesIn(pieces: readonly MemoryPiece[]): ScanCandidate[] {
  const candidates: ScanCandidate[] = [];
  for (const { start, bytes } of pieces) {
    const shift = (8 - (start % 8)) % 8;
    for (let at = shift; at + 32 <= bytes.length && candidates.length < MAX_FOUND; at += 8) {
      const interval = bytes.readUInt32LE(at);
      if (interval === 0 || interval > MAX_INTERVAL || bytes.readUInt32LE(at + 4) !== 0) continue;
      if (bytes.readUInt32LE(at + 16) > 1) continue;
      if (!isPointer(wordAt(bytes, at + 8)) || Number.isNaN(wordAt(bytes, at + 24))) continue;
      candidates.push({ address: start + at, interval });
    }
  }
  return candidates;
}

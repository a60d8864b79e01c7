import type { FrameLayout } from "./frame-offsets.ts";
import type { RuntimeLocation } from "./locate.ts";
import { isPointer, readWord, type TargetMemory } from "./memory.ts";

/** Tells whether a collection of garbage is going on: `gc.collecting`, of the whole runtime in 3.8 and of each interpreter since. */
export class GarbageFlag {
  readonly #memory: TargetMemory;
  readonly #location: RuntimeLocation;
  readonly #place: NonNullable<FrameLayout["collecting"]>;
  readonly #bytes = Buffer.alloc(4);

  constructor(memory: TargetMemory, location: RuntimeLocation, place: NonNullable<FrameLayout["collecting"]>) {
    this.#memory = memory;
    this.#location = location;
    this.#place = place;
  }

  /** The flag of a thread state's interpreter, as a function that reads it; null where it has no place. */
  of(threadState: number): (() => boolean | null) | null {
    const { layout, interpretersHead } = this.#location;
    const start =
      this.#place.of === "runtime"
        ? interpretersHead - layout.interpretersHead
        : readWord(this.#memory, threadState + layout.thread.interpreter);
    if (start === null || !isPointer(start)) return null;
    const address = start + this.#place.offset;
    return () => {
      if (this.#memory.read(address, this.#bytes, 4) !== 4) return null;
      const value = this.#bytes.readInt32LE(0);
      return value === 0 ? false : value === 1 ? true : null;
    };
  }
}

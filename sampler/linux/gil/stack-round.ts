import type { ThreadStack } from "../../../core/sample/thread-stack.ts";
import type { GilProbe } from "./gil-probe.ts";

/** A thread whose stack is wanted. */
export interface WantedStack {
  readonly rowId: number;
  readonly tid: number;
}

/** A thread that kept changing is tried again once the others have been read. */
const TRIES = 3;

/**
 * Reads the Python stacks of the threads wanted, once each, in their order, until the time is up. Threads that have none, that the
 * interpreter does not list, or that kept changing are missing from the answer.
 */
export function readStacks(
  probe: GilProbe,
  wanted: readonly WantedStack[],
  clock: { monotonicMs(): number },
  untilMs: number,
): readonly ThreadStack[] {
  const states = new Map<number, number>();
  for (const { tid, threadState, interpreterId } of probe.threads()) {
    // A thread may have a state in several interpreters: its Python runs in the one it entered last, which is not told; the main one's it is.
    if (tid !== null && (interpreterId === 0 || !states.has(tid))) states.set(tid, threadState);
  }
  const stacks: ThreadStack[] = [];
  let left = wanted;
  for (let round = 0; round < TRIES && left.length > 0; round += 1) {
    const torn: WantedStack[] = [];
    for (const one of left) {
      const readAtMs = clock.monotonicMs();
      if (readAtMs >= untilMs) return stacks;
      const threadState = states.get(one.tid);
      if (threadState === undefined) continue;
      const reading = probe.readStack(threadState);
      if (reading === null || reading === "gone") return stacks;
      if (reading === "torn") {
        torn.push(one);
        continue;
      }
      const { stack, inGarbageCollection } = reading;
      // Tenths of a millisecond say enough and are short in recordings; never later than it was.
      stacks.push({
        threadRowId: one.rowId,
        readAtMs: Math.floor(readAtMs * 10) / 10,
        frames: stack.frames,
        inGarbageCollection,
      });
    }
    left = torn;
  }
  return stacks;
}

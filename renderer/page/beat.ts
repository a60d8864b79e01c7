/** How often what changes slowly is asked for, milliseconds. */
const BEAT_MS = 2000;
/** A frame that comes so much early still counts, so that the beat does not wait for the next one. */
const EARLY_MS = 300;

/**
 * What is asked for beside the frames, with every few of them: the answers are painted together with the frame, and nothing is asked
 * for that no new sample has changed.
 */
export interface Beat {
  /** A live frame has come. */
  strike(): void;
  /** Does a task with each beat, or with each so manieth; the answer ends it. */
  onBeat(task: () => void, beats?: number): () => void;
}

/** Makes a beat on a clock that only runs forward. */
export function createBeat(now: () => number): Beat {
  const tasks = new Map<() => void, number>();
  let struckMs = now();
  let count = 0;
  return {
    strike() {
      if (now() - struckMs < BEAT_MS - EARLY_MS) return;
      struckMs = now();
      count += 1;
      for (const [task, beats] of tasks) if (count % beats === 0) task();
    },
    onBeat(task, beats = 1) {
      tasks.set(task, beats);
      return () => tasks.delete(task);
    },
  };
}

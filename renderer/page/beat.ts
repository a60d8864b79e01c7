/** How often what changes slowly is asked for, milliseconds. */
const BEAT_MS = 2000;
/** A frame that comes so much early still counts, so that the beat does not wait for the next one. */
const EARLY_MS = 300;
/** A frame waits no longer for the answers that go with it, milliseconds. */
const PATIENCE_MS = 150;

/**
 * What is asked for beside the frames, with every few of them: the answers and the frame are drawn and painted as one, and nothing is
 * asked for that no new sample has changed.
 */
export interface Beat {
  /** A live frame has come: it is shown at once, or with the answers to what is asked for with it. */
  strike(showFrame: () => void): Promise<void>;
  /** Shows an answer: with the frame that waits for it, else at once. */
  show(answer: () => void): void;
  /** Does a task with each beat, or with each so manieth; the answer ends it. */
  onBeat(task: () => Promise<void>, beats?: number): () => void;
}

/** Makes a beat on a clock that only runs forward. */
export function createBeat({
  now,
  wait,
}: {
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
}): Beat {
  const tasks = new Map<() => Promise<void>, number>();
  let struckMs = now();
  let count = 0;
  /** Answers that a frame waits with. */
  let answers: (() => void)[] | null = null;
  return {
    async strike(showFrame) {
      if (now() - struckMs >= BEAT_MS - EARLY_MS) {
        struckMs = now();
        count += 1;
        answers = [];
        const asked = [...tasks].flatMap(([task, beats]) => (count % beats === 0 ? [task()] : []));
        await Promise.race([Promise.all(asked), wait(PATIENCE_MS)]);
      }
      const ready = answers ?? [];
      answers = null;
      for (const answer of ready) answer();
      showFrame();
    },
    show(answer) {
      if (answers === null) answer();
      else answers.push(answer);
    },
    onBeat(task, beats = 1) {
      tasks.set(task, beats);
      return () => tasks.delete(task);
    },
  };
}

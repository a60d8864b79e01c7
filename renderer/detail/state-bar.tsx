import { memo } from "react";
import { THREAD_STATES, type ThreadState } from "../../core/thread/thread-state.ts";
import { STATE_LABELS } from "../../words/labels.ts";
import { percent } from "../../words/number.ts";

/** Class of a state's colour and pattern. */
export const stateClass = (state: ThreadState) => `state-${state}`;

/** Shares below this can't be seen. */
const LEAST_SHARE = 0.004;

interface StateBarProps {
  /** Whole per mille of each state, joined: compared by value, so that a bar is drawn again only when it would look different. */
  readonly shares: string;
}

/** Shares of one row of `ThreadFrameColumns.states` as `StateBar` takes them. */
export function sharesOf(states: Float32Array, row: number): string {
  let text = "";
  for (let state = 0; state < THREAD_STATES.length; state += 1) {
    const share = states[row * THREAD_STATES.length + state] ?? 0;
    text += `${state === 0 ? "" : ","}${Math.round(share * 200) * 5}`;
  }
  return text;
}

/** What the bar says in words: `waits for the GIL 74 %, runs 25 %`. */
export function statesInWords(shares: string): string {
  return shares
    .split(",")
    .map((share, index) => ({ share: Number(share) / 1000, state: THREAD_STATES[index] ?? "unknown" }))
    .filter(({ share }) => share >= LEAST_SHARE)
    .sort((left, right) => right.share - left.share)
    .map(({ share, state }) => `${STATE_LABELS[state]} ${percent(share)}`)
    .join(", ");
}

/** Where a thread's second goes, as one bar of coloured and patterned parts. */
export const StateBar = memo(function StateBar({ shares }: StateBarProps) {
  const words = statesInWords(shares);
  return (
    <div className="state-bar" role="img" aria-label={words} title={words}>
      {shares.split(",").map((share, index) => {
        const state = THREAD_STATES[index];
        const width = Number(share) / 10;
        return state && width >= LEAST_SHARE * 100 ? (
          <i key={state} className={stateClass(state)} style={{ width: `${width}%` }} />
        ) : null;
      })}
    </div>
  );
});

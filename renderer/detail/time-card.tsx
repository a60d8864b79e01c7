import type { ThreadFrameColumns } from "../../core/frame/frame.ts";
import { STATE_LABELS } from "../../words/labels.ts";
import { cores } from "../../words/number.ts";
import { How } from "../help/how.tsx";
import { stateClass } from "./state-bar.tsx";
import { timeShares } from "./time-shares.ts";

/** Where the time of all threads together goes: one line per state, in threads. */
export function TimeCard({ threads }: { readonly threads: ThreadFrameColumns }) {
  const shares = timeShares(threads);
  const most = Math.max(0.1, ...shares.map((share) => share.threadSeconds));
  return (
    <section className="card time-card" aria-labelledby="time-title">
      <h3 id="time-title">
        Where the threads are <How figure="states" /> <span>threads, on average</span>
      </h3>
      {shares.length === 0 ? (
        <p className="dim">Not known yet.</p>
      ) : (
        <dl className="time-shares">
          {shares.map(({ state, threadSeconds }) => (
            <div key={state} className="time-share">
              <dt>{state === "rest" ? "anything else" : STATE_LABELS[state]}</dt>
              <dd className="time-bar" aria-hidden="true">
                <i
                  className={state === "rest" ? "state-rest" : stateClass(state)}
                  style={{ width: `${Math.max(1, Math.round((threadSeconds / most) * 100))}%` }}
                />
              </dd>
              <dd className="time-figure">{cores(threadSeconds)}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

import type { RuntimeSeries } from "../../core/frame/view.ts";
import { cores } from "../../words/number.ts";
import { threadFill } from "./thread-fill.ts";

const MOST_THREADS = 8;

interface ChartTipProps {
  readonly series: RuntimeSeries;
  /** Index of the point that the pointer is nearest to. */
  readonly at: number;
  /** When that was, in words. */
  readonly when: string;
}

/** What the pointer stands on in the CPU chart: the threads at that moment, busiest first. */
export function ChartTip({ series, at, when }: ChartTipProps) {
  const entries = series.threads
    .map((thread, index) => ({
      thread,
      fill: threadFill(thread.rowId, index),
      value: thread.cpuCores[at] ?? Number.NaN,
    }))
    .filter((entry) => entry.value >= 0.005)
    .sort((left, right) => right.value - left.value);
  const total = series.cpuCores[at] ?? Number.NaN;
  return (
    <div className="tip">
      <p className="tip-head">
        <span>{when}</span>
        <b>{cores(Number.isFinite(total) ? total : null)} cores</b>
      </p>
      {entries.slice(0, MOST_THREADS).map(({ thread, fill, value }) => (
        <p key={`${thread.rowId} ${thread.tid}`} className="tip-line">
          <svg viewBox="0 0 8 8" width="8" height="8" aria-hidden="true">
            <rect width="8" height="8" rx="2" fill={fill} />
          </svg>
          <span className="tip-name">{thread.name}</span>
          <span>{cores(value)}</span>
        </p>
      ))}
      {entries.length > MOST_THREADS ? <p className="tip-more">and {entries.length - MOST_THREADS} more</p> : null}
    </div>
  );
}

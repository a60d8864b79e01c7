import type { RuntimeSeries } from "../../core/frame/view.ts";
import { cores } from "../../words/number.ts";
import { timeTick } from "./scale.ts";
import { threadFill } from "./thread-fill.ts";

const MOST_THREADS = 8;

interface ChartTipProps {
  readonly series: RuntimeSeries;
  readonly seconds: number;
  readonly end: string;
  /** Filled in by the chart. */
  readonly active?: boolean;
  readonly label?: number | string;
  readonly activeIndex?: number | string | null;
}

/** What the pointer stands on in the CPU chart: the threads at that moment, busiest first. */
export function ChartTip({ series, seconds, end, active, label }: ChartTipProps) {
  if (!active || typeof label !== "number") return null;
  const last = series.wallMs.at(-1) ?? 0;
  let at = 0;
  let nearest = Number.POSITIVE_INFINITY;
  series.wallMs.forEach((wallMs, index) => {
    const distance = Math.abs((wallMs - last) / 1000 - label);
    if (distance < nearest) {
      nearest = distance;
      at = index;
    }
  });
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
        <span>{timeTick(label, seconds, end)}</span>
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

import { memo, useMemo } from "react";
import { Area, AreaChart, CartesianGrid, XAxis, YAxis } from "recharts";
import type { RuntimeSeries } from "../../core/frame/view.ts";
import { bytes } from "../../words/number.ts";
import { numberOrNull } from "../detail/thread-order.ts";
import { CHART_MARGIN, STILL_AREA, TIME_AXIS, VALUE_AXIS } from "./parts.ts";
import { firstSecond, niceByteScale, timeTick, timeTicks } from "./scale.ts";
import { useSize } from "./use-size.ts";

interface MemoryChartProps {
  readonly series: RuntimeSeries;
  readonly seconds: number;
  readonly end: string;
}

/** Memory of a runtime over time, from zero: resident as a line, its own and its part of what it shares as areas below, where maps were read. */
export const MemoryChart = memo(function MemoryChart({ series, seconds, end }: MemoryChartProps) {
  const [element, size] = useSize<HTMLDivElement>();
  const { points, highest } = useMemo(() => {
    const last = series.wallMs.at(-1) ?? 0;
    let most = 0;
    const all = Array.from(series.wallMs, (wallMs, at) => {
      const rss = numberOrNull(series.rssBytes[at]);
      most = Math.max(most, rss ?? 0);
      return {
        seconds: (wallMs - last) / 1000,
        rss,
        own: numberOrNull(series.privateBytes[at]),
        shared: numberOrNull(series.sharedBytes[at]),
      };
    });
    return { points: all, highest: most };
  }, [series]);
  const stacked = series.privateBytes.some((value) => Number.isFinite(value));
  const { top } = niceByteScale(highest * 1.15, 2);
  const ticks = [0, top / 2, top];
  return (
    <div
      className="chart"
      ref={element}
      role="img"
      aria-label={`Memory: ${bytes(series.rssBytes.at(-1) ?? null)} at the end`}
    >
      {size && size.width > 40 && size.height > 30 ? (
        <AreaChart
          width={size.width}
          height={size.height}
          data={points}
          margin={CHART_MARGIN}
          accessibilityLayer={false}
        >
          <XAxis
            {...TIME_AXIS}
            domain={[firstSecond(points, seconds), 0]}
            ticks={timeTicks(seconds, firstSecond(points, seconds)).filter((_, index) => index % 2 === 0)}
            tickFormatter={(value: number) => timeTick(value, seconds, end)}
          />
          <YAxis
            {...VALUE_AXIS}
            domain={[0, top]}
            ticks={ticks}
            width={58}
            tickFormatter={(value: number) => (value === 0 ? "0" : bytes(value))}
          />
          <CartesianGrid vertical={false} syncWithTicks stroke="var(--line)" />
          {stacked
            ? (["own", "shared"] as const).map((key) => (
                <Area
                  key={key}
                  {...STILL_AREA}
                  dataKey={key}
                  stackId="maps"
                  fill={key === "own" ? "var(--memory)" : "var(--memory-fill)"}
                  fillOpacity={key === "own" ? 0.55 : 1}
                  stroke="none"
                />
              ))
            : null}
          <Area
            {...STILL_AREA}
            dataKey="rss"
            fill={stacked ? "none" : "var(--memory-fill)"}
            fillOpacity={1}
            stroke="var(--memory)"
            strokeWidth={1.5}
          />
        </AreaChart>
      ) : null}
    </div>
  );
});

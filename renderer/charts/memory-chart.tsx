import { memo, useMemo } from "react";
import { Area, AreaChart, CartesianGrid, XAxis, YAxis } from "recharts";
import type { RuntimeSeries } from "../../core/frame/view.ts";
import { bytes } from "../../words/number.ts";
import { firstSecond, niceByteScale, timeTick, timeTicks } from "./scale.ts";
import { useSize } from "./use-size.ts";

interface MemoryChartProps {
  readonly series: RuntimeSeries;
  readonly seconds: number;
  readonly end: string;
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Memory of a runtime over time, from zero: resident as a line, its own and its part of what it shares as areas below, where maps were read. */
export const MemoryChart = memo(function MemoryChart({ series, seconds, end }: MemoryChartProps) {
  const [element, size] = useSize<HTMLDivElement>();
  const { points, highest } = useMemo(() => {
    const last = series.wallMs.at(-1) ?? 0;
    let most = 0;
    const all = Array.from(series.wallMs, (wallMs, at) => {
      const value = series.rssBytes[at] ?? Number.NaN;
      if (Number.isFinite(value)) most = Math.max(most, value);
      return {
        seconds: (wallMs - last) / 1000,
        rss: orNull(value),
        own: orNull(series.privateBytes[at] ?? Number.NaN),
        shared: orNull(series.sharedBytes[at] ?? Number.NaN),
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
          margin={{ top: 6, right: 14, bottom: 0, left: 0 }}
          accessibilityLayer={false}
        >
          <XAxis
            dataKey="seconds"
            type="number"
            domain={[firstSecond(points, seconds), 0]}
            ticks={timeTicks(seconds, firstSecond(points, seconds)).filter((_, index) => index % 2 === 0)}
            tickFormatter={(value: number) => timeTick(value, seconds, end)}
            allowDataOverflow
            axisLine={false}
            tickLine={false}
            height={20}
            interval={0}
            tickMargin={6}
          />
          <YAxis
            domain={[0, top]}
            ticks={ticks}
            width={58}
            axisLine={false}
            tickLine={false}
            tickFormatter={(value: number) => (value === 0 ? "0" : bytes(value))}
            interval={0}
            tickMargin={6}
          />
          <CartesianGrid vertical={false} syncWithTicks stroke="var(--line)" />
          {stacked
            ? (["own", "shared"] as const).map((key) => (
                <Area
                  key={key}
                  dataKey={key}
                  stackId="maps"
                  type="linear"
                  fill={key === "own" ? "var(--memory)" : "var(--memory-fill)"}
                  fillOpacity={key === "own" ? 0.55 : 1}
                  stroke="none"
                  isAnimationActive={false}
                  activeDot={false}
                  dot={false}
                />
              ))
            : null}
          <Area
            dataKey="rss"
            type="linear"
            fill={stacked ? "none" : "var(--memory-fill)"}
            fillOpacity={1}
            stroke="var(--memory)"
            strokeWidth={1.5}
            isAnimationActive={false}
            activeDot={false}
            dot={false}
          />
        </AreaChart>
      ) : null}
    </div>
  );
});

import { memo, useMemo } from "react";
import type { RuntimeSeries } from "../../core/frame/view.ts";
import { bytes } from "../../words/number.ts";
import { momentsOf, niceByteScale } from "./scale.ts";
import { type ChartLayer, TimeChart } from "./time-chart.tsx";
import { stacked } from "./time-field.ts";
import { useSize } from "./use-size.ts";

const bytesTick = (value: number): string => (value === 0 ? "0" : bytes(value));

interface MemoryChartProps {
  readonly series: RuntimeSeries;
  readonly seconds: number;
  readonly end: string;
}

/** Memory of a runtime over time, from zero: resident as a line, its own and its part of what it shares as areas below, where maps were read. */
export const MemoryChart = memo(function MemoryChart({ series, seconds, end }: MemoryChartProps) {
  const [element, size] = useSize<HTMLDivElement>();
  const { wallMs, rssBytes, privateBytes, sharedBytes } = series;
  const stackedBytes = useMemo(
    () => stacked([privateBytes, sharedBytes], wallMs.length),
    [wallMs, privateBytes, sharedBytes],
  );
  const mapped = privateBytes.some((value) => Number.isFinite(value));
  let highest = 0;
  for (const value of rssBytes) if (value > highest) highest = value;
  const { top } = niceByteScale(highest * 1.15, 2);
  const maps = (["own", "shared"] as const).map(
    (key, index): ChartLayer => ({
      key,
      ...stackedBytes[index]!,
      fill: key === "own" ? "var(--memory)" : "var(--memory-fill)",
      fillOpacity: key === "own" ? 0.55 : 1,
      stroke: "none",
    }),
  );
  const resident: ChartLayer = {
    key: "rss",
    high: rssBytes,
    low: null,
    fill: mapped ? "none" : "var(--memory-fill)",
    stroke: "var(--memory)",
    strokeWidth: 1.5,
  };
  return (
    <div className="chart" ref={element} role="img" aria-label={`Memory: ${bytes(rssBytes.at(-1) ?? null)} at the end`}>
      {size && size.width > 40 && size.height > 30 ? (
        <TimeChart
          {...size}
          axisWidth={58}
          moments={momentsOf(wallMs)}
          seconds={seconds}
          end={end}
          sparse={true}
          most={top}
          ticks={[0, top / 2, top]}
          tickText={bytesTick}
          layers={[...(mapped ? maps : []), resident]}
        />
      ) : null}
    </div>
  );
});

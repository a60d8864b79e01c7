import { memo, useMemo } from "react";
import { Area, CartesianGrid, ComposedChart, ReferenceLine, Tooltip, XAxis, YAxis } from "recharts";
import type { CpuLimit } from "../../core/frame/frame.ts";
import type { RuntimeSeries } from "../../core/frame/view.ts";
import { cores, coresWithUnit } from "../../words/number.ts";
import { CeilingLabel } from "./ceiling-label.tsx";
import { ChartTip } from "./chart-tip.tsx";
import { CHART_MARGIN, STILL_AREA, TIME_AXIS, VALUE_AXIS } from "./parts.ts";
import { firstSecond, niceScale, timeTick, timeTicks } from "./scale.ts";
import { threadFill } from "./thread-fill.ts";
import { useSize } from "./use-size.ts";

type Point = Record<string, number | null> & { readonly seconds: number };

function pointsOf(series: RuntimeSeries): {
  points: Point[];
  highest: number;
  highestDemand: number;
  lastDemand: number;
} {
  const end = series.wallMs.at(-1) ?? 0;
  let highest = 0;
  let highestDemand = 0;
  let lastDemand = Number.NaN;
  const points = Array.from(series.wallMs, (wallMs, at) => {
    const point: Record<string, number | null> & { seconds: number } = { seconds: (wallMs - end) / 1000 };
    let sum = 0;
    series.threads.forEach((thread, index) => {
      const value = thread.cpuCores[at] ?? Number.NaN;
      const drawn = Number.isFinite(value) ? Math.max(0, value) : null;
      point[`thread${index}`] = drawn;
      sum += drawn ?? 0;
    });
    const demand = series.demandCores[at] ?? Number.NaN;
    point["demand"] = Number.isFinite(demand) ? demand : null;
    if (Number.isFinite(demand)) {
      highestDemand = Math.max(highestDemand, demand);
      lastDemand = demand;
    }
    highest = Math.max(highest, sum);
    return point;
  });
  return { points, highest, highestDemand, lastDemand };
}

/** What the chart shows, for those who can't see it. */
function inWords(series: RuntimeSeries, ceiling: number | null, lastDemand: number): string {
  const used = cores(series.cpuCores.at(-1) ?? null);
  const wanted = Number.isFinite(lastDemand) ? `; threads want ${cores(lastDemand)}` : "";
  const limit = ceiling === null ? "" : `; the ceiling of the GIL is ${ceiling}`;
  return `CPU by thread: ${used} cores at the end${wanted}${limit}`;
}

interface CpuChartProps {
  readonly series: RuntimeSeries;
  readonly seconds: number;
  /** GILs in use: where the ceiling is drawn, in cores. Null for a build that runs without. */
  readonly ceiling: number | null;
  readonly ceilingReached: boolean;
  /** A CPU limit narrower than the machine, in cores, of what kind, and whether it is what holds the runtime back. */
  readonly limitCores: number | null;
  readonly limitKind: CpuLimit["kind"] | null;
  readonly limitReached: boolean;
  /** Thread that stands out; null: none does. */
  readonly followedRowId: number | null;
  /** Word at the right end of the time axis. */
  readonly end: string;
}

/** CPU of a runtime by thread, stacked, under the ceiling of its GIL and the demand of its threads. */
export const CpuChart = memo(function CpuChart({
  series,
  seconds,
  ceiling,
  ceilingReached,
  limitCores,
  limitKind,
  limitReached,
  followedRowId,
  end,
}: CpuChartProps) {
  const [element, size] = useSize<HTMLDivElement>();
  const { points, highest, highestDemand, lastDemand } = useMemo(() => pointsOf(series), [series]);
  const floor = Math.max(highest, ceiling ?? 0, 0.05);
  // A demand far above what is used would press the threads flat; then the line leaves the picture and the note says how far.
  const demandFits = highestDemand <= Math.max(floor * 4.2, 2);
  const wanted = Math.max(floor * (ceiling === null ? 1.1 : 1.25), demandFits ? highestDemand * 1.06 : floor * 2);
  // The top is not rounded up: height is what tells a quarter of a core from a third.
  const ticks = niceScale(wanted, 4).ticks.filter((tick) => tick <= wanted);
  const followedShown = series.threads.some(({ rowId }) => rowId === followedRowId);
  const showDemand = demandFits && highestDemand > highest + 0.1;
  return (
    <div className="chart" ref={element} role="img" aria-label={inWords(series, ceiling, lastDemand)}>
      {size && size.width > 40 && size.height > 40 ? (
        <ComposedChart
          width={size.width}
          height={size.height}
          data={points}
          margin={CHART_MARGIN}
          accessibilityLayer={false}
          throttleDelay={50}
        >
          <XAxis
            {...TIME_AXIS}
            domain={[firstSecond(points, seconds), 0]}
            ticks={timeTicks(seconds, firstSecond(points, seconds))}
            tickFormatter={(value: number) => timeTick(value, seconds, end)}
          />
          <YAxis
            {...VALUE_AXIS}
            domain={[0, wanted]}
            ticks={ticks}
            width={34}
            tickFormatter={(value: number) => String(Math.round(value * 1000) / 1000)}
          />
          <CartesianGrid vertical={false} syncWithTicks stroke="var(--line)" />
          {series.threads.map((thread, index) => (
            <Area
              key={`${thread.rowId} ${thread.tid}`}
              {...STILL_AREA}
              dataKey={`thread${index}`}
              name={thread.name}
              stackId="cpu"
              fill={threadFill(thread.rowId, index)}
              fillOpacity={followedShown && thread.rowId !== followedRowId ? 0.28 : 1}
              stroke="var(--panel)"
              strokeWidth={0.75}
            />
          ))}
          {showDemand ? (
            <Area
              {...STILL_AREA}
              dataKey="demand"
              name="demand"
              fill="none"
              stroke="var(--demand)"
              strokeWidth={1.5}
              strokeDasharray="1.5 3.5"
              strokeLinecap="round"
            />
          ) : null}
          {ceiling === null ? null : (
            <ReferenceLine
              y={ceiling}
              stroke={ceilingReached ? "var(--v-gil)" : "var(--faint)"}
              strokeWidth={1.5}
              strokeDasharray="6 4"
              label={
                <CeilingLabel
                  text={
                    ceiling === 1
                      ? "one core: the ceiling of one GIL"
                      : `${ceiling} cores: the ceiling of ${ceiling} GILs`
                  }
                  kind={ceilingReached ? "gil" : "calm"}
                />
              }
            />
          )}
          {limitCores !== null && limitCores <= wanted ? (
            <ReferenceLine
              y={limitCores}
              stroke={limitReached ? "var(--v-limit)" : "var(--faint)"}
              strokeWidth={1.5}
              strokeDasharray="2 3"
              label={
                <CeilingLabel
                  text={`${coresWithUnit(limitCores)}: the ${limitKind === "quota" ? "CPU quota" : "CPUs it may use"}`}
                  kind={limitReached ? "limit" : "calm"}
                  below={ceiling !== null && limitCores <= ceiling}
                />
              }
            />
          ) : null}
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: "var(--dim)", strokeWidth: 1 }}
            content={<ChartTip series={series} seconds={seconds} end={end} />}
            wrapperClassName="tip-wrapper"
          />
        </ComposedChart>
      ) : null}
      {Number.isFinite(lastDemand) && (showDemand || !demandFits) ? (
        <span className="chart-note">
          threads want <b>{cores(lastDemand)}</b> cores{demandFits ? "" : " ↑"}
        </span>
      ) : null}
    </div>
  );
});

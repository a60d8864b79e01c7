import { memo, useMemo } from "react";
import type { CpuLimit } from "../../core/frame/frame.ts";
import type { RuntimeSeries } from "../../core/frame/view.ts";
import { cores, coresWithUnit } from "../../words/number.ts";
import { CeilingLine } from "./ceiling-line.tsx";
import { ChartTip } from "./chart-tip.tsx";
import { momentsOf, niceScale, steadyTop, timeTick } from "./scale.ts";
import { threadFill } from "./thread-fill.ts";
import { type ChartLayer, TimeChart } from "./time-chart.tsx";
import { stacked } from "./time-field.ts";
import { useSize } from "./use-size.ts";

interface Shape {
  readonly moments: readonly number[];
  readonly edges: ReturnType<typeof stacked>;
  readonly highest: number;
  readonly highestDemand: number;
  readonly lastDemand: number;
}

function shapeOf({ wallMs, threads, demandCores }: RuntimeSeries): Shape {
  const edges = stacked(
    threads.map((thread) => thread.cpuCores),
    wallMs.length,
  );
  let highest = 0;
  for (const { high } of edges) for (const value of high) if (value > highest) highest = value;
  let highestDemand = 0;
  let lastDemand = Number.NaN;
  for (const demand of demandCores) {
    if (!Number.isFinite(demand)) continue;
    highestDemand = Math.max(highestDemand, demand);
    lastDemand = demand;
  }
  return { moments: momentsOf(wallMs), edges, highest, highestDemand, lastDemand };
}

/** What the chart shows, for those who can't see it. */
function inWords(series: RuntimeSeries, ceiling: number | null, lastDemand: number): string {
  const used = cores(series.cpuCores.at(-1) ?? null);
  const wanted = Number.isFinite(lastDemand) ? `; threads want ${cores(lastDemand)}` : "";
  const limit = ceiling === null ? "" : `; the ceiling of the GIL is ${ceiling}`;
  return `CPU by thread: ${used} cores at the end${wanted}${limit}`;
}

const coresTick = (value: number): string => String(Math.round(value * 1000) / 1000);

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
  const { moments, edges, highest, highestDemand, lastDemand } = useMemo(() => shapeOf(series), [series]);
  const floor = Math.max(highest, ceiling ?? 0, 0.05);
  // A demand far above what is used would press the threads flat; then the line leaves the picture and the note says how far.
  const demandFits = highestDemand <= Math.max(floor * 4.2, 2);
  const wanted = steadyTop(
    Math.max(floor * (ceiling === null ? 1.1 : 1.25), demandFits ? highestDemand * 1.06 : floor * 2),
  );
  // The top is not rounded up: height is what tells a quarter of a core from a third.
  const ticks = niceScale(wanted, 4).ticks.filter((tick) => tick <= wanted);
  const followedShown = series.threads.some(({ rowId }) => rowId === followedRowId);
  const showDemand = demandFits && highestDemand > highest + 0.1;
  const layers: ChartLayer[] = series.threads.map(({ rowId, tid }, index) => ({
    key: `${rowId} ${tid}`,
    high: edges[index]!.high,
    low: edges[index]!.low,
    fill: threadFill(rowId, index),
    fillOpacity: followedShown && rowId !== followedRowId ? 0.28 : 1,
    stroke: "var(--panel)",
    strokeWidth: 0.75,
  }));
  if (showDemand) {
    layers.push({
      key: "demand",
      high: series.demandCores,
      low: null,
      fill: "none",
      stroke: "var(--demand)",
      strokeWidth: 1.5,
      strokeDasharray: "1.5 3.5",
    });
  }
  return (
    <div className="chart" ref={element} role="img" aria-label={inWords(series, ceiling, lastDemand)}>
      {size && size.width > 40 && size.height > 40 ? (
        <TimeChart
          {...size}
          axisWidth={34}
          moments={moments}
          seconds={seconds}
          end={end}
          most={wanted}
          ticks={ticks}
          tickText={coresTick}
          layers={layers}
          over={(field) => (
            <>
              {ceiling === null ? null : (
                <CeilingLine
                  field={field}
                  value={ceiling}
                  text={
                    ceiling === 1
                      ? "one core: the ceiling of one GIL"
                      : `${ceiling} cores: the ceiling of ${ceiling} GILs`
                  }
                  kind={ceilingReached ? "gil" : "calm"}
                  dashes="6 4"
                />
              )}
              {limitCores !== null && limitCores <= wanted ? (
                <CeilingLine
                  field={field}
                  value={limitCores}
                  text={`${coresWithUnit(limitCores)}: the ${limitKind === "quota" ? "CPU quota" : "CPUs it may use"}`}
                  kind={limitReached ? "limit" : "calm"}
                  dashes="2 3"
                  below={ceiling !== null && limitCores <= ceiling}
                />
              ) : null}
            </>
          )}
          tip={(at) => <ChartTip series={series} at={at} when={timeTick(moments[at] ?? 0, seconds, end)} />}
        />
      ) : null}
      {Number.isFinite(lastDemand) && (showDemand || !demandFits) ? (
        <span className="chart-note">
          threads want <b>{cores(lastDemand)}</b> cores{demandFits ? "" : " ↑"}
        </span>
      ) : null}
    </div>
  );
});

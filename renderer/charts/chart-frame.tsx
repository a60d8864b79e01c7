import { memo } from "react";
import { CartesianGrid, LineChart, XAxis, YAxis } from "recharts";
import { timeTick, timeTicks } from "./scale.ts";

/** Room around the field beside the axis of values, pixels: the same in every chart, so that their fields stand below each other. */
export const FIELD_INSETS = { top: 6, right: 14, bottom: 20 } as const;

const MARGIN = { top: FIELD_INSETS.top, right: FIELD_INSETS.right, bottom: 0, left: 0 } as const;

/** Axes want data; what is drawn over them is not the library's. */
const NO_DATA = [{ seconds: 0, value: 0 }];

/** Parts of the time axis: a left end that wavers by less moves no label. */
const TIME_PARTS = 60;

interface ChartFrameProps {
  readonly width: number;
  readonly height: number;
  /** Room for the labels of values. */
  readonly axisWidth: number;
  /** Length of the time axis, seconds. */
  readonly seconds: number;
  /** Its left end, seconds before the right one. */
  readonly firstSeconds: number;
  /** Word at its right end. */
  readonly end: string;
  /** Only every second label on it. */
  readonly sparse: boolean;
  /** Value at the upper edge. */
  readonly most: number;
  /** Values with a line and a label. */
  readonly ticks: readonly number[];
  readonly tickText: (value: number) => string;
}

/** The grid of a chart and its axes; left alone as long as they read the same. */
export const ChartFrame = memo(
  function ChartFrame({
    width,
    height,
    axisWidth,
    seconds,
    firstSeconds,
    end,
    sparse,
    most,
    ticks,
    tickText,
  }: ChartFrameProps) {
    const first = steadyFirst(seconds, firstSeconds);
    return (
      <LineChart width={width} height={height} data={NO_DATA} margin={MARGIN} accessibilityLayer={false}>
        <XAxis
          dataKey="seconds"
          type="number"
          domain={[first, 0]}
          ticks={timeTicks(seconds, first).filter((_, index) => !sparse || index % 2 === 0)}
          tickFormatter={(value: number) => timeTick(value, seconds, end)}
          height={FIELD_INSETS.bottom}
          allowDataOverflow={true}
          axisLine={false}
          tickLine={false}
          interval={0}
          tickMargin={6}
        />
        <YAxis
          domain={[0, most]}
          ticks={ticks}
          width={axisWidth}
          tickFormatter={tickText}
          allowDataOverflow={true}
          axisLine={false}
          tickLine={false}
          interval={0}
          tickMargin={6}
        />
        <CartesianGrid vertical={false} syncWithTicks={true} stroke="var(--line)" />
      </LineChart>
    );
  },
  (before, after) =>
    before.width === after.width &&
    before.height === after.height &&
    before.axisWidth === after.axisWidth &&
    before.seconds === after.seconds &&
    steadyFirst(before.seconds, before.firstSeconds) === steadyFirst(after.seconds, after.firstSeconds) &&
    before.end === after.end &&
    before.sparse === after.sparse &&
    before.most === after.most &&
    before.tickText === after.tickText &&
    before.ticks.length === after.ticks.length &&
    before.ticks.every((tick, index) => tick === after.ticks[index]),
);

function steadyFirst(seconds: number, firstSeconds: number): number {
  const part = seconds / TIME_PARTS;
  return Math.round(firstSeconds / part) * part;
}

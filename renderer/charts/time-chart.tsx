import { type PointerEvent, type ReactNode, useState } from "react";
import { ChartFrame, FIELD_INSETS } from "./chart-frame.tsx";
import { firstSecond } from "./scale.ts";
import { areaPath, linePath, nearestTo, type TimeField, xOf } from "./time-field.ts";

/** From the cursor to what is said of its moment. */
const TIP_GAP = 10;

/** One area with its upper edge, or an edge alone. */
export interface ChartLayer {
  readonly key: string;
  /** Upper edge at each point; not finite where nothing is known. */
  readonly high: ArrayLike<number>;
  /** Lower edge; null: zero. */
  readonly low: ArrayLike<number> | null;
  /** `none`: the edge alone is drawn. */
  readonly fill: string;
  readonly fillOpacity?: number;
  /** Colour of the edge; `none`: it is not drawn. */
  readonly stroke: string;
  readonly strokeWidth?: number;
  readonly strokeDasharray?: string;
}

interface TimeChartProps {
  readonly width: number;
  readonly height: number;
  /** Room for the labels of values. */
  readonly axisWidth: number;
  /** Moments of the points, seconds before the last one, in order. */
  readonly moments: readonly number[];
  /** Length of the time axis, seconds. */
  readonly seconds: number;
  /** Word at the right end of the time axis. */
  readonly end: string;
  /** Only every second label on the time axis. */
  readonly sparse?: boolean;
  /** Value at the upper edge. */
  readonly most: number;
  /** Values with a line and a label. */
  readonly ticks: readonly number[];
  readonly tickText: (value: number) => string;
  /** From the back to the front. */
  readonly layers: readonly ChartLayer[];
  /** What is drawn over the layers. */
  readonly over?: (field: TimeField) => ReactNode;
  /** What is said of the point under the pointer. */
  readonly tip?: (at: number) => ReactNode;
}

/**
 * Values over the time before now: areas and lines over a grid with its axes. With newer points only the paths' data changes, which is
 * why they are drawn here (docs/decisions/013-paths-of-our-own.md).
 */
export function TimeChart({
  width,
  height,
  axisWidth,
  moments,
  seconds,
  end,
  sparse = false,
  most,
  ticks,
  tickText,
  layers,
  over,
  tip,
}: TimeChartProps) {
  const [pointerX, setPointerX] = useState<number | null>(null);
  const firstSeconds = firstSecond(moments, seconds);
  const field: TimeField = {
    left: axisWidth,
    right: width - FIELD_INSETS.right,
    top: FIELD_INSETS.top,
    bottom: height - FIELD_INSETS.bottom,
    firstSeconds,
    most,
  };
  const at = tip === undefined || pointerX === null ? -1 : nearestTo(field, moments, pointerX);
  const follow = (event: PointerEvent<SVGSVGElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    setPointerX(x >= field.left && x <= field.right ? x : null);
  };
  const pointer = tip === undefined ? {} : { onPointerMove: follow, onPointerLeave: () => setPointerX(null) };
  return (
    <>
      <ChartFrame {...{ width, height, axisWidth, seconds, firstSeconds, end, sparse, most, ticks, tickText }} />
      <svg className="chart-field" width={width} height={height} aria-hidden="true" {...pointer}>
        {layers.map(({ key, high, low, fill, fillOpacity = 1, stroke, strokeWidth = 1, strokeDasharray }) => (
          <g key={key}>
            {fill === "none" ? null : (
              <path d={areaPath(field, moments, high, low)} fill={fill} fillOpacity={fillOpacity} />
            )}
            {stroke === "none" ? null : (
              <path
                d={linePath(field, moments, high)}
                fill="none"
                stroke={stroke}
                strokeWidth={strokeWidth}
                strokeDasharray={strokeDasharray}
                strokeLinecap={strokeDasharray === undefined ? undefined : "round"}
              />
            )}
          </g>
        ))}
        {over?.(field)}
        {at < 0 ? null : (
          <path className="chart-cursor" d={`M${xOf(field, moments[at] ?? 0)} ${field.top}V${field.bottom}`} />
        )}
      </svg>
      {at < 0 ? null : (
        <div className="tip-place" style={placeOfTip(xOf(field, moments[at] ?? 0), width)}>
          {tip?.(at)}
        </div>
      )}
    </>
  );
}

/** Beside the cursor, on the side with more room. */
const placeOfTip = (x: number, width: number) =>
  x < width / 2 ? { left: x + TIP_GAP } : { right: width - x + TIP_GAP };

/** Both charts have their field at the same place. */
export const CHART_MARGIN = { top: 6, right: 14, bottom: 0, left: 0 } as const;

/** The axis of values beside a chart, without its domain, ticks and width. */
export const VALUE_AXIS = { axisLine: false, tickLine: false, interval: 0, tickMargin: 6 } as const;

/** The axis of time below a chart, without its domain and ticks. */
export const TIME_AXIS = {
  ...VALUE_AXIS,
  dataKey: "seconds",
  type: "number",
  allowDataOverflow: true,
  height: 20,
} as const;

/** A line or an area that is simply there: it does not move and has no dots. */
export const STILL_AREA = { type: "linear", isAnimationActive: false, activeDot: false, dot: false } as const;

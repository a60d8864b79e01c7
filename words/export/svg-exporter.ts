import type { Exporter, ExportInput } from "../../core/export/exporter.ts";
import type { RuntimeFrame } from "../../core/frame/frame.ts";
import { runtimesByLoss } from "../../core/report/list-report.ts";
import { cpuChartSvg } from "./cpu-chart-svg.ts";

const SECONDS = 60;
const POINTS = 120;

/** GILs in force: one core for each is the most that Python code can use. Null for a build that runs without. */
function ceilingOf({ gils, python }: RuntimeFrame): number | null {
  const enabled = gils.filter((gil) => gil.enabled !== false).length;
  if (gils.length > 0) return enabled === 0 ? null : enabled;
  return python.build === "free-threaded" ? null : 1;
}

/** The chart of one runtime over the minute before the frame; null when there are not two samples of it. */
export function chartOf({ history }: ExportInput, runtime: RuntimeFrame): string | null {
  const series = history.series(runtime.rowId, null, SECONDS, POINTS);
  if (series === null || series.wallMs.length < 2) return null;
  return cpuChartSvg({ title: `${runtime.name} (${runtime.pid})`, series, ceilingCores: ceilingOf(runtime) });
}

const NOTHING =
  '<svg xmlns="http://www.w3.org/2000/svg" width="420" height="60"><text x="16" y="34" font-family="sans-serif">There is nothing to draw: too little was seen of any Python.</text></svg>';

/** The chart of the runtime asked for, else of the one that loses most. */
export const svgExporter: Exporter = {
  ending: ".svg",
  mediaType: "image/svg+xml",
  span: "minute",
  write: (input) => {
    const runtimes = runtimesByLoss(input.frame);
    const chosen = input.rowId === null ? runtimes[0] : runtimes.find(({ rowId }) => rowId === input.rowId);
    return `${(chosen === undefined ? null : chartOf(input, chosen)) ?? NOTHING}\n`;
  },
};

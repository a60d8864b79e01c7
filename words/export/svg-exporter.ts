import type { Exporter, ExportInput } from "../../core/export/exporter.ts";
import type { RuntimeFrame } from "../../core/frame/frame.ts";
import { runtimesByLoss } from "../../core/report/list-report.ts";
import { VERDICT_LABELS } from "../labels.ts";
import { sentence } from "../sentences.ts";
import { cpuChartSvg } from "./cpu-chart-svg.ts";

const SECONDS = 60;
const POINTS = 120;
const LINE_CHARACTERS = 108;

/** GILs in force: one core for each is the most that Python code can use. Null for a build that runs without. */
function ceilingOf({ gils, python }: RuntimeFrame): number | null {
  const enabled = gils.filter((gil) => gil.enabled !== false).length;
  if (gils.length > 0) return enabled === 0 ? null : enabled;
  return python.build === "free-threaded" ? null : 1;
}

/** The chart of one runtime over the minute before the frame, with its verdict above where it stands `alone`; null when there are not two samples of it. */
export function chartOf({ history }: ExportInput, runtime: RuntimeFrame, alone = false): string | null {
  const series = history.series(runtime.rowId, null, SECONDS, POINTS);
  if (series === null || series.wallMs.length < 2) return null;
  const title = `${runtime.name} (${runtime.pid})`;
  const { id, headline } = runtime.verdict;
  const head = [`${title}: ${VERDICT_LABELS[id]}`, ...lines(sentence(headline))];
  return cpuChartSvg({ title, head: alone ? head : [], series, ceilingCores: ceilingOf(runtime) });
}

/** A sentence in lines that fit above the chart. */
function lines(text: string): readonly string[] {
  const found: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > LINE_CHARACTERS) {
      found.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? found : [...found, line];
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
    return `${(chosen === undefined ? null : chartOf(input, chosen, true)) ?? NOTHING}\n`;
  },
};

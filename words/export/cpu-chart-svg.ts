import type { RuntimeSeries } from "../../core/frame/view.ts";
import { cores } from "../number.ts";
import { coordinate, markupText } from "./svg-text.ts";

const SHADES = ["#2f7fcb", "#5199dd", "#74b1e9", "#97c8f2", "#4f74cb", "#728fdb", "#96abe8", "#b9c6f2"] as const;
const OTHERS = "#aab3c0";
const EXITED = "#b59cc6";
const WIDTH = 760;
const LEFT = 44;
const RIGHT = 12;
const HEAD_LINE = 18;
const PLOT = 190;

/** What the chart stands on. */
export interface CpuChart {
  readonly title: string;
  /** Lines above the chart, for a picture that stands alone; the first is its heading. */
  readonly head: readonly string[];
  readonly series: RuntimeSeries;
  /** GILs in use, where the ceiling is drawn; null where none is. */
  readonly ceilingCores: number | null;
}

function fillOf(rowId: number, index: number): string {
  if (rowId === 0) return OTHERS;
  return rowId === -1 ? EXITED : (SHADES[Math.min(index, SHADES.length - 1)] ?? OTHERS);
}

/** A number from the series, never below zero; null where it is not known. */
function at(values: Float32Array, index: number): number | null {
  const value = values[index] ?? Number.NaN;
  return Number.isFinite(value) ? Math.max(0, value) : null;
}

/** A step of the axis that gives about four lines. */
function stepFor(top: number): number {
  const rough = top / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
}

/** CPU of one runtime by thread, stacked, under its GIL's ceiling and its demand, as an SVG element that stands alone. */
export function cpuChartSvg({ title, head, series, ceilingCores }: CpuChart): string {
  const top = 14 + head.length * HEAD_LINE;
  const count = series.wallMs.length;
  const end = series.wallMs[count - 1] ?? 0;
  const span = Math.max(1, end - (series.wallMs[0] ?? end));
  const sums = new Float64Array(count);
  const stacks = series.threads.map((thread) => {
    const lower = Float64Array.from(sums);
    for (let index = 0; index < count; index += 1) sums[index] = (sums[index] ?? 0) + (at(thread.cpuCores, index) ?? 0);
    return { thread, lower, upper: Float64Array.from(sums) };
  });
  const demand = Array.from({ length: count }, (_, index) => at(series.demandCores, index));
  const highest = Math.max(0.1, ceilingCores ?? 0, ...sums, ...demand.map((value) => value ?? 0)) * 1.08;
  const plotWidth = WIDTH - LEFT - RIGHT;
  const x = (index: number): string =>
    coordinate(LEFT + plotWidth * (1 - (end - (series.wallMs[index] ?? end)) / span));
  const y = (value: number): string => coordinate(top + PLOT * (1 - value / highest));
  const areas = stacks.map(({ thread, lower, upper }, index) => {
    const there = Array.from(upper, (value, point) => `${x(point)},${y(value)}`);
    const back = Array.from(lower, (value, point) => `${x(point)},${y(value)}`).reverse();
    const name = thread.rowId > 0 ? `${thread.name} (${thread.tid})` : thread.rowId === 0 ? "others" : "ended";
    return `<polygon fill="${fillOf(thread.rowId, index)}" stroke="#ffffff" stroke-width="0.5" points="${[...there, ...back].join(" ")}"><title>${markupText(name)}</title></polygon>`;
  });
  const step = stepFor(highest);
  const grid: string[] = [];
  for (let value = 0; value <= highest + step / 1000; value += step) {
    grid.push(
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}" stroke="#e1e5eb"/>`,
      `<text x="${LEFT - 6}" y="${y(value)}" text-anchor="end" dominant-baseline="middle">${coordinate(value)}</text>`,
    );
  }
  const wanted = demand.flatMap((value, index) => (value === null ? [] : [`${x(index)},${y(value)}`]));
  const legend = legendOf(series);
  const height = top + PLOT + 26 + legend.height;
  const label = markupText(`${title}: CPU by thread, ${cores(series.cpuCores[count - 1] ?? null)} cores at the end`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${label}" font-family="Inter, system-ui, sans-serif" font-size="11" fill="#535d6e">`,
    `<title>${label}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...head.map(
      (line, index) =>
        `<text x="12" y="${HEAD_LINE * (index + 1)}" ${index === 0 ? 'font-size="14" font-weight="600" fill="#151a21"' : 'font-size="12"'}>${markupText(line)}</text>`,
    ),
    ...grid,
    ...areas,
    ...(ceilingCores === null
      ? []
      : [
          `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(ceilingCores)}" y2="${y(ceilingCores)}" stroke="#b5410c" stroke-width="1.5" stroke-dasharray="7 4"><title>one core for each GIL</title></line>`,
        ]),
    ...(wanted.length < 2
      ? []
      : [
          `<polyline fill="none" stroke="#3d4655" stroke-width="1.5" stroke-dasharray="1 4" stroke-linecap="round" points="${wanted.join(" ")}"><title>what the threads want</title></polyline>`,
        ]),
    `<text x="${LEFT}" y="${top + PLOT + 16}">${Math.round(span / 1000)} s before</text>`,
    `<text x="${WIDTH - RIGHT}" y="${top + PLOT + 16}" text-anchor="end">cores; dashed: ceiling of the GIL; dotted: what the threads want</text>`,
    `<g transform="translate(${LEFT} ${top + PLOT + 26})">${legend.markup}</g>`,
    "</svg>",
  ].join("\n");
}

function legendOf(series: RuntimeSeries): { readonly markup: string; readonly height: number } {
  const columns = 3;
  const width = (WIDTH - LEFT - RIGHT) / columns;
  const items = series.threads.map(({ rowId, name, tid }, index) => {
    const text = rowId > 0 ? `${shortened(name)} ${tid}` : rowId === 0 ? "other threads" : "threads that ended";
    const left = coordinate((index % columns) * width);
    const top = Math.floor(index / columns) * 16;
    return `<rect x="${left}" y="${top + 3}" width="9" height="9" rx="2" fill="${fillOf(rowId, index)}"/><text x="${coordinate((index % columns) * width + 14)}" y="${top + 11}">${markupText(text)}</text>`;
  });
  return { markup: items.join(""), height: Math.ceil(items.length / columns) * 16 + 8 };
}

function shortened(name: string): string {
  const characters = [...name];
  return characters.length > 26 ? `${characters.slice(0, 25).join("")}…` : name;
}

import { memo } from "react";
import { useLine } from "../page/use-page.ts";

const WIDTH = 84;
const HEIGHT = 24;
/** Headroom so that a line at its top is not cut. */
const TOP = 2;
const BOTTOM = HEIGHT - 1.5;

/** Points of a line as one SVG path; a gap where a value is not known. */
function pathOf(values: Float32Array, top: number): string {
  const span = Math.max(1, values.length - 1);
  let path = "";
  let pen = "M";
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) {
      pen = "M";
      continue;
    }
    const x = ((index / span) * WIDTH).toFixed(1);
    const y = (BOTTOM - (Math.min(value, top) / top) * (BOTTOM - TOP)).toFixed(1);
    path += `${pen}${x} ${y}`;
    pen = "L";
  }
  return path;
}

/** CPU of one runtime over the last minute, with a dotted line at one core. */
export const Sparkline = memo(function Sparkline({ rowId }: { readonly rowId: number }) {
  const values = useLine(rowId);
  let highest = 0;
  if (values) for (const value of values) if (value > highest) highest = value;
  // One scale for most rows, so that they can be compared at a glance; larger ones get as much as they need.
  const top = Math.max(1.35, highest * 1.08);
  const oneCore = BOTTOM - (1 / top) * (BOTTOM - TOP);
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      <line className="one-core" x1="0" x2={WIDTH} y1={oneCore} y2={oneCore} />
      {values ? <path d={pathOf(values, top)} /> : null}
    </svg>
  );
});

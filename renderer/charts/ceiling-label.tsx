const LETTER_WIDTH = 5.7;
const HEIGHT = 17;

interface CeilingLabelProps {
  readonly text: string;
  /** What the line is of, where it holds the runtime back; `calm` where it does not. */
  readonly kind: "gil" | "limit" | "calm";
  /** Below the line, where another line runs close above. */
  readonly below?: boolean;
  /** Filled in by the chart: where the line runs. */
  readonly viewBox?: { readonly x: number; readonly y: number; readonly width: number };
}

/** Name of the ceiling line, at its right end, readable over whatever the chart has there. */
export function CeilingLabel({ text, kind, below = false, viewBox }: CeilingLabelProps) {
  if (!viewBox) return null;
  const width = text.length * LETTER_WIDTH + 12;
  const right = viewBox.x + viewBox.width - 4;
  const above = !below && viewBox.y > HEIGHT + 8;
  const top = above ? viewBox.y - HEIGHT - 3 : viewBox.y + 3;
  return (
    <g className={`ceiling-label ${kind}`}>
      <rect x={right - width} y={top} width={width} height={HEIGHT} rx="4" />
      <text x={right - 6} y={top + 12.5} textAnchor="end">
        {text}
      </text>
    </g>
  );
}

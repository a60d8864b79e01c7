import { type TimeField, yOf } from "./time-field.ts";

const LETTER_WIDTH = 5.7;
const HEIGHT = 17;

interface CeilingLineProps {
  readonly field: TimeField;
  /** Where the line runs. */
  readonly value: number;
  readonly text: string;
  /** What the line is of, where it holds the runtime back; `calm` where it does not. */
  readonly kind: "gil" | "limit" | "calm";
  readonly dashes: string;
  /** Its name stands below the line, where another line runs close above. */
  readonly below?: boolean;
}

const STROKES = { gil: "var(--v-gil)", limit: "var(--v-limit)", calm: "var(--faint)" } as const;

/** A ceiling with its name at its right end, readable over whatever the chart has there. */
export function CeilingLine({ field, value, text, kind, dashes, below = false }: CeilingLineProps) {
  const y = yOf(field, value);
  const width = text.length * LETTER_WIDTH + 12;
  const right = field.right - 4;
  const above = !below && y > HEIGHT + 8;
  const top = above ? y - HEIGHT - 3 : y + 3;
  return (
    <>
      <path
        d={`M${field.left} ${y}H${field.right}`}
        stroke={STROKES[kind]}
        strokeWidth={1.5}
        strokeDasharray={dashes}
      />
      <g className={`ceiling-label ${kind}`}>
        <rect x={right - width} y={top} width={width} height={HEIGHT} rx="4" />
        <text x={right - 6} y={top + 12.5} textAnchor="end">
          {text}
        </text>
      </g>
    </>
  );
}

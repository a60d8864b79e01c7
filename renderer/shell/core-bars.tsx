import { memo } from "react";

const HEIGHT = 20;
const WIDEST = 118;
/** More CPUs than this share bars. */
const MOST_BARS = 48;

/** Heights of the bars, 0 … 1: one per CPU, or the mean of neighbours where there are many. */
export function barsOf(busy: Float32Array): readonly number[] {
  const group = Math.ceil(busy.length / MOST_BARS);
  const bars: number[] = [];
  for (let start = 0; start < busy.length; start += group) {
    let sum = 0;
    const end = Math.min(busy.length, start + group);
    for (let cpu = start; cpu < end; cpu += 1) sum += Math.min(1, Math.max(0, busy[cpu] || 0));
    bars.push(sum / (end - start));
  }
  return bars;
}

/** One small bar per CPU. `steps` are whole twentieths, joined: compared by value. */
export const CoreBars = memo(function CoreBars({ steps }: { readonly steps: string }) {
  const bars = steps === "" ? [] : steps.split(",").map((step) => Number(step) / HEIGHT);
  const pitch = Math.min(8, WIDEST / Math.max(1, bars.length));
  const width = Math.max(1, pitch * 0.7);
  const total = Math.max(1, bars.length * pitch);
  return (
    <svg className="core-bars" viewBox={`0 0 ${total} ${HEIGHT}`} width={total} height={HEIGHT} aria-hidden="true">
      {bars.map((bar, cpu) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its CPU
        <g key={cpu}>
          <rect className="core-back" x={cpu * pitch} y="0" width={width} height={HEIGHT} rx="1" />
          <rect
            className="core-busy"
            x={cpu * pitch}
            y={HEIGHT * (1 - bar)}
            width={width}
            height={HEIGHT * bar}
            rx="1"
          />
        </g>
      ))}
    </svg>
  );
});

/** Heights as `CoreBars` takes them. */
export function stepsOf(busy: Float32Array): string {
  return barsOf(busy)
    .map((bar) => Math.round(bar * HEIGHT))
    .join();
}

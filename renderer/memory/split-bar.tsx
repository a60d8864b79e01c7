import type { MemorySplit } from "../../core/sample/memory-sample.ts";
import { SPLIT_PARTS } from "../../words/memory-text.ts";
import { bytes, percent } from "../../words/number.ts";

/** Where a runtime's memory lies: one bar over all of it, and each part with its figure. */
export function SplitBar({ split }: { readonly split: MemorySplit }) {
  const total = SPLIT_PARTS.reduce((sum, { key }) => sum + split[key], 0);
  if (total <= 0) return null;
  const shown = SPLIT_PARTS.filter(({ key }) => split[key] > 0);
  return (
    <figure className="split" data-testid="memory-split" aria-label="Where its memory lies">
      <svg className="split-bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
        {shown.map(({ key }, index) => {
          const before = shown.slice(0, index).reduce((sum, part) => sum + split[part.key], 0);
          return (
            <rect
              key={key}
              className={`split-${key}`}
              x={(before / total) * 1000}
              width={(split[key] / total) * 1000}
              height="10"
            />
          );
        })}
      </svg>
      <ul className="split-legend">
        {shown.map(({ key, label, explanation }) => (
          <li key={key} title={explanation}>
            <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
              <rect className={`split-${key}`} width="10" height="10" rx="2" />
            </svg>
            {label} <b>{bytes(split[key])}</b> <span className="dim">{percent(split[key] / total)}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}

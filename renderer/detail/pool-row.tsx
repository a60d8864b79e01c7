import { memo } from "react";
import { FoldMark } from "../shell/marks.tsx";

interface PoolLineProps {
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly id: string;
  readonly title: string;
  readonly count: number;
  readonly cores: string;
  readonly folded: boolean;
  readonly active: boolean;
  readonly onToggle: () => void;
}

/** Heading over the threads of one native pool. */
export const PoolLine = memo(function PoolLine({
  index,
  top,
  height,
  id,
  title,
  count,
  cores,
  folded,
  active,
  onToggle,
}: PoolLineProps) {
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-level={1}
      aria-expanded={!folded}
      className={`thread-line pool-line${active ? " active" : ""}`}
      data-testid="pool-row"
      style={{ height, transform: `translateY(${top}px)` }}
      onClick={onToggle}
    >
      <span role="gridcell" className="pool-cell">
        <FoldMark folded={folded} />
        {title}{" "}
        <span className="dim">
          pool, {count} threads, {cores} cores
        </span>
      </span>
    </div>
  );
});

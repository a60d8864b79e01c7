import { memo } from "react";
import { StateBar } from "./state-bar.tsx";

/** What one line of the thread table shows: plain values, so that it is drawn again only when it would look different. */
export interface ThreadLineProps {
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly rowId: number;
  readonly active: boolean;
  readonly name: string;
  readonly tid: number;
  readonly cpu: string;
  readonly shares: string;
  readonly gilWait: string;
  readonly switches: string;
  readonly gilBound: "true" | "false" | "unknown";
  /** Why it is flagged, not flagged, or not known. */
  readonly gilBoundWhy: string;
}

/** Id of a thread's line in the document. */
export const threadLineId = (rowId: number) => `thread-${rowId}`;

/** One thread. */
export const ThreadLine = memo(function ThreadLine(thread: ThreadLineProps) {
  return (
    <div
      id={threadLineId(thread.rowId)}
      role="row"
      aria-rowindex={thread.index + 2}
      className={`thread-line${thread.active ? " active" : ""}`}
      data-testid="thread-row"
      data-tid={thread.tid}
      data-gil-bound={thread.gilBound}
      style={{ height: thread.height, transform: `translateY(${thread.top}px)` }}
    >
      <span role="gridcell" className="cell-name">
        <span className="name" title={thread.name}>
          {thread.name}
        </span>
        {thread.gilBound === "true" ? (
          <span className="flag" title={thread.gilBoundWhy}>
            GIL
          </span>
        ) : null}
        {thread.gilBound === "unknown" ? (
          <span className="flag unknown" title={thread.gilBoundWhy}>
            ?<span className="hidden"> {thread.gilBoundWhy}</span>
          </span>
        ) : null}
      </span>
      <span role="gridcell" className="right mono dim">
        {thread.tid}
      </span>
      <span role="gridcell" className="right">
        {thread.cpu}
      </span>
      <span role="gridcell" className="cell-state">
        <StateBar shares={thread.shares} />
      </span>
      <span role="gridcell" className="right">
        {thread.gilWait}
      </span>
      <span role="gridcell" className="right cell-switches">
        {thread.switches}
      </span>
    </div>
  );
});

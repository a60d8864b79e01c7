import { memo } from "react";
import { assertNever } from "../../core/assert-never.ts";
import { StateBar } from "./state-bar.tsx";
import type { ColumnFacts } from "./thread-columns.ts";
import { ThreadTrend } from "./thread-trend.tsx";

/** What one line of the thread table shows: plain values, so that it is drawn again only when it would look different. */
export interface ThreadLineProps {
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly columns: readonly ColumnFacts[];
  /** Under the heading of a pool. */
  readonly inPool: boolean;
  readonly rowId: number;
  /** Whether the keyboard stands on it. */
  readonly active: boolean;
  readonly followed: boolean;
  readonly name: string;
  readonly tid: number;
  readonly cpu: string;
  readonly shares: string;
  readonly gilWait: string;
  readonly switches: string;
  readonly nowIn: string;
  readonly gilBound: "true" | "false" | "unknown";
  /** Why it is flagged, not flagged, or not known. */
  readonly gilBoundWhy: string;
}

/** Id of a thread's line in the document. */
export const threadLineId = (rowId: number) => `thread-${rowId}`;

/** One thread. */
export const ThreadLine = memo(function ThreadLine(thread: ThreadLineProps) {
  const classes = ["thread-line"];
  if (thread.active) classes.push("active");
  if (thread.followed) classes.push("followed");
  if (thread.inPool) classes.push("in-pool");
  return (
    <div
      id={threadLineId(thread.rowId)}
      role="row"
      aria-rowindex={thread.index + 2}
      aria-level={thread.inPool ? 2 : 1}
      aria-selected={thread.followed}
      className={classes.join(" ")}
      data-testid="thread-row"
      data-tid={thread.tid}
      data-row-id={thread.rowId}
      data-gil-bound={thread.gilBound}
      style={{ height: thread.height, transform: `translateY(${thread.top}px)` }}
    >
      {thread.columns.map(({ id, right }) => (
        <span
          key={id}
          role="gridcell"
          className={`cell-${id}${right ? " right" : ""}`}
          title={id === "nowIn" ? thread.nowIn : undefined}
        >
          <Cell id={id} thread={thread} />
        </span>
      ))}
    </div>
  );
});

function Cell({ id, thread }: { readonly id: ColumnFacts["id"]; readonly thread: ThreadLineProps }) {
  switch (id) {
    case "name":
      return (
        <>
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
        </>
      );
    case "tid":
      return thread.tid;
    case "trend":
      return <ThreadTrend rowId={thread.rowId} />;
    case "cpu":
      return thread.cpu;
    case "states":
      return <StateBar shares={thread.shares} />;
    case "gilWait":
      return thread.gilWait;
    case "switches":
      return thread.switches;
    case "nowIn":
      return thread.nowIn;
    default:
      return assertNever(id);
  }
}

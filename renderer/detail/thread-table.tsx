import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { ThreadFrameColumns } from "../../core/frame/frame.ts";
import type { AbsentReason } from "../../core/sample/reading.ts";
import { STATE_LABELS } from "../../words/labels.ts";
import { cores, percent, perSecond } from "../../words/number.ts";
import { absentSentence } from "../../words/obstacle.ts";
import { RESORT_MS } from "../list/order.ts";
import { sharesOf, stateClass } from "./state-bar.tsx";
import {
  gilWaitOf,
  keepThreads,
  numberOrNull,
  sortThreads,
  type ThreadColumn,
  type ThreadSort,
} from "./thread-order.ts";
import { ThreadLine, threadLineId } from "./thread-row.tsx";
import { statesSeen } from "./time-shares.ts";

const LINE_HEIGHT = 29;
const HEAD_HEIGHT = 26;
/** Lines shown before the table scrolls by itself. */
const MOST_LINES = 14;

const HEADINGS: readonly {
  readonly column: ThreadColumn | null;
  readonly label: string;
  readonly className: string;
}[] = [
  { column: "name", label: "Thread", className: "" },
  { column: "tid", label: "tid", className: "right" },
  { column: "cpu", label: "CPU", className: "right" },
  { column: null, label: "Where each second goes", className: "cell-state" },
  { column: "gilWait", label: "GIL wait", className: "right" },
  { column: "switches", label: "Switches/s", className: "right cell-switches" },
];

const GIL_BOUND = ["false", "true", "unknown"] as const;

function whyOf(gilBound: (typeof GIL_BOUND)[number], gilWait: number | null, reason: AbsentReason | null): string {
  switch (gilBound) {
    case "true":
      return `GIL-bound: it spends ${percent(gilWait)} of its time waiting for the GIL`;
    case "false":
      return "Not held back by the GIL";
    case "unknown":
      return `Whether the GIL holds it back is not known. ${reason === null ? "" : absentSentence(reason)}`;
  }
}

/** Order of the lines that stays put under the pointer and is sorted again every few seconds otherwise. */
function useStableOrder(
  threads: ThreadFrameColumns,
  sort: ThreadSort,
  owner: number,
  handsOn: { readonly current: boolean },
) {
  const held = useRef<{ sort: ThreadSort; sortedAtMs: number; places: ReadonlyMap<number, number>; owner: number }>({
    sort,
    sortedAtMs: Number.NEGATIVE_INFINITY,
    places: new Map(),
    owner: -1,
  });
  return useMemo(() => {
    const now = performance.now();
    const old = held.current;
    const due = !handsOn.current && now - old.sortedAtMs >= RESORT_MS;
    const again = old.sort !== sort || due || old.places.size === 0 || old.owner !== owner;
    const order = again ? sortThreads(threads, sort, old.places) : keepThreads(threads, old.places);
    held.current = {
      sort,
      sortedAtMs: again ? now : old.sortedAtMs,
      places: new Map(order.map((row, index) => [threads.rowId[row] ?? 0, index])),
      owner,
    };
    return order;
  }, [threads, owner, sort, handsOn]);
}

/** Threads of the selected runtime: where each one's second goes. Only the lines in sight are drawn. */
export function ThreadTable({
  owner,
  threads,
  exitedCores,
}: {
  /** Row id of the runtime they belong to. */
  readonly owner: number;
  readonly threads: ThreadFrameColumns;
  readonly exitedCores: number | null;
}) {
  const [sort, setSort] = useState<ThreadSort>({ column: "cpu", descending: true });
  const [activeRowId, setActiveRowId] = useState<number | null>(null);
  const handsOn = useRef(false);
  const order = useStableOrder(threads, sort, owner, handsOn);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: order.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey: (index) => threads.rowId[order[index] ?? 0] ?? index,
    overscan: 4,
    // The heading stays at the top of the part that scrolls.
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the threads of another runtime are read from the first
  useEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0;
  }, [owner]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: MOST_LINES - 1, PageUp: 1 - MOST_LINES, Home: -1e9, End: 1e9 }[
      event.key
    ];
    if (step === undefined || order.length === 0) return;
    event.preventDefault();
    handsOn.current = true;
    const at = order.findIndex((row) => threads.rowId[row] === activeRowId);
    const next = Math.max(0, Math.min(order.length - 1, at < 0 ? 0 : at + step));
    setActiveRowId(threads.rowId[order[next] ?? 0] ?? null);
    virtualizer.scrollToIndex(next, { align: "auto" });
  };

  const sortBy = (column: ThreadColumn) =>
    setSort((old) => ({
      column,
      descending: old.column === column ? !old.descending : column !== "name" && column !== "tid",
    }));

  const lines = virtualizer.getVirtualItems();
  const activeInSight = lines.some((line) => threads.rowId[order[line.index] ?? 0] === activeRowId);
  const inLegend = statesSeen(threads);
  return (
    <section className="card thread-card" aria-labelledby="threads-title">
      <h3 id="threads-title">
        Threads{" "}
        <span>
          {exitedCores !== null && exitedCores >= 0.01 ? `threads that ended used ${cores(exitedCores)} cores · ` : ""}
          {threads.length === 1 ? "1 thread" : `${threads.length} threads`}
        </span>
      </h3>
      <div
        ref={scroller}
        role="grid"
        style={{ height: HEAD_HEIGHT + Math.min(order.length, MOST_LINES) * LINE_HEIGHT }}
        aria-label="Threads"
        aria-rowcount={order.length + 1}
        aria-activedescendant={activeInSight && activeRowId !== null ? threadLineId(activeRowId) : undefined}
        className="thread-table"
        data-testid="thread-table"
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerEnter={() => {
          handsOn.current = true;
        }}
        onPointerLeave={() => {
          handsOn.current = false;
        }}
        onBlur={() => {
          handsOn.current = false;
        }}
      >
        <div role="rowgroup" className="thread-heads">
          <div role="row" aria-rowindex={1} className="thread-head">
            {HEADINGS.map(({ column, label, className }) => (
              <span
                key={label}
                role="columnheader"
                className={className}
                aria-sort={sort.column === column ? (sort.descending ? "descending" : "ascending") : undefined}
              >
                {column === null ? (
                  label
                ) : (
                  <button type="button" className="sort" onClick={() => sortBy(column)}>
                    {label}
                    {sort.column === column ? (
                      <span aria-hidden="true" className="sort-mark">
                        {sort.descending ? "↓" : "↑"}
                      </span>
                    ) : null}
                  </button>
                )}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" className="thread-lines" style={{ height: virtualizer.getTotalSize() }}>
          {lines.map((line) => {
            const row = order[line.index] ?? 0;
            const rowId = threads.rowId[row] ?? 0;
            const gilBound = GIL_BOUND[threads.gilBound[row] ?? 2] ?? "unknown";
            const gilWait = gilWaitOf(threads, row);
            return (
              <ThreadLine
                key={rowId}
                index={line.index}
                top={line.start - HEAD_HEIGHT}
                height={line.size}
                rowId={rowId}
                active={rowId === activeRowId}
                name={threads.names[row] ?? ""}
                tid={threads.tid[row] ?? 0}
                cpu={cores(numberOrNull(threads.cpuCores[row]))}
                shares={sharesOf(threads.states, row)}
                gilWait={percent(gilWait)}
                switches={perSecond(numberOrNull(threads.switchesPerSecond[row]))}
                gilBound={gilBound}
                gilBoundWhy={whyOf(gilBound, gilWait, threads.gilBoundReason[row] ?? null)}
              />
            );
          })}
        </div>
      </div>
      <ul className="legend" aria-label="Legend">
        {inLegend.map((state) => (
          <li key={state}>
            <i className={stateClass(state)} aria-hidden="true" />
            {STATE_LABELS[state]}
          </li>
        ))}
      </ul>
    </section>
  );
}

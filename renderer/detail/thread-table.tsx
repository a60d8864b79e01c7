import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type KeyboardEvent, memo, useEffect, useMemo, useRef, useState } from "react";
import type { ThreadFrameColumns } from "../../core/frame/frame.ts";
import type { ProbeQuality } from "../../core/probe/probe-quality.ts";
import type { AbsentReason } from "../../core/sample/reading.ts";
import { POOL_LABELS, STATE_LABELS } from "../../words/labels.ts";
import { nowIn } from "../../words/now-in.ts";
import { cores, percent, perSecond } from "../../words/number.ts";
import { absentSentence } from "../../words/obstacle.ts";
import { samplingBrief, samplingText } from "../../words/sampling-text.ts";
import { useDesk, useSetting } from "../act/use-desk.ts";
import { useSize } from "../charts/use-size.ts";
import { How } from "../help/how.tsx";
import { RESORT_MS } from "../list/order.ts";
import { showRow, useRowsAhead, useRowsLaidOut } from "../list/use-rows-ahead.ts";
import { usePage, usePageState } from "../page/use-page.ts";
import { ColumnChoice } from "./column-choice.tsx";
import { FollowedThread } from "./followed-thread.tsx";
import { PoolLine } from "./pool-row.tsx";
import { sharesOf, stateClass } from "./state-bar.tsx";
import { columnsFor } from "./thread-columns.ts";
import { filterThreads, poolCores, threadItems } from "./thread-items.ts";
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

/** Threads from which a filter is offered. */
const FILTER_FROM = 8;
const POOL_KEYS: ReadonlySet<string> = new Set(["Enter", " ", "ArrowLeft", "ArrowRight"]);
/** Columns that are read from the smallest on. */
const ASCENDING: ReadonlySet<ThreadColumn> = new Set(["name", "tid", "nowIn"]);
const SORTED = ["ascending", "descending"] as const;

const poolLineId = (pool: string) => `pool-${pool}`;

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

/** React sets a field's attributes whenever it is drawn: it is drawn only when its text changed. */
const ThreadFilter = memo(function ThreadFilter({
  text,
  onText,
}: {
  readonly text: string;
  readonly onText: (text: string) => void;
}) {
  return (
    <input
      type="text"
      className="thread-filter"
      value={text}
      placeholder="Filter: name, gil, cpu>0.1"
      aria-label="Filter threads"
      spellCheck={false}
      autoComplete="off"
      data-testid="thread-filter"
      onChange={(event) => onText(event.target.value)}
    />
  );
});

/** Threads of the selected runtime: where each one's second goes. Only the lines in sight are drawn. */
export function ThreadTable({
  owner,
  threads,
  exitedCores,
  quality,
}: {
  /** Row id of the runtime they belong to. */
  readonly owner: number;
  readonly threads: ThreadFrameColumns;
  readonly exitedCores: number | null;
  /** How good the looks at what they wait for were. */
  readonly quality: ProbeQuality | null;
}) {
  const page = usePage();
  const desk = useDesk();
  const sort = useSetting((settings) => settings.threadSort);
  const hidden = useSetting((settings) => settings.hiddenThreadColumns);
  const followedRowId = usePageState((state) => state.followedRowId);
  const ranged = usePageState((state) => state.range !== null);
  const [filter, setFilter] = useState("");
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const handsOn = useRef(false);
  const order = useStableOrder(threads, sort, owner, handsOn);
  // The table is drawn with every step of scrolling: what goes over all threads is done once a frame.
  const filtered = useMemo(() => filterThreads(threads, order, filter), [threads, order, filter]);
  const items = useMemo(() => threadItems(threads, filtered, toggled), [threads, filtered, toggled]);
  const [scroller, size] = useSize<HTMLDivElement>();
  const anyStack = useMemo(() => threads.stacks.some((stack) => stack !== null), [threads]);
  const columns = useMemo(() => columnsFor(size?.width ?? 0, hidden, anyStack), [size?.width, hidden, anyStack]);
  const rowsAhead = useRowsAhead();
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey: (index) => items[index]?.key ?? index,
    ...rowsAhead,
    // The heading stays at the top of the part that scrolls.
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the threads of another runtime are read from the first
  useEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0;
    setFilter("");
    setActiveKey(null);
  }, [owner]);

  const lines = virtualizer.getVirtualItems();
  const withTrend = columns.some(({ id }) => id === "trend");
  const rowIds = lines.flatMap((line) => {
    const item = items[line.index];
    return withTrend && item?.kind === "thread" ? [threads.rowId[item.row] ?? 0] : [];
  });
  useRowsLaidOut(virtualizer, rowIds, page.threadLines.setVisible);
  useEffect(() => () => page.threadLines.setVisible([]), [page]);

  const follow = (rowId: number) => page.follow(rowId === followedRowId ? null : rowId);
  const toggle = (pool: string) =>
    setToggled((old) => {
      const next = new Set(old);
      if (!next.delete(pool)) next.add(pool);
      return next;
    });

  const onKeyDown = (event: KeyboardEvent) => {
    const at = items.findIndex((item) => item.key === activeKey);
    const item = items[at];
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: MOST_LINES - 1, PageUp: 1 - MOST_LINES, Home: -1e9, End: 1e9 }[
      event.key
    ];
    if (step !== undefined && items.length > 0) {
      handsOn.current = true;
      const next = Math.max(0, Math.min(items.length - 1, at < 0 ? 0 : at + step));
      setActiveKey(items[next]?.key ?? null);
      showRow(virtualizer, next);
    } else if (item?.kind === "thread" && (event.key === "Enter" || event.key === " ")) {
      follow(threads.rowId[item.row] ?? 0);
    } else if (item?.kind === "pool" && POOL_KEYS.has(event.key)) {
      if (event.key.startsWith("Arrow") && item.folded === (event.key === "ArrowLeft")) return;
      toggle(item.pool);
    } else return;
    event.preventDefault();
  };

  const sortBy = (column: ThreadColumn) =>
    void desk.changeSettings({
      threadSort: {
        column,
        descending: sort.column === column ? !sort.descending : !ASCENDING.has(column),
      },
    });

  const active = items.find((item) => item.key === activeKey);
  const activeInSight = lines.some((line) => items[line.index]?.key === activeKey);
  const activeId =
    active?.kind === "thread" ? threadLineId(threads.rowId[active.row] ?? 0) : poolLineId(active?.pool ?? "");
  const brief = samplingBrief(quality);
  const inLegend = useMemo(() => statesSeen(threads), [threads]);
  const grouped = useMemo(() => items.some(({ kind }) => kind === "pool"), [items]);
  return (
    <section className="card thread-card" aria-labelledby="threads-title">
      <h3 id="threads-title">
        Threads <How figure="gilWait" />{" "}
        <span>
          {exitedCores !== null && exitedCores >= 0.01 ? `threads that ended used ${cores(exitedCores)} cores · ` : ""}
          {filter.trim() === "" ? "" : `${filtered.length} of `}
          {threads.length === 1 ? "1 thread" : `${threads.length} threads`}
        </span>
        {brief === null ? null : (
          <span className="sampling" title={samplingText(quality)} data-testid="sampling">
            {brief}
          </span>
        )}
        <span className="card-buttons">
          {threads.length >= FILTER_FROM || filter !== "" ? <ThreadFilter text={filter} onText={setFilter} /> : null}
          <ColumnChoice />
        </span>
      </h3>
      <div
        ref={scroller}
        role="treegrid"
        style={
          {
            height: HEAD_HEIGHT + Math.min(items.length, MOST_LINES) * LINE_HEIGHT,
            "--thread-columns": columns.map(({ width }) => width).join(" "),
          } as CSSProperties
        }
        aria-label="Threads"
        aria-rowcount={items.length + 1}
        aria-activedescendant={activeInSight ? activeId : undefined}
        className="thread-table"
        data-testid="thread-table"
        tabIndex={0}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const line = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-row-id]") : null;
          if (line) follow(Number(line.dataset["rowId"]));
        }}
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
            {columns.map(({ id, label, sort: column, right }) => (
              <span
                key={id}
                role="columnheader"
                className={right ? "right" : `head-${id}`}
                aria-sort={column !== null && sort.column === column ? SORTED[sort.descending ? 1 : 0] : undefined}
              >
                {column === null ? (
                  id === "trend" && ranged ? (
                    "In range"
                  ) : (
                    label
                  )
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
            const item = items[line.index];
            if (!item) return null;
            const place = { index: line.index, top: line.start - HEAD_HEIGHT, height: line.size };
            if (item.kind === "pool") {
              return (
                <PoolLine
                  key={item.key}
                  {...place}
                  id={poolLineId(item.pool)}
                  title={POOL_LABELS[item.pool]}
                  count={item.rows.length}
                  cores={cores(poolCores(threads, item.rows))}
                  folded={item.folded}
                  active={item.key === activeKey}
                  onToggle={() => toggle(item.pool)}
                />
              );
            }
            const { row } = item;
            const rowId = threads.rowId[row] ?? 0;
            const gilBound = GIL_BOUND[threads.gilBound[row] ?? 2] ?? "unknown";
            const gilWait = gilWaitOf(threads, row);
            return (
              <ThreadLine
                key={item.key}
                {...place}
                columns={columns}
                inPool={grouped && threads.pools[row] !== null}
                rowId={rowId}
                active={item.key === activeKey}
                followed={rowId === followedRowId}
                name={threads.names[row] ?? ""}
                tid={threads.tid[row] ?? 0}
                cpu={cores(numberOrNull(threads.cpuCores[row]))}
                shares={sharesOf(threads.states, row)}
                gilWait={percent(gilWait)}
                switches={perSecond(numberOrNull(threads.switchesPerSecond[row]))}
                nowIn={nowIn(threads.stacks[row] ?? null) ?? ""}
                gilBound={gilBound}
                gilBoundWhy={whyOf(gilBound, gilWait, threads.gilBoundReason[row] ?? null)}
              />
            );
          })}
        </div>
      </div>
      {items.length === 0 ? <p className="dim">No thread matches this filter.</p> : null}
      <FollowedThread threads={threads} />
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

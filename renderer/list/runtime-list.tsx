import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import { usePage, usePageState } from "../page/use-page.ts";
import { FamilyLine, familyLineId } from "./family-line.tsx";
import type { ListItem } from "./list-items.ts";
import { lineId, RuntimeLine } from "./runtime-row.tsx";
import { showRow, useRowsAhead, useRowsLaidOut } from "./use-rows-ahead.ts";

const RUNTIME_HEIGHT = 48;
const FAMILY_HEIGHT = 30;
const heightOf = (item: ListItem | undefined) => (item?.kind === "family" ? FAMILY_HEIGHT : RUNTIME_HEIGHT);

/** Where the reader is: the line kept in place when others come and go above it. */
interface Anchor {
  readonly key: string;
  readonly offset: number;
}

function topOf(items: readonly ListItem[], key: string): number | null {
  let top = 0;
  for (const item of items) {
    if (item.key === key) return top;
    top += heightOf(item);
  }
  return null;
}

/** The line to hold in place: the selected one when it is in sight, else the first in sight. None at the very top. */
function anchorOf(items: readonly ListItem[], scrolled: number, height: number, selectedKey: string): Anchor | null {
  if (scrolled <= 0) return null;
  let top = 0;
  let first: Anchor | null = null;
  for (const item of items) {
    const bottom = top + heightOf(item);
    if (top > scrolled + height) break;
    if (bottom > scrolled) {
      first ??= { key: item.key, offset: top - scrolled };
      if (item.key === selectedKey) return { key: item.key, offset: top - scrolled };
    }
    top = bottom;
  }
  return first;
}

/** The list of runtimes by family. It holds focus as a whole; arrow keys move the selection. */
export function RuntimeList() {
  const page = usePage();
  const { items } = usePageState((state) => state.list);
  const selectedRowId = usePageState((state) => state.selectedRowId);
  const scroller = useRef<HTMLDivElement>(null);
  const rowsAhead = useRowsAhead();
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(items[index]),
    getItemKey: (index) => items[index]?.key ?? index,
    ...rowsAhead,
  });

  const before = useRef(items);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || before.current === items) return;
    const anchor = anchorOf(before.current, element.scrollTop, element.clientHeight, `runtime ${selectedRowId}`);
    before.current = items;
    const top = anchor ? topOf(items, anchor.key) : null;
    if (anchor && top !== null && top - anchor.offset !== element.scrollTop) {
      element.scrollTop = top - anchor.offset;
      // It hears of it with an event, after a picture without the rows that belong there.
      virtualizer.scrollOffset = element.scrollTop;
    }
    virtualizer.measure();
  }, [items, selectedRowId, virtualizer]);

  const lines = virtualizer.getVirtualItems();
  const rowIds = lines.flatMap((line) => {
    const item = items[line.index];
    return item?.kind === "runtime" ? [item.rowId] : [];
  });
  useRowsLaidOut(virtualizer, rowIds, page.charts.setVisible);

  /** The heading the keyboard stands on; null while it stands on the selected runtime. */
  const [headingId, setHeadingId] = useState<string | null>(null);
  const at = items.findIndex((item) =>
    headingId === null ? item.key === `runtime ${selectedRowId}` : item.key === `family ${headingId}`,
  );
  const current = items[at];

  const goTo = (index: number) => {
    const item = items[index];
    if (!item) return;
    setHeadingId(item.kind === "family" ? item.familyId : null);
    if (item.kind === "runtime") page.select(item.rowId);
    showRow(virtualizer, index);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    page.list.setHands({ keyboardInside: true });
    const pageLines = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / RUNTIME_HEIGHT) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: pageLines,
      PageUp: -pageLines,
      Home: -items.length,
      End: items.length,
    };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      goTo(at < 0 ? 0 : Math.max(0, Math.min(items.length - 1, at + step)));
      return;
    }
    const item = items[at];
    const heading = items.findIndex((candidate) => candidate.key === `family ${item?.familyId}`);
    const onHeading = item?.kind === "family";
    const toggles =
      onHeading &&
      (event.key === "Enter" ||
        event.key === " " ||
        (event.key === "ArrowLeft" && !item.collapsed) ||
        (event.key === "ArrowRight" && item.collapsed));
    if (toggles) {
      event.preventDefault();
      page.toggleFamily(item.familyId);
    } else if (event.key === "ArrowLeft" && heading >= 0 && !onHeading) {
      event.preventDefault();
      goTo(heading);
    } else if (event.key === "ArrowRight" && onHeading) {
      event.preventDefault();
      goTo(at + 1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      document.getElementById("detail")?.focus();
    }
  };

  const currentInSight = current !== undefined && lines.some((line) => line.index === at);
  const currentId = current?.kind === "family" ? familyLineId(current.familyId) : lineId(current?.rowId ?? 0);

  return (
    <div
      ref={scroller}
      id="runtime-list"
      role="treegrid"
      aria-label="Runtimes"
      aria-rowcount={items.length}
      aria-activedescendant={currentInSight ? currentId : undefined}
      tabIndex={0}
      className="runtime-list"
      data-testid="runtime-list"
      onKeyDown={onKeyDown}
      onPointerEnter={() => page.list.setHands({ pointerInside: true })}
      onPointerLeave={() => page.list.setHands({ pointerInside: false })}
      onFocus={(event) => page.list.setHands({ keyboardInside: event.currentTarget.matches(":focus-visible") })}
      onBlur={() => {
        page.list.setHands({ keyboardInside: false });
        setHeadingId(null);
      }}
      onPointerDown={() => setHeadingId(null)}
    >
      <div role="rowgroup" className="runtime-lines" style={{ height: virtualizer.getTotalSize() }}>
        {lines.map((line) => {
          const item = items[line.index];
          if (!item) return null;
          const place = { index: line.index, top: line.start, height: line.size };
          return item.kind === "family" ? (
            <FamilyLine
              key={item.key}
              familyId={item.familyId}
              collapsed={item.collapsed}
              shown={item.shown}
              active={item.familyId === headingId}
              {...place}
            />
          ) : (
            <RuntimeLine key={item.key} rowId={item.rowId} depth={item.depth} ended={item.ended} {...place} />
          );
        })}
      </div>
    </div>
  );
}

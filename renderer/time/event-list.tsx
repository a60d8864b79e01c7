import { useCallback, useEffect, useRef, useState } from "react";
import type { TimeEvent } from "../../core/history/events.ts";
import { clock } from "../../words/clock.ts";
import { eventText } from "../../words/event-text.ts";
import { usePage, useStore } from "../page/use-page.ts";
import { useDismiss } from "../shell/use-dismiss.ts";

/** Newest events listed; older ones are found on the strip. */
const MOST_LISTED = 200;

/** Everything that happened, as a list that goes to each moment; and the button that sets a mark. */
export function EventList() {
  const page = usePage();
  const count = useStore(page.time.store, (state) => state.events.length);
  const ready = useStore(page.time.store, (state) => state.line !== null);
  const [open, setOpen] = useState(false);
  const around = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  const close = useCallback(() => setOpen(false), []);
  useDismiss(around, open, close);

  return (
    <span
      ref={around}
      role="group"
      aria-label="Events"
      className="time-buttons"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button
        type="button"
        className="button small"
        disabled={!ready}
        title="Mark this moment (M)"
        data-testid="mark-button"
        onClick={() => void page.time.mark()}
      >
        Mark
      </button>
      <button
        ref={button}
        type="button"
        className="button small"
        aria-expanded={open}
        disabled={!ready}
        data-testid="events-button"
        onClick={() => setOpen(!open)}
      >
        Events <span className="dim">{count}</span>
      </button>
      {open ? <Listed onChoose={() => setOpen(false)} /> : null}
    </span>
  );
}

function Listed({ onChoose }: { readonly onChoose: () => void }) {
  const page = usePage();
  const events = useStore(page.time.store, (state) => state.events);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.focus(), []);
  const goTo = (event: TimeEvent) => {
    page.seek(event.wallMs);
    if (event.kind !== "mark" && page.list.rows.get(event.rowId)) page.select(event.rowId);
    onChoose();
  };
  return (
    <div ref={list} className="event-list" role="region" aria-label="Events" tabIndex={-1} data-testid="event-list">
      {events.length === 0 ? (
        <p className="dim">
          Nothing yet: programs that start or end, verdicts that change, quotas that bite, your marks.
        </p>
      ) : (
        <ol>
          {events
            .slice(-MOST_LISTED)
            .reverse()
            .map((event) => (
              <li key={event.id}>
                <button type="button" onClick={() => goTo(event)}>
                  <span className="mono dim">{clock(event.wallMs)}</span> {eventText(event)}
                </button>
              </li>
            ))}
        </ol>
      )}
    </div>
  );
}

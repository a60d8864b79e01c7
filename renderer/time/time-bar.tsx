import { clock } from "../../words/clock.ts";
import { duration } from "../../words/number.ts";
import { usePage, usePageState, useStore } from "../page/use-page.ts";
import { EventList } from "./event-list.tsx";
import { TimeStrip } from "./time-strip.tsx";

/** The time line: which time is shown, the strip to choose it on, and what happened. */
export function TimeBar() {
  const ready = usePageState((state) => state.view !== null);
  return (
    <section className="time-line" aria-label="Time line" data-testid="time-bar">
      <div className="time-shown">{ready ? <Shown /> : null}</div>
      <TimeStrip />
      <EventList />
    </section>
  );
}

function Shown() {
  const page = usePage();
  const { time } = page;
  const range = usePageState((state) => state.range);
  const fixed = usePageState((state) => state.pausedAtMs !== null || state.file !== null);
  const atMs = usePageState((state) => (fixed ? (state.view?.wallMs ?? null) : null));
  const zoomed = useStore(time.store, (state) => state.zoom !== null);
  const line = useStore(time.store, (state) => state.line);
  const comparing = useStore(time.store, (state) => state.comparison !== null);
  const span = line && time.span();
  const length = span ? duration((span.toMs - span.fromMs) / 1000) : "";
  return (
    <>
      <b className="time-clock" data-testid="time-shown">
        {range
          ? `${clock(range.fromWallMs)} – ${clock(range.toWallMs)}`
          : atMs === null
            ? `Last ${length}`
            : clock(atMs)}
      </b>
      <span className="time-does">
        {range ? <span className="dim">{duration((range.toWallMs - range.fromWallMs) / 1000)}</span> : null}
        {range && !zoomed ? (
          <button type="button" className="link" title="Enter on the time line" onClick={() => time.zoomTo(range)}>
            Zoom
          </button>
        ) : null}
        {zoomed ? (
          <button type="button" className="link" title="0 on the time line" onClick={() => time.zoomTo(null)}>
            Zoom out
          </button>
        ) : null}
        {range && !comparing ? (
          <button
            type="button"
            className="link"
            data-testid="compare-button"
            title="C"
            onClick={() => time.beginComparison()}
          >
            Compare
          </button>
        ) : null}
        {range ? (
          <button type="button" className="link" title="Esc on the time line" onClick={() => page.selectRange(null)}>
            Clear
          </button>
        ) : (
          <span className="dim time-hint">{fixed ? "drag for a range" : "drag to look back"}</span>
        )}
      </span>
    </>
  );
}

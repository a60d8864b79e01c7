import { memo, useCallback, useMemo, useRef, useState } from "react";
import type { ThreadFrameColumns } from "../../core/frame/frame.ts";
import { LANE_LABELS, lanesQuality } from "../../words/lane-text.ts";
import { nowIn } from "../../words/now-in.ts";
import { usePage, usePageState, useStore } from "../page/use-page.ts";
import { LANE_SHOWS } from "./lane-model.ts";
import { LaneTable } from "./lane-table.tsx";
import { LaneView } from "./lane-view.tsx";
import { FIRST_WINDOW, type LaneWindow } from "./lane-window.ts";

/** Who has the GIL and who waits, thread by thread: opened on demand, because looking so closely costs something. */
export function LaneCard({ threads }: { readonly threads: ThreadFrameColumns }) {
  const { lanes } = usePage();
  const open = useStore(lanes.store, (state) => state.open);
  const isFile = usePageState((state) => state.file !== null);
  if (isFile) return <NoLanesOfFile />;
  return (
    <section className="card lane-card" aria-labelledby="lanes-title">
      <h3 id="lanes-title">
        Who has the GIL
        {open ? <Quality /> : <span>hand-over by hand-over; looks up to a thousand times a second while open</span>}
        <span className="card-buttons">
          {open ? <BackToNow /> : null}
          <button
            type="button"
            className="button small"
            aria-expanded={open}
            title="L"
            data-testid="lanes-button"
            onClick={() => lanes.toggle()}
          >
            {open ? "Close lanes" : "Show lanes"}
          </button>
        </span>
      </h3>
      {open ? <OpenLanes threads={threads} /> : null}
    </section>
  );
}

/** A recording holds the sums of each second; single hand-overs would take a hundred times the room. */
function NoLanesOfFile() {
  return (
    <section className="card lane-card" aria-labelledby="lanes-title">
      <h3 id="lanes-title">Who has the GIL, hand-over by hand-over</h3>
      <p className="dim" data-testid="lanes-of-file">
        Lanes are watched live only: a file has no single hand-overs in it, but how long each thread had the GIL and
        waited for it. The verdict and the table of threads show that, for any moment or range of the time line.
      </p>
    </section>
  );
}

const Quality = memo(function Quality() {
  const { lanes } = usePage();
  const text = useStore(lanes.store, ({ state }) => {
    if (state !== "coming") return "";
    const { rateHz, passes, samplesLost } = lanes.model();
    return lanesQuality(Math.round(rateHz / 10) * 10, passes, samplesLost);
  });
  return <span data-testid="lanes-quality">{text}</span>;
});

function BackToNow() {
  const { lanes } = usePage();
  const following = useStore(lanes.store, (state) => state.following);
  if (following) return null;
  return (
    <button type="button" className="link" title="End" data-testid="lanes-now" onClick={() => lanes.setFollowing(true)}>
      Back to now
    </button>
  );
}

function OpenLanes({ threads }: { readonly threads: ThreadFrameColumns }) {
  const { lanes } = usePage();
  const state = useStore(lanes.store, (current) => current.state);
  const ended = usePageState(({ detail }) => detail?.state === "known" && detail.ended !== "no");
  const paused = usePageState((current) => current.pausedAtMs !== null);
  const { rowId, names: texts, stacks } = threads;
  const names = useMemo(() => new Map(Array.from(rowId, (id, row) => [id, texts[row] ?? ""])), [rowId, texts]);
  const functions = useMemo(() => {
    const known = new Map<number, string>();
    rowId.forEach((id, row) => {
      const text = nowIn(stacks[row] ?? null);
      if (text !== null) known.set(id, text);
    });
    return known;
  }, [rowId, stacks]);
  const window = useRef<LaneWindow>(FIRST_WINDOW);
  const onWindow = useCallback((next: LaneWindow) => {
    window.current = next;
  }, []);
  const current = useCallback(() => window.current, []);
  const [asTable, setAsTable] = useState(false);
  if (state === "none") {
    return <p className="dim">The GIL of this program can't be read here, so nobody can say who has it.</p>;
  }
  if (state === "waiting") {
    if (ended) return <p className="dim">This program has ended: there is nobody to watch.</p>;
    return <p className="dim">{paused ? "Resume to watch lanes: they are of the present." : "Beginning to look…"}</p>;
  }
  return (
    <>
      <LaneView names={names} functions={functions} onWindow={onWindow} />
      <div className="lane-foot">
        <ul className="legend" aria-label="Legend of the lanes">
          {LANE_SHOWS.map((show) => (
            <li key={show}>
              <i className={`lane-${show}`} aria-hidden="true" />
              {LANE_LABELS[show]}
            </li>
          ))}
        </ul>
        <button
          type="button"
          className="link"
          aria-expanded={asTable}
          data-testid="lanes-as-table"
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? "Hide figures" : "In figures"}
        </button>
      </div>
      {asTable ? <LaneTable window={current} names={names} /> : null}
    </>
  );
}

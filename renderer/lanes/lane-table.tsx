import { useEffect, useState } from "react";
import { LANE_LABELS, shortTime } from "../../words/lane-text.ts";
import { percent } from "../../words/number.ts";
import { usePage } from "../page/use-page.ts";
import { LANE_SHOWS, type LaneSummary, summaryOf } from "./lane-model.ts";
import { endsOf, type LaneWindow } from "./lane-window.ts";

const AGAIN_MS = 1000;
const MOST_ROWS = 50;

/** The lanes on screen in figures: for those who can't see the picture, and for those who want to read it off. */
export function LaneTable({
  window,
  names,
}: {
  readonly window: () => LaneWindow;
  readonly names: ReadonlyMap<number, string>;
}) {
  const { lanes } = usePage();
  const [rows, setRows] = useState<readonly LaneSummary[]>([]);
  const [spanMs, setSpanMs] = useState(0);
  useEffect(() => {
    const sum = () => {
      const model = lanes.model();
      const { fromMs, toMs } = endsOf(window(), model);
      setSpanMs(toMs - fromMs);
      setRows(model.lanes.slice(0, MOST_ROWS).map((lane) => summaryOf(lane, fromMs, toMs)));
    };
    sum();
    const timer = setInterval(sum, AGAIN_MS);
    return () => clearInterval(timer);
  }, [lanes, window]);
  return (
    <table className="lane-table" data-testid="lane-table">
      <caption className="dim">Over the {shortTime(spanMs)} on screen</caption>
      <thead>
        <tr>
          <th scope="col">Thread</th>
          {LANE_SHOWS.map((show) => (
            <th key={show} scope="col">
              {LANE_LABELS[show]}
            </th>
          ))}
          <th scope="col">times it got it</th>
          <th scope="col">longest</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.rowId}>
            <th scope="row">{names.get(row.rowId) ?? `tid ${row.tid}`}</th>
            {LANE_SHOWS.map((show, index) => (
              <td key={show}>{percent(row.shares[index] ?? 0)}</td>
            ))}
            <td>{row.holds}</td>
            <td>{row.holds === 0 ? "–" : shortTime(row.longestHoldMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

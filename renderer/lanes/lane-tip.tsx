import { LANE_LABELS, shortTime } from "../../words/lane-text.ts";
import { LANE_SHOWS, type Lane, type LaneModel, stretchAt } from "./lane-model.ts";

/** What lies under the pointer, or where the keyboard stands. */
export interface Spot {
  readonly lane: Lane;
  readonly atMs: number;
}

/** What a lane shows at a moment, and how long: for the pointer's hint and for screen readers. */
export function stretchText(
  { lane, atMs }: Spot,
  model: LaneModel,
): { readonly show: string; readonly length: string } | null {
  const index = stretchAt(lane, atMs);
  if (index < 0 || atMs > model.toMs) return null;
  const start = lane.startMs[index] ?? 0;
  const goesOn = index + 1 >= lane.length;
  const end = goesOn ? model.toMs : (lane.startMs[index + 1] ?? 0);
  const show = LANE_SHOWS[lane.show[index] ?? 4] ?? "unknown";
  return { show: LANE_LABELS[show], length: `${goesOn ? "so far " : "for "}${shortTime(end - start)}` };
}

interface LaneTipProps {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly spot: Spot;
  readonly names: ReadonlyMap<number, string>;
  readonly functions: ReadonlyMap<number, string>;
  readonly model: LaneModel;
}

/** What is under the pointer, in words. */
export function LaneTip({ x, y, width, spot, names, functions, model }: LaneTipProps) {
  const text = stretchText(spot, model);
  const place = functions.get(spot.lane.rowId);
  return (
    <div
      className="tip lane-tip"
      style={{ left: x, top: y + 16 }}
      data-side={x > width / 2 ? "left" : "right"}
      data-testid="lane-tip"
    >
      <div className="tip-head">
        <b>{names.get(spot.lane.rowId) ?? "a thread"}</b>
        <span>tid {spot.lane.tid}</span>
      </div>
      <div className="tip-line">{text ? `${text.show} ${text.length}` : "nothing seen here"}</div>
      {place === undefined ? null : <div className="tip-line tip-more">last seen in {place}</div>}
    </div>
  );
}

import { type CSSProperties, memo } from "react";
import { clock } from "../../words/clock.ts";
import { ROLE_LABELS, VERDICT_LABELS } from "../../words/labels.ts";
import { bytes, cores } from "../../words/number.ts";
import { usePage, usePageState, useRow } from "../page/use-page.ts";
import { VerdictMark } from "../shell/verdict-mark.tsx";
import { Sparkline } from "./sparkline.tsx";

/** Where a line stands: its place among all lines and its distance from the top, pixels. */
export interface LinePlace {
  readonly index: number;
  readonly top: number;
  readonly height: number;
}

/** Id of a runtime's line in the document. */
export const lineId = (rowId: number) => `runtime-${rowId}`;

interface RuntimeLineProps extends LinePlace {
  readonly rowId: number;
  readonly depth: number;
  readonly ended: boolean;
}

/** One runtime in the list. */
export const RuntimeLine = memo(function RuntimeLine({ rowId, depth, ended, index, top, height }: RuntimeLineProps) {
  const page = usePage();
  const row = useRow(rowId);
  const standing = usePageState((state) =>
    state.selectedRowId !== rowId ? "other" : state.detail?.state === "before" ? "before" : "selected",
  );
  const selected = standing !== "other";
  if (!row) return null;
  const verdict = standing === "before" ? "Not begun yet" : ended ? "Ended" : VERDICT_LABELS[row.verdict];
  const python =
    row.implementation === "CPython" ? row.version : [row.implementation, row.version].filter(Boolean).join(" ");
  const endedInside = row.endedWallMs === undefined ? null : `ended ${clock(row.endedWallMs)}`;
  const facts = [
    endedInside,
    `pid ${row.pid}`,
    row.threadCount === 1 ? "1 thread" : `${row.threadCount} threads`,
    python,
  ];
  const place: CSSProperties = { height, transform: `translateY(${top}px)` };
  return (
    <div
      id={lineId(rowId)}
      role="row"
      aria-rowindex={index + 1}
      aria-level={depth === 0 ? 1 : 2}
      aria-selected={selected}
      data-testid="runtime-row"
      data-row-id={rowId}
      data-pid={row.pid}
      data-verdict={row.verdict}
      className={`line runtime-line depth-${depth} ${ended ? "ended" : `v-${row.verdict}`}${selected ? " selected" : ""}`}
      style={place}
      onClick={() => page.select(rowId)}
    >
      <span role="gridcell" className="line-name">
        <VerdictMark id={ended ? "idle" : row.verdict} />
        <span className="line-text">
          <span className="name" title={row.name}>
            {row.name}
            {row.role === "helper" ? <span className="role"> {ROLE_LABELS.helper}</span> : null}
          </span>
          <span className="sub row-facts">
            <span className="verdict-word">{verdict}</span>
            {facts.filter(Boolean).map((fact) => (
              <span key={fact}>· {fact}</span>
            ))}
          </span>
        </span>
      </span>
      <span role="gridcell" className="line-spark">
        <Sparkline rowId={rowId} />
      </span>
      <span role="gridcell" className="line-figures">
        <span className="figure" title="Cores used">
          {ended ? "–" : cores(row.cpuCores)}
        </span>
        <span className="sub" title="Resident memory">
          {bytes(row.rssBytes)}
        </span>
      </span>
    </div>
  );
});

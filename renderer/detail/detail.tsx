import { memo, useEffect, useRef } from "react";
import type { RuntimeFrame } from "../../core/frame/frame.ts";
import type { RuntimeSeries } from "../../core/frame/view.ts";
import { valueOrNull } from "../../core/sample/reading.ts";
import { clock } from "../../words/clock.ts";
import { pythonText } from "../../words/diagnosis-text.ts";
import { gilBadge } from "../../words/gil-badge.ts";
import { VERDICT_LABELS } from "../../words/labels.ts";
import { bytes, cores } from "../../words/number.ts";
import { ActionsButton } from "../act/actions-button.tsx";
import { CpuChart } from "../charts/cpu-chart.tsx";
import { MemoryChart } from "../charts/memory-chart.tsx";
import { FirstRun } from "../help/first-run.tsx";
import { How } from "../help/how.tsx";
import { LaneCard } from "../lanes/lane-card.tsx";
import { MemoryCard } from "../memory/memory-card.tsx";
import { SPANS } from "../page/chart-feed.ts";
import type { Detail } from "../page/page-state.ts";
import { usePage, usePageState, useStore } from "../page/use-page.ts";
import { VerdictMark } from "../shell/verdict-mark.tsx";
import { ObstacleNote } from "../states/obstacle-note.tsx";
import { shortFolder, startedText } from "./facts.ts";
import { ThreadTable } from "./thread-table.tsx";
import { TimeCard } from "./time-card.tsx";
import { VerdictCard } from "./verdict-card.tsx";

type KnownDetail = Extract<Detail, { state: "known" }>;

function gilFact(runtime: RuntimeFrame): string {
  const inUse = gilsInUse(runtime);
  if (inUse === null) return "no GIL";
  return inUse === 1 ? "1 GIL" : `${inUse} GILs`;
}

/** GILs in use: the ceiling, in cores, of Python code. Null for a build that runs without one. */
function gilsInUse(runtime: RuntimeFrame): number | null {
  if (runtime.gils.length === 0) return runtime.python.build === "free-threaded" ? null : 1;
  const inUse = runtime.gils.filter((gil) => gil.enabled !== false).length;
  return inUse === 0 ? null : inUse;
}

function Facts({ runtime, wallMs }: { readonly runtime: RuntimeFrame; readonly wallMs: number }) {
  const environment = runtime.python.virtualEnvironment;
  return (
    <ul className="facts" aria-label="Facts">
      <li>
        pid <span className="mono">{runtime.pid}</span>
      </li>
      <li>{pythonText(runtime)}</li>
      <li>{gilFact(runtime)}</li>
      {environment === null ? null : (
        <li className="fact-path" title={environment}>
          venv <span className="mono">{shortFolder(environment)}</span>
        </li>
      )}
      <li>user {runtime.userName}</li>
      <Started startedWallMs={runtime.startedWallMs} nowMinute={Math.floor(wallMs / 60_000)} />
    </ul>
  );
}

/** Formatting a time is dear; it is done once a minute, for when the day changes. */
const Started = memo(function Started(props: { readonly startedWallMs: number; readonly nowMinute: number }) {
  return (
    <li title={new Date(props.startedWallMs).toLocaleString()}>
      started {startedText(props.startedWallMs, props.nowMinute * 60_000)}
    </li>
  );
});

const SPAN_LABELS: Readonly<Record<number, string>> = { 60: "1 min", 300: "5 min", 900: "15 min" };

function SpanChoice() {
  const { charts } = usePage();
  const seconds = useStore(charts.span, (state) => state.seconds);
  const ranged = usePageState((state) => state.range !== null);
  // A range chosen on the time line is what the charts show.
  if (ranged) return null;
  return (
    <span className="segmented" role="group" aria-label="Length of the charts">
      {SPANS.map((span) => (
        <button
          key={span}
          type="button"
          aria-pressed={span === seconds}
          onClick={() => {
            charts.span.set({ seconds: span });
            charts.refresh();
          }}
        >
          {SPAN_LABELS[span]}
        </button>
      ))}
    </span>
  );
}

/** Memory moves slowly: its chart is drawn again when the figure moved, else every few seconds. */
const MEMORY_REDRAW_MS = 10_000;
const MEMORY_STEP = 0.01;

function useSlowSeries(series: RuntimeSeries | null): RuntimeSeries | null {
  const held = useRef<RuntimeSeries | null>(null);
  const old = held.current;
  const spanOf = (of: RuntimeSeries | null) => (of?.wallMs.at(-1) ?? 0) - (of?.wallMs[0] ?? 0);
  const since = (series?.wallMs.at(-1) ?? 0) - (old?.wallMs.at(-1) ?? 0);
  const before = old?.rssBytes.at(-1) ?? 0;
  const moved = Math.abs((series?.rssBytes.at(-1) ?? 0) - before) > before * MEMORY_STEP;
  const same =
    series !== null && old?.rowId === series.rowId && Math.abs(spanOf(series) - spanOf(old)) < MEMORY_REDRAW_MS;
  if (!same || moved || since < 0 || since >= MEMORY_REDRAW_MS) held.current = series;
  return held.current;
}

const Charts = memo(function Charts({ runtime }: { readonly runtime: RuntimeFrame }) {
  const { charts } = usePage();
  const series = usePageState((state) => state.series);
  const spanSeconds = useStore(charts.span, (state) => state.seconds);
  const range = usePageState((state) => state.range);
  const followedRowId = usePageState((state) => state.followedRowId);
  const seconds = range ? Math.max(1, (range.toWallMs - range.fromWallMs) / 1000) : spanSeconds;
  const fixed = usePageState((state) => state.pausedAtMs !== null || state.file !== null);
  const own = series?.rowId === runtime.rowId ? series : null;
  const slow = useSlowSeries(own);
  const rss = valueOrNull(runtime.rssBytes);
  const pss = valueOrNull(runtime.pssBytes);
  const uss = valueOrNull(runtime.ussBytes);
  const end = fixed ? "here" : "now";
  const verdict = runtime.verdict.id;
  return (
    <>
      <section className="card cpu-card" aria-labelledby="cpu-title">
        <h3 id="cpu-title">
          CPU by thread <How figure="cpuCores" /> <span>cores used</span>
          <SpanChoice />
        </h3>
        {own ? (
          <CpuChart
            series={own}
            seconds={seconds}
            ceiling={gilsInUse(runtime)}
            ceilingReached={verdict === "gil-bound"}
            limitCores={runtime.limit?.cores ?? null}
            limitKind={runtime.limit?.kind ?? null}
            limitReached={verdict === "quota-limited"}
            followedRowId={followedRowId}
            end={end}
          />
        ) : (
          <div className="chart" />
        )}
      </section>
      <section className="card memory-card" aria-labelledby="memory-title">
        <h3 id="memory-title">
          Memory <How figure="rssBytes" />{" "}
          <span>
            RSS {bytes(rss)}
            {pss === null ? "" : ` · PSS ${bytes(pss)}`}
            {uss === null ? "" : ` · private ${bytes(uss)}`}
          </span>
        </h3>
        {slow ? <MemoryChart series={slow} seconds={seconds} end={end} /> : <div className="chart" />}
      </section>
    </>
  );
});

function EndedNote({ detail }: { readonly detail: KnownDetail }) {
  const time = clock(detail.wallMs);
  return (
    <p className="note ended-note" data-testid="ended-note">
      {detail.ended === "within" ? (
        <>
          <b>This program ended inside this range.</b> Its figures are over the part that it lived, until {time}.
        </>
      ) : (
        <>
          <b>This program has ended.</b> These are its last figures, from {time}. They stay until you select another
          runtime.
        </>
      )}
    </p>
  );
}

function KnownRuntime({ detail }: { readonly detail: KnownDetail }) {
  const { runtime, threads } = detail.view;
  const { verdict } = runtime;
  const badge = gilBadge(runtime);
  const ended = detail.ended !== "no";
  return (
    <>
      <header className="detail-head">
        <h1 title={runtime.commandLine ?? runtime.name}>{runtime.name}</h1>
        <span className={`chip v-${verdict.id}`} data-testid="verdict-chip">
          <VerdictMark id={verdict.id} />
          {VERDICT_LABELS[verdict.id]}
        </span>
        {badge === null ? null : (
          <span className="chip small" data-testid="gil-badge">
            {badge}
          </span>
        )}
        {ended ? <span className="chip ended-chip">ended</span> : null}
        <Facts runtime={runtime} wallMs={detail.wallMs} />
        <ActionsButton runtime={runtime} ended={ended} />
      </header>
      {runtime.commandLine === null ? null : (
        <p className="command mono" title={runtime.commandLine}>
          {runtime.commandLine}
        </p>
      )}
      {ended ? <EndedNote detail={detail} /> : null}
      <VerdictCard runtime={runtime} wallMs={detail.wallMs} ended={ended} />
      <ObstacleNote obstacle={runtime.probeObstacle} unseen={runtime.probePasses === 0} />
      <div className="cards">
        <Charts runtime={runtime} />
        <TimeCard threads={threads} />
      </div>
      {runtime.workingThreads > 0 || threads.length > 1 ? <LaneCard threads={threads} /> : null}
      <MemoryCard view={detail.view} />
      <ThreadTable
        owner={runtime.rowId}
        threads={threads}
        exitedCores={valueOrNull(runtime.exitedThreadCores)}
        quality={runtime.probeQuality}
      />
    </>
  );
}

/** The selected runtime, or what stands in its place. */
export function DetailPane() {
  const detail = usePageState((state) => state.detail);
  const selectedRowId = usePageState((state) => state.selectedRowId);
  const pane = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another runtime is read from its top
  useEffect(() => {
    if (pane.current) pane.current.scrollTop = 0;
  }, [selectedRowId]);
  const stale = detail?.state === "known" && detail.view.runtime.rowId !== selectedRowId;
  return (
    <main
      ref={pane}
      id="detail"
      tabIndex={-1}
      className="detail"
      aria-label="Selected runtime"
      data-stale={stale || undefined}
    >
      {detail === null ? <DetailSkeleton /> : null}
      {detail?.state === "gone" ? (
        <div className="empty">
          <h1>{detail.row.name}</h1>
          <p>pid {detail.row.pid} ended before its details were read. Select another runtime in the list.</p>
          <p className="dim">Its last line said {cores(detail.row.cpuCores)} cores.</p>
        </div>
      ) : null}
      {detail?.state === "before" ? (
        <div className="empty">
          <h1>{detail.name}</h1>
          <p>
            pid {detail.pid} had not begun yet at the time shown; it was started at {clock(detail.startedWallMs)}.
          </p>
        </div>
      ) : null}
      {detail?.state === "known" ? (
        <>
          <FirstRun />
          <KnownRuntime detail={detail} />
        </>
      ) : null}
    </main>
  );
}

/** The shape of a runtime before its first figures. */
function DetailSkeleton() {
  return (
    <div className="skeleton" data-testid="runtime-skeleton">
      <h1 className="hidden">Waiting for the first figures</h1>
      <div className="bone title" />
      <div className="bone verdict" />
      <div className="bone-row">
        <div className="bone chart-bone" />
        <div className="bone chart-bone" />
      </div>
      <div className="bone table-bone" />
    </div>
  );
}

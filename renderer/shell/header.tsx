import { type RefObject, useRef } from "react";
import type { RuntimeRow } from "../../core/frame/view.ts";
import { valueOrNull } from "../../core/sample/reading.ts";
import { cores } from "../../words/number.ts";
import { useDesk } from "../act/use-desk.ts";
import { usePage, usePageState } from "../page/use-page.ts";
import { CoreBars, stepsOf } from "./core-bars.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { CrossMark } from "./marks.tsx";
import { RecordButton } from "./record-button.tsx";
import { ThemeButton } from "./theme-button.tsx";

/** Lost cores below this are noise, not a cost. */
const LEAST_LOST = 0.05;

function Brand() {
  return (
    <span className="brand">
      <svg className="logo" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
        <rect className="logo-ground" x="0" y="0" width="24" height="24" rx="6" />
        <g fill="none" strokeLinecap="round" strokeWidth="2">
          <path className="logo-lane" d="M7.3 8.6h9.4M6.2 12h11.6M7.3 15.4h9.4" />
          <path className="logo-run" d="M7.9 8.6h2.6M11.4 12h2.4M14.4 15.4h1.7" />
        </g>
        <circle className="logo-lens" cx="12" cy="12" r="7.6" fill="none" strokeWidth="1.6" />
        <path
          className="logo-lens"
          d="M12 2.2v2.4M12 19.4v2.4M2.2 12h2.4M19.4 12h2.4"
          strokeWidth="1.6"
          strokeLinecap="round"
        />
      </svg>
      Gilscope
    </span>
  );
}

function Machine() {
  const host = usePageState((state) => {
    const source = state.welcome?.sources.find((candidate) => candidate.id === state.source);
    return (state.file ?? source)?.host ?? null;
  });
  const steps = usePageState((state) => (state.view ? stepsOf(state.view.host.busyCoresByCpu) : ""));
  const onlineCpus = usePageState((state) => state.view?.host.onlineCpus ?? host?.onlineCpus ?? null);
  const busyText = usePageState((state) => {
    const busy = state.view ? valueOrNull(state.view.host.busyCores) : null;
    return busy === null ? "–" : busy.toFixed(busy < 99.95 ? 1 : 0);
  });
  if (!host) return null;
  return (
    <>
      <span className="host" title={`${host.cpuModel}\n${host.operatingSystem}, kernel ${host.kernel}`}>
        <span className="host-name">{host.hostName}</span>
        <span className="dim"> · {onlineCpus} cores</span>
      </span>
      <CoreBars steps={steps} />
      <span className="busy">
        <b>{busyText}</b> <span className="dim">cores busy</span>
      </span>
    </>
  );
}

/** Whether a runtime does something and its loss could not be told: the sum is then a lower bound. */
const lossUnknown = (row: RuntimeRow) =>
  row.endedWallMs === undefined && row.lostCores === null && row.threadCount > 1 && (row.cpuCores ?? 0) >= LEAST_LOST;

function LostCores() {
  const lost = usePageState((state) => (state.view ? state.view.lostCores : null));
  const partly = usePageState((state) => state.view?.rows.some(lossUnknown) ?? false);
  const anyBound = usePageState((state) => state.view?.rows.some((row) => row.verdict === "gil-bound") ?? false);
  const attributes = { "data-testid": "lost-cores", "data-lost-cores": cores(lost) };
  if (lost === null || (lost < LEAST_LOST && partly)) {
    const why = lost === null ? "" : "Of some programs nobody may see what their threads wait for";
    return (
      <span className="lost unknown" title={why} {...attributes}>
        the GIL costs <b>{lost === null ? "–" : "not known"}</b>
      </span>
    );
  }
  if (lost < LEAST_LOST) {
    const why = anyBound ? "Threads wait for a GIL, but no core is free that they could use without it" : "";
    return (
      <span className="lost none" title={why} {...attributes}>
        the GIL costs <b>nothing</b>
      </span>
    );
  }
  const figure = lost.toFixed(1);
  return (
    <span
      className="lost"
      title="Cores that threads would use if the GIL were no limit, as far as cores are free"
      {...attributes}
    >
      the GIL costs {partly ? "at least " : ""}
      <b>
        {figure} {figure === "1.0" ? "core" : "cores"}
      </b>
    </span>
  );
}

/** Opens a file; while one is read it says how far that is, and ends it. */
function OpenButton({ onOpen }: { readonly onOpen: () => void }) {
  const page = usePage();
  const opening = usePageState((state) => state.opening);
  const share = usePageState((state) => (state.opening ? Math.round(state.openingShare * 100) : 0));
  if (!opening) {
    return (
      <button type="button" className="button open" onClick={onOpen}>
        Open…
      </button>
    );
  }
  return (
    <button
      type="button"
      className="button open"
      title="Click to stop opening the file"
      data-testid="cancel-opening"
      onClick={() => page.cancelOpening()}
    >
      <span className="opening-share">Opening {share} %</span>
      <CrossMark />
    </button>
  );
}

interface HeaderProps {
  readonly filter: RefObject<HTMLInputElement | null>;
}

/** The top line: the machine, the headline, the filter and what can be done. */
export function Header({ filter }: HeaderProps) {
  const page = usePage();
  const desk = useDesk();
  const desktop = usePageState((state) => state.welcome?.shell === "desktop");
  const text = usePageState((state) => state.filter);
  const paused = usePageState((state) => state.pausedAtMs !== null);
  const isFile = usePageState((state) => state.file !== null);
  const ready = usePageState((state) => state.view !== null);
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <header className="top">
      <Brand />
      <Machine />
      <LostCores />
      <span className="filter">
        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
          <circle cx="7" cy="7" r="4.6" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <path d="m10.6 10.6 3.4 3.4" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
        </svg>
        <input
          ref={filter}
          type="text"
          value={text}
          placeholder="Filter: name, pid, cpu>0.5, verdict:gil…"
          aria-label="Filter runtimes"
          spellCheck={false}
          autoComplete="off"
          data-testid="filter-input"
          onChange={(event) => page.setFilter(event.target.value)}
        />
        {text === "" ? (
          <span className="key">/</span>
        ) : (
          <button type="button" className="clear" aria-label="Clear the filter" onClick={() => page.setFilter("")}>
            <CrossMark />
          </button>
        )}
      </span>
      <span className="actions">
        {isFile ? null : (
          <button
            type="button"
            className={`button pause${paused ? " on" : ""}`}
            aria-pressed={paused}
            disabled={!ready}
            data-testid="pause-button"
            title="Space"
            onClick={() => page.togglePause()}
          >
            <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
              {paused ? (
                <path d="M1.5.5 9.5 5l-8 4.5Z" fill="currentColor" />
              ) : (
                <path d="M1 .5h2.8v9H1zM6.2.5H9v9H6.2z" fill="currentColor" />
              )}
            </svg>
            <span className="button-text">{paused ? "Resume" : "Pause"}</span>
          </button>
        )}
        {desktop ? (
          <button
            type="button"
            className="button launch"
            data-testid="launch-button"
            title="Start a program and watch it"
            onClick={() => desk.open({ kind: "launch" })}
          >
            Launch…
          </button>
        ) : null}
        <OpenButton onOpen={() => chooser.current?.click()} />
        <input
          ref={chooser}
          type="file"
          className="hidden"
          tabIndex={-1}
          aria-label="Open a snapshot or recording"
          data-testid="open-input"
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) void page.openFile(file);
            event.target.value = "";
          }}
        />
        <RecordButton ready={ready} />
        <ExportMenu ready={ready} />
        <ThemeButton />
        <button
          type="button"
          className="button icon"
          aria-label="All commands"
          title="All commands (Ctrl-K)"
          data-testid="palette-button"
          onClick={() => desk.open({ kind: "palette" })}
        >
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path
              d="M2 4h12M2 8h8M2 12h5M11 11l2 2 2-2"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.5"
              strokeLinecap="round"
              strokeLinejoin="round"
            />
          </svg>
        </button>
        <button
          type="button"
          className="button icon"
          aria-label="Help and keys"
          title="Help and keys (?)"
          onClick={() => desk.open({ kind: "help" })}
        >
          ?
        </button>
      </span>
    </header>
  );
}

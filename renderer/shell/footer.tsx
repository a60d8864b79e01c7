import { valueOrNull } from "../../core/sample/reading.ts";
import { bytes, duration } from "../../words/number.ts";
import { usePage, usePageState } from "../page/use-page.ts";
import { Limits } from "../states/limits.tsx";

function Status() {
  const page = usePage();
  const connection = usePageState((state) => state.connection.state);
  const status = usePageState((state) => state.status.state);
  const paused = usePageState((state) => state.pausedAtMs !== null);
  const file = usePageState((state) => state.file !== null);
  const [kind, text] = file
    ? (["file", "File"] as const)
    : connection === "lost" || connection === "refused"
      ? (["lost", "No connection"] as const)
      : paused
        ? (["paused", "Paused"] as const)
        : status === "live"
          ? (["live", "Live"] as const)
          : status === "stopped"
            ? (["lost", "Stopped"] as const)
            : (["waiting", status === "restarting" ? "Starting again" : "Starting"] as const);
  return (
    <span className={`status is-${kind}`} data-testid="status" data-status={kind}>
      <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
        {kind === "paused" ? (
          <path d="M1 .5h2.8v9H1zM6.2.5H9v9H6.2z" fill="currentColor" />
        ) : kind === "file" ? (
          <path d="M1.5 0h5l2 2.4V10h-7Z" fill="currentColor" />
        ) : kind === "live" ? (
          <circle cx="5" cy="5" r="4" fill="currentColor" />
        ) : (
          <circle cx="5" cy="5" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.6" />
        )}
      </svg>
      {text}
      {paused ? (
        <button type="button" className="link" onClick={() => page.togglePause()}>
          Back to live
        </button>
      ) : null}
    </span>
  );
}

function OwnCost() {
  const text = usePageState((state) => {
    const cost = state.view?.ownCost;
    const used = cost ? valueOrNull(cost.cpuCores) : null;
    return used === null ? "own cost –" : `own cost ${(used * 100).toFixed(1)} % of a core`;
  });
  const memory = usePageState((state) => (state.view?.ownCost ? bytes(state.view.ownCost.rssBytes) : null));
  return (
    <span
      className="own-cost"
      data-testid="own-cost"
      title={memory === null ? "" : `All of Gilscope together; memory ${memory}`}
    >
      {text}
    </span>
  );
}

/** The bottom line: where figures come from, how far they reach, and what all this costs. */
export function Footer() {
  const interval = usePageState((state) => state.welcome?.intervalMs ?? null);
  const windowText = usePageState((state) => {
    if (!state.view || state.view.windowSeconds <= 0) return null;
    const seconds = duration(state.view.windowSeconds);
    if (state.range !== null) return `figures cover ${seconds}`;
    const live = state.pausedAtMs === null && state.file === null;
    return live ? `figures cover the last ${seconds}` : `figures cover the ${seconds} before`;
  });
  const probe = usePageState((state) =>
    state.detail?.state === "known" && state.detail.ended === "no" && state.detail.view.runtime.probeRateHz > 0
      ? `probing ${Math.round(state.detail.view.runtime.probeRateHz)} times/s`
      : null,
  );
  const rootNote = usePageState((state) => state.welcome?.sandboxOff ?? false);
  return (
    <footer className="bottom">
      <Status />
      <span className="foot-facts">
        {interval === null ? null : <span>sampled every {interval / 1000} s</span>}
        {windowText === null ? null : <span>{windowText}</span>}
        {probe === null ? null : <span>{probe}</span>}
      </span>
      <span className="spacer" />
      <Limits />
      {rootNote ? <span className="root-note">running as root, browser sandbox off</span> : null}
      <OwnCost />
    </footer>
  );
}

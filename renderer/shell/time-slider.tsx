import { usePage, usePageState } from "../page/use-page.ts";

const STEP_MS = 1000;
/** How far back the program remembers what it saw live. */
const LIVE_HISTORY_MS = 15 * 60_000;

const clock = (wallMs: number) => new Date(wallMs).toLocaleTimeString(undefined, { hour12: false });

/** Goes through the time of a file, or back from where the page was paused. */
export function TimeSlider() {
  const page = usePage();
  const first = usePageState((state) =>
    state.file || state.firstWallMs === null || state.lastWallMs === null
      ? state.firstWallMs
      : Math.max(state.firstWallMs, state.lastWallMs - LIVE_HISTORY_MS),
  );
  const last = usePageState((state) => state.lastWallMs);
  const at = usePageState((state) => state.view?.wallMs ?? null);
  if (first === null || last === null || at === null) return <span className="spacer" />;
  // Steps of a second, and the very last moment whatever is left over.
  const steps = Math.ceil((last - first) / STEP_MS);
  return (
    <span className="slider">
      <b className="mono at">{clock(at)}</b>
      <span className="mono">{clock(first)}</span>
      <input
        type="range"
        min={0}
        max={steps}
        step={1}
        value={Math.max(0, Math.min(steps, Math.ceil((at - first) / STEP_MS)))}
        disabled={steps === 0}
        aria-label="Time shown"
        aria-valuetext={clock(at)}
        data-testid="time-slider"
        onChange={(event) => page.seek(Math.min(last, first + Number(event.target.value) * STEP_MS))}
      />
      <span className="mono">{clock(last)}</span>
    </span>
  );
}

import { usePage, usePageState } from "../page/use-page.ts";

const clock = (wallMs: number) => new Date(wallMs).toLocaleTimeString(undefined, { hour12: false });

/** Goes through the time of a file, or back from where the page was paused. */
export function TimeSlider() {
  const page = usePage();
  const first = usePageState((state) => state.firstWallMs);
  const last = usePageState((state) => state.lastWallMs);
  const at = usePageState((state) => state.view?.wallMs ?? null);
  if (first === null || last === null || at === null) return <span className="spacer" />;
  const oneMoment = last - first < 1000;
  return (
    <span className="slider">
      <span className="mono">{clock(first)}</span>
      <input
        type="range"
        min={first}
        max={last}
        step={1000}
        value={Math.max(first, Math.min(last, at))}
        disabled={oneMoment}
        aria-label="Time shown"
        aria-valuetext={clock(at)}
        data-testid="time-slider"
        onChange={(event) => page.seek(Number(event.target.value))}
      />
      <span className="mono">{clock(last)}</span>
      <b className="mono at">{clock(at)}</b>
    </span>
  );
}

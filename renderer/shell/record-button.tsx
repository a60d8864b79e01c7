import { bytes } from "../../words/number.ts";
import { usePage, usePageState } from "../page/use-page.ts";

/** `0:42`, `12:05`, `1:02:09`. */
function clock(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}

/** Begins and ends a recording; while it is written, says how long and how large it is. Absent where the shell records nothing. */
export function RecordButton({ ready }: { readonly ready: boolean }) {
  const page = usePage();
  const can = usePageState((state) => state.welcome?.canRecord ?? false);
  const on = usePageState((state) => state.recording?.state === "recording");
  const fileName = usePageState((state) => (state.recording?.state === "recording" ? state.recording.fileName : ""));
  const progress = usePageState(({ recording, view }) =>
    recording?.state === "recording"
      ? `${clock(Math.max(0, ((view?.wallMs ?? 0) - recording.startedWallMs) / 1000))} · ${bytes(recording.bytes)}`
      : "",
  );
  if (!can) return null;
  return (
    <button
      type="button"
      className={on ? "button record on" : "button icon record"}
      aria-pressed={on}
      aria-label={on ? "Stop recording" : "Record"}
      disabled={!ready && !on}
      data-testid="record-button"
      title={on ? `Recording into ${fileName}; click to stop` : "Record what is sampled into a file that opens again"}
      onClick={() => void page.toggleRecording()}
    >
      <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
        {on ? <path d="M1 1h8v8H1z" fill="currentColor" /> : <circle cx="5" cy="5" r="4" fill="currentColor" />}
      </svg>
      {on ? <span className="record-progress">{progress}</span> : null}
    </button>
  );
}

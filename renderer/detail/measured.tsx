import { useState } from "react";
import type { RuntimeFrame } from "../../core/frame/frame.ts";
import { type Past, stretch } from "../../words/clock.ts";
import { EXPLAINED_FIGURES, FIGURE_TITLES, HOW_MEASURED } from "../../words/how-measured.ts";
import { samplingText } from "../../words/sampling-text.ts";

/** "How this is measured", opened on demand. */
export function Measured({ runtime, past }: { readonly runtime: RuntimeFrame; readonly past: Past | null }) {
  const [open, setOpen] = useState(false);
  return (
    <details
      className="measured"
      data-testid="how-measured"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>How this is measured</summary>
      {open ? <Explanations runtime={runtime} past={past} /> : null}
    </details>
  );
}

function Explanations({ runtime, past }: { readonly runtime: RuntimeFrame; readonly past: Past | null }) {
  return (
    <div className="measured-text">
      <p>
        Figures cover {stretch(runtime.windowSeconds, past)}. {samplingText(runtime.probeQuality)} The program is never
        stopped, traced or written to.
      </p>
      <dl>
        {EXPLAINED_FIGURES.map((figure) => (
          <div key={figure}>
            <dt>{FIGURE_TITLES[figure]}</dt>
            <dd>{HOW_MEASURED[figure]}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

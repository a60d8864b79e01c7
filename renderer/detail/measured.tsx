import { useState } from "react";
import type { RuntimeFrame } from "../../core/frame/frame.ts";
import { EXPLAINED_FIGURES, FIGURE_TITLES, HOW_MEASURED } from "../../words/how-measured.ts";
import { duration } from "../../words/number.ts";

/** "How this is measured", opened on demand. */
export function Measured({ runtime }: { readonly runtime: RuntimeFrame }) {
  const [open, setOpen] = useState(false);
  return (
    <details
      className="measured"
      data-testid="how-measured"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>How this is measured</summary>
      {open ? <Explanations runtime={runtime} /> : null}
    </details>
  );
}

function Explanations({ runtime }: { readonly runtime: RuntimeFrame }) {
  const looks = runtime.probePasses.toLocaleString("en");
  return (
    <div className="measured-text">
      <p>
        Figures cover the last {duration(runtime.windowSeconds)}.{" "}
        {runtime.probePasses > 0
          ? `In that time the threads were looked at ${looks} times, at random moments, about ${Math.round(runtime.probeRateHz)} times a second.`
          : "In that time nobody looked at what the threads wait for."}{" "}
        The program is never stopped, traced or written to.
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

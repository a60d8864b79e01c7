import { type ExplainedFigure, FIGURE_TITLES } from "../../words/how-measured.ts";
import { useDesk } from "../act/use-desk.ts";

/** The small button beside a figure that tells how it is measured. */
export function How({ figure }: { readonly figure: ExplainedFigure }) {
  const desk = useDesk();
  const label = `How this is measured: ${FIGURE_TITLES[figure]}`;
  return (
    <button
      type="button"
      className="how"
      aria-label={label}
      title={label}
      data-testid={`how-${figure}`}
      onClick={() => desk.open({ kind: "measured", figure })}
    >
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        <circle cx="6" cy="6" r="5.2" fill="none" stroke="currentColor" strokeWidth="1.1" />
        <path d="M6 5.4v3.2M6 3.2v.2" stroke="currentColor" strokeWidth="1.3" strokeLinecap="round" />
      </svg>
    </button>
  );
}

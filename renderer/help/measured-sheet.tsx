import { useEffect, useRef } from "react";
import { EXPLAINED_FIGURES, type ExplainedFigure, FIGURE_TITLES, HOW_MEASURED } from "../../words/how-measured.ts";
import { useDesk } from "../act/use-desk.ts";
import { SheetFoot } from "../shell/sheet-foot.tsx";
import { SheetFrame } from "../shell/sheet-frame.tsx";

/** Where every figure comes from and how far it can be trusted, beginning at one of them. */
export function MeasuredSheet({ figure }: { readonly figure: ExplainedFigure }) {
  const desk = useDesk();
  const asked = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Newer engines answer with a promise, which is no clean-up.
    asked.current?.scrollIntoView({ block: "center" });
  }, []);
  return (
    <SheetFrame title="How figures are measured" testId="measured-sheet" onClose={desk.close}>
      <div className="help-body">
        <h2>How figures are measured</h2>
        <p className="dim">
          Everything is read from outside: a program is never stopped, traced or written to by this.
        </p>
        <dl className="figures">
          {EXPLAINED_FIGURES.map((id) => (
            <div key={id} ref={id === figure ? asked : undefined} className={id === figure ? "asked" : undefined}>
              <dt>{FIGURE_TITLES[id]}</dt>
              <dd>{HOW_MEASURED[id]}</dd>
            </div>
          ))}
        </dl>
        <SheetFoot>
          <button type="button" className="button" data-first-focus onClick={desk.close}>
            Close
          </button>
        </SheetFoot>
      </div>
    </SheetFrame>
  );
}

import { useState } from "react";
import { capabilityName, capabilitySentence } from "../../words/obstacle.ts";
import { usePageState } from "../page/use-page.ts";
import { CodeInText } from "../shell/emphasised.tsx";
import { CloseButton, SheetFoot } from "../shell/sheet-foot.tsx";
import { SheetFrame } from "../shell/sheet-frame.tsx";

/** What can't be known here with these rights, and what would grant it: a button in the bottom line and its sheet. */
export function Limits() {
  // Capabilities are new objects with each frame, and the sheet is hardly ever open.
  const missing = usePageState(({ view }) => view?.capabilities.filter(({ available }) => !available).length ?? 0);
  const [open, setOpen] = useState(false);
  if (missing === 0) return null;
  return (
    <>
      <button type="button" className="link limits" data-testid="limits-button" onClick={() => setOpen(true)}>
        {missing === 1 ? "1 thing can’t be seen here" : `${missing} things can’t be seen here`}
      </button>
      {open ? <LimitsSheet onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function LimitsSheet({ onClose }: { readonly onClose: () => void }) {
  const capabilities = usePageState((state) => state.view?.capabilities);
  return (
    <SheetFrame title="What can’t be seen here" testId="limits-sheet" onClose={onClose}>
      <div className="help-body">
        <h2>What can’t be seen here</h2>
        <dl className="limits-list">
          {capabilities
            ?.filter(({ available }) => !available)
            .map((capability) => (
              <div key={capability.id}>
                <dt>{capabilityName(capability.id)}</dt>
                <dd>
                  <CodeInText text={capabilitySentence(capability)} />
                </dd>
              </div>
            ))}
        </dl>
        <SheetFoot>
          <CloseButton onClose={onClose} />
        </SheetFoot>
      </div>
    </SheetFrame>
  );
}

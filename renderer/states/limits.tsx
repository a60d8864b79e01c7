import { useRef } from "react";
import { capabilityName, capabilitySentence } from "../../words/obstacle.ts";
import { usePageState } from "../page/use-page.ts";
import { CodeInText } from "../shell/emphasised.tsx";

/** What can't be known here with these rights, and what would grant it: a button in the bottom line and its sheet. */
export function Limits() {
  const capabilities = usePageState((state) => state.view?.capabilities);
  const sheet = useRef<HTMLDialogElement>(null);
  const missing = capabilities?.filter((capability) => !capability.available) ?? [];
  if (missing.length === 0) return null;
  return (
    <>
      <button
        type="button"
        className="link limits"
        data-testid="limits-button"
        onClick={() => sheet.current?.showModal()}
      >
        {missing.length === 1 ? "1 thing can’t be seen here" : `${missing.length} things can’t be seen here`}
      </button>
      <dialog
        ref={sheet}
        className="help"
        aria-labelledby="limits-title"
        data-testid="limits-sheet"
        onClick={(event) => {
          if (event.target === event.currentTarget) event.currentTarget.close();
        }}
      >
        <div className="help-body">
          <h2 id="limits-title">What can’t be seen here</h2>
          <dl className="limits-list">
            {missing.map((capability) => (
              <div key={capability.id}>
                <dt>{capabilityName(capability.id)}</dt>
                <dd>
                  <CodeInText text={capabilitySentence(capability)} />
                </dd>
              </div>
            ))}
          </dl>
          <p className="help-foot">
            <span />
            <button type="button" className="button" onClick={() => sheet.current?.close()}>
              Close
            </button>
          </p>
        </div>
      </dialog>
    </>
  );
}

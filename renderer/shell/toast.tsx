import { useEffect } from "react";
import { usePage, usePageState } from "../page/use-page.ts";
import { CodeInText } from "./emphasised.tsx";
import { CrossMark } from "./marks.tsx";

const SHOWN_MS = 6000;
const FAILURE_SHOWN_MS = 15_000;

/** Result of something the user did, and the page's only live region. */
export function ToastArea() {
  const page = usePage();
  const toast = usePageState((state) => state.toast);
  const paused = usePageState((state) => state.pausedAtMs !== null);
  useEffect(() => {
    if (!toast) return;
    const timer = setTimeout(() => page.dismissToast(), toast.kind === "failed" ? FAILURE_SHOWN_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast, page]);
  return (
    <section className="toasts" aria-label="Messages">
      <output className="hidden" aria-live="polite">
        {toast?.text ?? (paused ? "Paused" : "")}
      </output>
      {toast ? (
        <div className={`toast ${toast.kind}`} data-testid="toast">
          <span>
            <CodeInText text={toast.text} />
          </span>
          <button type="button" className="link" aria-label="Dismiss" onClick={() => page.dismissToast()}>
            <CrossMark size={10} />
          </button>
        </div>
      ) : null}
    </section>
  );
}

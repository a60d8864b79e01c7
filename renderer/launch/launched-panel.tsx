import { useEffect, useRef, useState } from "react";
import type { LaunchedProgram } from "../act/sheet.ts";
import { useDesk } from "../act/use-desk.ts";
import { usePage, useStore } from "../page/use-page.ts";

function statusOf({ pid, ended }: LaunchedProgram): string {
  if (ended === null) return `runs, pid ${pid}`;
  if (ended.signal !== null) return `ended by ${ended.signal}`;
  return `ended with exit code ${ended.exitCode ?? "unknown"}`;
}

/** Output of the program that was started from the window, under the runtime on screen. */
export function LaunchedPanel() {
  const launched = useStore(useDesk().store, (state) => state.launched);
  return launched === null ? null : <Panel launched={launched} />;
}

function Panel({ launched }: { readonly launched: LaunchedProgram }) {
  const desk = useDesk();
  const page = usePage();
  const output = useRef<HTMLTextAreaElement>(null);
  const atEnd = useRef(true);
  const [asked, setAsked] = useState(false);
  const [folded, setFolded] = useState(false);
  const { title, ended, rowId } = launched;
  // biome-ignore lint/correctness/useExhaustiveDependencies: new output is scrolled to
  useEffect(() => {
    const element = output.current;
    if (element && atEnd.current) element.scrollTop = element.scrollHeight;
  }, [launched.output]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another program was not asked to end yet
  useEffect(() => setAsked(false), [launched.id]);
  return (
    <section
      className={folded ? "launched folded" : "launched"}
      aria-label={`Output of ${title}`}
      data-testid="launched-panel"
    >
      <header>
        <b title={title}>{title}</b>
        <span className={ended === null ? "launched-runs" : "dim"} data-testid="launched-status">
          {statusOf(launched)}
        </span>
        <span className="spacer" />
        {rowId === null ? null : (
          <button type="button" className="link" onClick={() => page.select(rowId)}>
            Show runtime
          </button>
        )}
        {ended === null ? (
          <button
            type="button"
            className="button small"
            data-testid="launched-stop"
            onClick={() => {
              void desk.endLaunched(asked);
              setAsked(true);
            }}
          >
            {asked ? "Kill" : "Stop"}
          </button>
        ) : null}
        <button type="button" className="button small" onClick={() => void page.copy(launched.output, "the output")}>
          Copy
        </button>
        <button
          type="button"
          className="button small"
          aria-expanded={!folded}
          data-testid="launched-fold"
          onClick={() => setFolded(!folded)}
        >
          {folded ? "Show output" : "Hide output"}
        </button>
        {ended === null ? null : (
          <button
            type="button"
            className="button small"
            data-testid="launched-close"
            onClick={() => desk.closeLaunched()}
          >
            Close
          </button>
        )}
      </header>
      <textarea
        hidden={folded}
        ref={output}
        readOnly
        className="mono"
        aria-label="Output"
        data-testid="launched-output"
        value={`${launched.cut ? "… older output was dropped\n" : ""}${launched.output}`}
        placeholder={ended === null ? "Nothing printed yet." : "It printed nothing."}
        onScroll={({ currentTarget }) => {
          atEnd.current = currentTarget.scrollHeight - currentTarget.scrollTop - currentTarget.clientHeight < 24;
        }}
      />
    </section>
  );
}

import type { RefObject } from "react";
import type { VerdictId } from "../../core/verdict/verdict.ts";
import { VERDICT_LABELS } from "../../words/labels.ts";
import { usePageState } from "../page/use-page.ts";
import { VerdictMark } from "./verdict-mark.tsx";

const KEYS: readonly (readonly [string, string])[] = [
  ["↑ ↓", "select a runtime"],
  ["← →", "go to its family, fold and unfold it"],
  ["Enter", "go to the selected runtime"],
  ["Esc", "clear the filter, go back to the list"],
  ["/", "filter"],
  ["Space", "pause and resume"],
  ["?", "this help"],
];

const FILTERS: readonly (readonly [string, string])[] = [
  ["train", "name, pid, command line, environment or user has this word"],
  ["verdict:gil-bound", "by verdict"],
  ["cpu>0.5", "also lost, threads, mem: mem>1g"],
  ["pid:4100", "one process"],
  ["-idle.py", "without this word"],
];

const VERDICTS: readonly (readonly [VerdictId, string])[] = [
  ["gil-bound", "threads take turns on one GIL"],
  ["lock-bound", "threads wait for one another"],
  ["quota-limited", "a CPU limit is reached"],
  ["cpu-starved", "other programs have the CPUs"],
  ["oversubscribed", "more own threads than CPUs"],
  ["parallel", "threads really run at the same time"],
  ["single-threaded", "one thread does the work"],
  ["io-bound", "mostly waits for I/O or timers"],
  ["idle", "next to nothing happens"],
  ["undetermined", "too little seen to say"],
];

/** Keys, filters and verdicts on one sheet. */
export function HelpSheet({ dialog }: { readonly dialog: RefObject<HTMLDialogElement | null> }) {
  const version = usePageState((state) => state.welcome?.programVersion ?? "");
  const engine = usePageState((state) => state.welcome?.engine ?? "");
  return (
    <dialog
      ref={dialog}
      className="help"
      aria-labelledby="help-title"
      data-testid="help-sheet"
      onClick={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
    >
      <div className="help-body">
        <h2 id="help-title">Help</h2>
        <div className="help-columns">
          <section>
            <h3>Keys</h3>
            <dl>
              {KEYS.map(([key, does]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
            <h3>Filter</h3>
            <dl>
              {FILTERS.map(([example, does]) => (
                <div key={example}>
                  <dt>
                    <code>{example}</code>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
          <section>
            <h3>Verdicts</h3>
            <dl className="help-verdicts">
              {VERDICTS.map(([id, says]) => (
                <div key={id}>
                  <dt className={`v-${id}`}>
                    <VerdictMark id={id} /> {VERDICT_LABELS[id]}
                  </dt>
                  <dd>{says}</dd>
                </div>
              ))}
            </dl>
            <h3>Units</h3>
            <p>1.00 core is one CPU busy for the whole time, never a share of the machine.</p>
          </section>
        </div>
        <p className="help-foot">
          <span className="dim">
            Gilscope {version}
            {engine === "" ? "" : ` · ${engine}`}
          </span>
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            Close
          </button>
        </p>
      </div>
    </dialog>
  );
}

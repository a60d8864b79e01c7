import type { VerdictId } from "../../core/verdict/verdict.ts";
import { VERDICT_LABELS } from "../../words/labels.ts";
import { useDesk } from "../act/use-desk.ts";
import { Examples } from "../help/examples.tsx";
import { usePageState } from "../page/use-page.ts";
import { SheetFoot } from "./sheet-foot.tsx";
import { SheetFrame } from "./sheet-frame.tsx";
import { VerdictMark } from "./verdict-mark.tsx";

const KEYS: readonly (readonly [string, string])[] = [
  ["↑ ↓", "select a runtime"],
  ["← →", "go to its family, fold and unfold it"],
  ["Enter", "go to the selected runtime"],
  ["Esc", "clear the filter, go back to the list"],
  ["Ctrl-K", "all commands, and runtimes by name"],
  ["/", "filter"],
  ["Space", "pause and resume"],
  ["M", "mark this moment on the time line"],
  ["T", "go to the time line"],
  ["L", "show and close the GIL lanes"],
  ["C", "compare two ranges of time"],
  ["P", "all processes, not only Python"],
  ["Ctrl-,", "settings"],
  ["?", "this help"],
];

const TIME_KEYS: readonly (readonly [string, string])[] = [
  ["← →", "a sample back or on"],
  ["PgDn PgUp", "a minute back or on"],
  ["Shift + these", "grow a range; drag does the same"],
  ["+ − 0", "zoom in, out, show all; the wheel too"],
  ["Enter", "zoom to the range"],
  ["Esc", "drop the range"],
  ["End", "back to live"],
];

const LANE_KEYS: readonly (readonly [string, string])[] = [
  ["← → PgUp PgDn", "move in time; drag does the same"],
  ["+ − 0", "zoom; Ctrl and the wheel too"],
  ["↑ ↓", "go from thread to thread"],
  [", .", "previous and next hand-over"],
  ["Enter", "follow the thread, here and in a table"],
  ["End", "back to now"],
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
export function HelpSheet() {
  const desk = useDesk();
  const version = usePageState((state) => state.welcome?.programVersion ?? "");
  const engine = usePageState((state) => state.welcome?.engine ?? "");
  const desktop = usePageState((state) => state.welcome?.shell === "desktop");
  return (
    <SheetFrame title="Help" testId="help-sheet" onClose={desk.close}>
      <div className="help-body">
        <h2>Help</h2>
        <div className="help-columns">
          <section>
            <h3>Keys</h3>
            <KeyList keys={KEYS} />
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
            <h3>On the time line</h3>
            <KeyList keys={TIME_KEYS} />
            <h3>On the GIL lanes</h3>
            <KeyList keys={LANE_KEYS} />
          </section>
        </div>
        {desktop ? (
          <section>
            <h3>Try it: example programs, which end by themselves after a minute</h3>
            <Examples />
          </section>
        ) : null}
        <SheetFoot
          left={
            <span className="dim">
              Gilscope {version}
              {engine === "" ? "" : ` · ${engine}`}
            </span>
          }
        >
          <button
            type="button"
            className="button"
            data-testid="help-measured"
            onClick={() => desk.open({ kind: "measured", figure: "cpuCores" })}
          >
            How figures are measured
          </button>
          <button type="button" className="button" onClick={() => desk.open({ kind: "settings" })}>
            Settings…
          </button>
          <button type="button" className="button" data-first-focus onClick={desk.close}>
            Close
          </button>
        </SheetFoot>
      </div>
    </SheetFrame>
  );
}

function KeyList({ keys }: { readonly keys: readonly (readonly [string, string])[] }) {
  return (
    <dl>
      {keys.map(([key, does]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  );
}

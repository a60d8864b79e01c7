import type { Change, DiffReport, RuntimeDiff } from "../../core/report/diff-report.ts";
import { clock } from "../../words/clock.ts";
import { diffText, machineChange, runtimeChanges } from "../../words/diff-text.ts";
import { VERDICT_LABELS } from "../../words/labels.ts";
import { bytes, cores, duration, percent } from "../../words/number.ts";
import { usePage, usePageState, useStore } from "../page/use-page.ts";
import { Emphasised } from "../shell/emphasised.tsx";
import { VerdictMark } from "../shell/verdict-mark.tsx";
import type { Comparison, Place } from "./time-control.ts";

/** Runtimes told of one by one. */
const MOST_TOLD = 40;

function placeText({ fromWallMs, toWallMs, fileName }: Place): string {
  return `${clock(fromWallMs)} – ${clock(toWallMs)}${fileName === null ? "" : ` in ${fileName}`}`;
}

function Side({ letter, place }: { readonly letter: "A" | "B"; readonly place: Place | null }) {
  return (
    <div className="card side-card">
      <span className="side-letter">{letter}</span>
      <span>
        <b>{place ? placeText(place) : "Choose the other range"}</b>
        <span className="dim">
          {place ? duration((place.toWallMs - place.fromWallMs) / 1000) : "drag on the time line below"}
        </span>
      </span>
    </div>
  );
}

/** Two ranges of time side by side, with what differs said in words. Stands in the place of the selected runtime. */
export function ComparePane() {
  const page = usePage();
  const comparison = useStore(page.time.store, (state) => state.comparison);
  if (!comparison) return null;
  const { before, after, report } = comparison;
  return (
    <main id="detail" tabIndex={-1} className="detail compare" aria-label="Comparison" data-testid="compare-pane">
      <header className="detail-head">
        <h1>Two ranges side by side</h1>
        <span className="spacer" />
        {report !== null && report !== "nothing" ? (
          <button type="button" className="button" onClick={() => page.copy(diffText(report), "the comparison")}>
            Copy as text
          </button>
        ) : null}
        <button type="button" className="button" data-testid="compare-close" onClick={() => page.time.endComparison()}>
          Close
        </button>
      </header>
      <div className="compare-sides">
        <Side letter="A" place={before} />
        <Side letter="B" place={after} />
      </div>
      {after === null ? <Choices comparison={comparison} /> : null}
      {after !== null && report === null ? <p className="dim">Comparing…</p> : null}
      {report === "nothing" ? (
        <p className="note">One of these ranges holds fewer than two samples, so there is nothing to compare.</p>
      ) : null}
      {report !== null && report !== "nothing" ? <Differences report={report} /> : null}
    </main>
  );
}

function Choices({ comparison: { pinned } }: { readonly comparison: Comparison }) {
  const page = usePage();
  const other = usePageState((state) => state.source !== pinned.source);
  const fileName = usePageState((state) => state.file?.fileName ?? "this machine");
  const length = duration((pinned.toWallMs - pinned.fromWallMs) / 1000);
  return (
    <div className="compare-choices">
      <p className="dim">
        Drag the second range on the time line, or open another recording or snapshot and choose a range there.
      </p>
      {other ? (
        <button type="button" className="button primary" onClick={() => page.time.compareWithAll()}>
          All of {fileName}
        </button>
      ) : (
        <button
          type="button"
          className="button primary"
          data-testid="compare-before"
          onClick={() => page.time.compareWithBefore()}
        >
          The {length} before it
        </button>
      )}
    </div>
  );
}

function Differences({ report }: { readonly report: DiffReport }) {
  const both = report.runtimes.filter(({ presence }) => presence === "both");
  const moved = both.map((diff) => ({ diff, said: runtimeChanges(diff) })).filter(({ said }) => said.length > 0);
  const only = (presence: RuntimeDiff["presence"]) => report.runtimes.filter((diff) => diff.presence === presence);
  const same = both.length - moved.length;
  return (
    <>
      <p className="headline" data-testid="compare-headline">
        {machineChange(report)}
      </p>
      {moved.slice(0, MOST_TOLD).map(({ diff, said }, index) => (
        // Several runtimes may have one name; they stand in the order of the report.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Changed key={index} diff={diff} said={said} />
      ))}
      {moved.length > MOST_TOLD ? <p className="dim">and {moved.length - MOST_TOLD} more that changed</p> : null}
      <Only title="Only in A" diffs={only("only-before")} />
      <Only title="Only in B" diffs={only("only-after")} />
      {same > 0 ? (
        <p className="dim">
          {same} {same === 1 ? "runtime is" : "runtimes are"} the same in both.
        </p>
      ) : null}
    </>
  );
}

const FIGURES: readonly (readonly [string, (diff: RuntimeDiff) => Change, (value: number | null) => string])[] = [
  ["Cores used", (diff) => diff.cpuCores, cores],
  ["Cores wanted", (diff) => diff.demandCores, cores],
  ["Cores lost", (diff) => diff.lostCores, cores],
  ["GIL held", (diff) => diff.gilHeldRatio, percent],
  ["Threads waiting for it", (diff) => diff.gilWaitThreads, (value) => (value === null ? "–" : value.toFixed(1))],
  ["Memory", (diff) => diff.rssBytes, bytes],
];

function Changed({ diff, said }: { readonly diff: RuntimeDiff; readonly said: readonly string[] }) {
  return (
    <section className="card compare-card" data-testid="compare-runtime">
      <h2>
        {diff.name} <span className="dim">pid {(diff.after ?? diff.before)?.pid}</span>
      </h2>
      <ul className="compare-said">
        {said.map((sentence) => (
          <li key={sentence}>
            <Emphasised text={sentence} />
          </li>
        ))}
      </ul>
      <table className="compare-table">
        <thead>
          <tr>
            <th scope="col">
              <span className="hidden">Figure</span>
            </th>
            <th scope="col">A</th>
            <th scope="col">B</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Verdict</th>
            {[diff.before, diff.after].map((side, index) => (
              <td key={index === 0 ? "A" : "B"}>
                {side ? (
                  <span className={`chip small v-${side.verdict}`}>
                    <VerdictMark id={side.verdict} />
                    {VERDICT_LABELS[side.verdict]}
                  </span>
                ) : (
                  "–"
                )}
              </td>
            ))}
          </tr>
          {FIGURES.map(([title, pick, show]) => (
            <tr key={title}>
              <th scope="row">{title}</th>
              <td>{show(pick(diff).before)}</td>
              <td>{show(pick(diff).after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Only({ title, diffs }: { readonly title: string; readonly diffs: readonly RuntimeDiff[] }) {
  if (diffs.length === 0) return null;
  return (
    <section className="card">
      <h3>{title}</h3>
      <ul className="compare-only">
        {diffs.slice(0, MOST_TOLD).map((diff) => {
          const side = diff.after ?? diff.before;
          return (
            <li key={`${diff.name} ${side?.pid}`}>
              {diff.name} <span className="dim">pid {side?.pid}</span>{" "}
              {side ? (
                <span className={`chip small v-${side.verdict}`}>
                  <VerdictMark id={side.verdict} />
                  {VERDICT_LABELS[side.verdict]}
                </span>
              ) : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

import type { GilHolders } from "../../core/frame/frame.ts";
import { holdersByFunction, holdersByThread } from "../../core/gil/gil-holders.ts";
import { holderName, holdersBasis, holdersTitle, placeText } from "../../words/holder-text.ts";
import { percent } from "../../words/number.ts";
import { How } from "../help/how.tsx";

/** Moments from which a ranking is worth showing. */
const LEAST_MOMENTS = 8;
/** Lines of one ranking; what comes after is noise. */
const MOST_LINES = 4;
/** Share from which a line is worth its place. */
const LEAST_SHARE = 0.02;

interface Line {
  readonly key: string;
  readonly name: string;
  /** Where it is: `loader.py:12`; empty for threads. */
  readonly place: string;
  readonly title: string;
  readonly ratio: number;
}

function Ranking({ title, lines }: { readonly title: string; readonly lines: readonly Line[] }) {
  const shown = lines.filter(({ ratio }) => ratio >= LEAST_SHARE).slice(0, MOST_LINES);
  if (shown.length === 0) return null;
  return (
    <div className="holder-ranking">
      <h4>{title}</h4>
      <ol>
        {shown.map((line) => (
          <li key={line.key} title={line.title}>
            <span className="holder-bar" style={{ width: `${Math.round(line.ratio * 100)}%` }} aria-hidden="true" />
            <span className="holder-name">
              {line.name}
              {line.place === "" ? null : <span className="mono dim"> {line.place}</span>}
            </span>
            <span className="holder-share">{percent(line.ratio)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Who holds the GIL while others wait, by thread and by function. Nothing while too little was seen. */
export function Holders({ holders }: { readonly holders: GilHolders }) {
  if (holders.moments < LEAST_MOMENTS) return null;
  const threads = holdersByThread(holders).map((thread): Line => {
    const name = holderName(thread);
    const title = thread.tid === 0 ? name : `${name}, thread id ${thread.tid}`;
    return { key: String(thread.threadRowId), name, place: "", title, ratio: thread.ratio };
  });
  const functions = holdersByFunction(holders).map(
    ({ functionName, file, line, ratio }): Line => ({
      key: `${functionName} ${file}`,
      name: functionName,
      place: placeText(file, line),
      title: `${functionName}, ${file}, line ${line}`,
      ratio,
    }),
  );
  return (
    <section className="holders" aria-labelledby="holders-title" data-testid="gil-holders">
      <h3 id="holders-title">
        {holdersTitle(holders)} <How figure="holders" /> <span>{holdersBasis(holders)}</span>
      </h3>
      <div className="holder-rankings">
        <Ranking title="Thread" lines={threads} />
        <Ranking title="Function" lines={functions} />
      </div>
    </section>
  );
}

import { capital, countOf } from "../../words/count.ts";
import { useDesk } from "../act/use-desk.ts";
import { usePage, usePageState } from "../page/use-page.ts";
import { ListOptions } from "./list-options.tsx";
import { SORT_KEYS, type SortKey } from "./order.ts";
import { RuntimeList } from "./runtime-list.tsx";

const SORT_LABELS: Readonly<Record<SortKey, string>> = {
  lost: "Lost cores",
  cpu: "CPU",
  memory: "Memory",
  name: "Name",
};

/** The left part of the window: how many runtimes there are, their order, and the list. */
export function ListPane() {
  const page = usePage();
  const desk = useDesk();
  const list = usePageState((state) => state.list);
  const filtered = usePageState((state) => state.filter.trim() !== "");
  const sortKey = usePageState((state) => state.sortKey);
  const ready = usePageState((state) => state.view !== null);
  const leftOut = usePageState((state) => state.view?.endedLeftOut ?? 0);
  const partly = list.shownRuntimes !== list.runtimes;
  const count = partly ? `${list.shownRuntimes} of ${list.runtimes}` : String(list.runtimes);
  return (
    <nav className="side" aria-label="Runtimes">
      <div className="side-head">
        <span className="side-count">
          <b>{count}</b> <span className="side-word">{list.runtimes === 1 ? "runtime" : "runtimes"}</span>
          {partly || list.families === list.runtimes ? null : (
            <span className="side-programs">
              {" "}
              in {list.families} {list.families === 1 ? "program" : "programs"}
            </span>
          )}
        </span>
        <ListOptions />
        <label className="sort-choice">
          <span className="hidden">Order</span>
          <select
            value={sortKey}
            onChange={(event) => {
              const key = event.target.value as SortKey;
              page.setSortKey(key);
              void desk.changeSettings({ listSort: key });
            }}
          >
            {SORT_KEYS.map((key) => (
              <option key={key} value={key}>
                {SORT_LABELS[key]}
              </option>
            ))}
          </select>
        </label>
      </div>
      {leftOut === 0 ? null : (
        <p className="dim list-note">
          {capital(countOf(leftOut, "other"))} ended earlier in this range; choose a shorter one.
        </p>
      )}
      {ready ? <RuntimeList /> : <ListSkeleton />}
      {ready && filtered && list.shownRuntimes === 0 ? (
        <div className="no-match" data-testid="no-match">
          <p>Nothing matches this filter.</p>
          <button type="button" className="button" onClick={() => page.setFilter("")}>
            Clear the filter
          </button>
        </div>
      ) : null}
    </nav>
  );
}

function ListSkeleton() {
  return (
    <div className="skeleton list-skeleton" aria-hidden="true">
      {[0, 1, 2, 3, 4, 5].map((line) => (
        <div key={line} className="bone line-bone" />
      ))}
    </div>
  );
}

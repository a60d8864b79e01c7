import { useEffect, useState } from "react";
import type { ProcessLine, ProcessList } from "../../core/process/process-list.ts";
import { capital, countOf } from "../../words/count.ts";
import { bytes, cores, duration, NOT_KNOWN } from "../../words/number.ts";
import { useDesk } from "../act/use-desk.ts";
import { usePage, usePageState } from "../page/use-page.ts";
import { CloseButton, SheetFoot } from "../shell/sheet-foot.tsx";
import { SheetFrame } from "../shell/sheet-frame.tsx";
import { directionOf, SORTS, type SortColumn, shownLines } from "./process-order.ts";

/** How often the list is asked for while it is of now, milliseconds. */
const REFRESH_MS = 2000;

const HEADS: Readonly<Record<SortColumn, string>> = {
  name: "Process",
  pid: "pid",
  userName: "User",
  threadCount: "Threads",
  cpuCores: "CPU, cores",
  rssBytes: "Memory",
};

/** All processes of the machine, to see who else has the CPUs. A runtime among them can be gone to. */
export function ProcessSheet() {
  const desk = useDesk();
  const fixed = usePageState((state) => state.file !== null || state.pausedAtMs !== null);
  const [list, setList] = useState<ProcessList | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [filter, setFilter] = useState("");
  const [sort, setSort] = useState<SortColumn>("cpuCores");
  useEffect(() => {
    let gone = false;
    const read = async () => {
      try {
        const answer = await desk.processes();
        if (!gone) setList(answer);
      } catch (error) {
        if (!gone) setProblem(error instanceof Error ? error.message : String(error));
      }
    };
    void read();
    const timer = fixed ? null : setInterval(() => void read(), REFRESH_MS);
    return () => {
      gone = true;
      if (timer !== null) clearInterval(timer);
    };
  }, [desk, fixed]);
  const shown = list === null ? null : shownLines(list.lines, filter, sort);
  return (
    <SheetFrame title="All processes" testId="process-sheet" onClose={desk.close}>
      <div className="help-body">
        <h2>All processes</h2>
        <p className="dim">
          {list === null
            ? "Reading…"
            : `${capital(countOf(list.total, "process", "processes"))}, figures over ${duration(list.windowSeconds)}. A Python among them leads to its runtime.`}
        </p>
        {problem === null ? null : <p role="alert">{problem}</p>}
        <label className="field">
          <span className="hidden">Filter processes</span>
          <input
            type="text"
            value={filter}
            placeholder="Filter: name, pid or user"
            spellCheck={false}
            autoComplete="off"
            data-first-focus
            data-testid="process-filter"
            onChange={(event) => setFilter(event.target.value)}
          />
        </label>
        <div
          className="table-scroll process-scroll"
          role="region"
          aria-label="Processes"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled with keys
          tabIndex={0}
        >
          <table className="plain-table" data-testid="process-table">
            <thead>
              <tr>
                {SORTS.map((column) => (
                  <th
                    key={column}
                    scope="col"
                    className={column === "name" || column === "userName" ? undefined : "number"}
                    aria-sort={column === sort ? directionOf(column) : undefined}
                  >
                    <button type="button" className="sort" onClick={() => setSort(column)}>
                      {HEADS[column]}
                      {column === sort ? (
                        <span aria-hidden="true" className="sort-mark">
                          {directionOf(column) === "ascending" ? "↑" : "↓"}
                        </span>
                      ) : null}
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown?.lines.map((line) => (
                <Line key={line.rowId} line={line} />
              ))}
            </tbody>
          </table>
        </div>
        <p className="dim">
          {shown === null || shown.more === 0 ? "" : `and ${shown.more} more; filter or sort to find them`}
        </p>
        <SheetFoot>
          <CloseButton onClose={desk.close} />
        </SheetFoot>
      </div>
    </SheetFrame>
  );
}

function Line({ line }: { readonly line: ProcessLine }) {
  const page = usePage();
  const desk = useDesk();
  const name = line.name ?? NOT_KNOWN;
  return (
    <tr data-testid="process-row" data-pid={line.pid}>
      <th scope="row">
        {line.isRuntime ? (
          <button
            type="button"
            className="link"
            onClick={() => {
              desk.close();
              page.select(line.rowId);
            }}
          >
            {name}
          </button>
        ) : (
          name
        )}
      </th>
      <td className="number mono">{line.pid}</td>
      <td>{line.userName ?? NOT_KNOWN}</td>
      <td className="number">{line.threadCount}</td>
      <td className="number">{cores(line.cpuCores)}</td>
      <td className="number">{bytes(line.rssBytes)}</td>
    </tr>
  );
}

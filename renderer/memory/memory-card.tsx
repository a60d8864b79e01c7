import { memo, useState } from "react";
import type { RuntimeView } from "../../core/frame/view.ts";
import { memorySentences } from "../../words/memory-text.ts";
import { bytes } from "../../words/number.ts";
import { sentence } from "../../words/sentences.ts";
import { How } from "../help/how.tsx";
import { Emphasised } from "../shell/emphasised.tsx";
import { FoldMark } from "../shell/marks.tsx";
import { MembersTable } from "./members-table.tsx";
import { SegmentsTable } from "./segments-table.tsx";
import { SplitBar } from "./split-bar.tsx";

/** What the closed card says in one line. */
function summaryText({ runtime, family, members, sharedMemory }: RuntimeView): string {
  const parts: string[] = [];
  const { pssBytes, ussBytes } = runtime;
  if (pssBytes.known && ussBytes.known) parts.push(`${bytes(ussBytes.value)} own of ${bytes(pssBytes.value)}`);
  if (members.length > 1 && family.pssBytes.known) {
    const missing = family.unreadRowIds.length;
    parts.push(
      `${members.length} runtimes ${bytes(family.pssBytes.value)} together${missing === 0 ? "" : ` without ${missing} not read`}`,
    );
  }
  const orphans = sharedMemory.segments.filter(({ orphaned }) => orphaned === true).length;
  const mapped = sharedMemory.segments.length - orphans;
  if (mapped > 0) parts.push(`${mapped} shared ${mapped === 1 ? "segment" : "segments"}`);
  if (orphans > 0) parts.push(`${orphans} left behind`);
  return parts.join(" · ");
}

/**
 * Where the memory of the selected runtime lies, what its family takes together, and the shared memory they map. Closed it is one
 * line; the tables are made when it is opened.
 */
export const MemoryCard = memo(function MemoryCard({ view }: { readonly view: RuntimeView }) {
  const [open, setOpen] = useState(false);
  return (
    <details
      className="card memory-view"
      data-testid="memory-view"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <FoldMark folded={!open} />
        <h3>{view.members.length > 1 ? "Memory and family" : "Memory in detail"}</h3>
        <span className="memory-summary">{summaryText(view)}</span>
      </summary>
      {open ? <Opened view={view} /> : null}
    </details>
  );
});

function Opened({ view }: { readonly view: RuntimeView }) {
  const { runtime, family, members, sharedMemory } = view;
  return (
    <div className="memory-opened">
      {family.summary === null ? null : (
        <p className="memory-family" data-testid="family-summary">
          <Emphasised text={sentence(family.summary)} />
        </p>
      )}
      <ul className="memory-sentences">
        {memorySentences(runtime).map((text, index) => (
          <li key={text.replace(/[\d.]+/g, "")}>
            <Emphasised text={text} /> {index === 0 ? <How figure="pssBytes" /> : null}
          </li>
        ))}
      </ul>
      {runtime.memory.split === null ? null : <SplitBar split={runtime.memory.split} />}
      {members.length > 1 ? <MembersTable members={members} selectedRowId={runtime.rowId} /> : null}
      <SegmentsTable sharedMemory={sharedMemory} />
    </div>
  );
}

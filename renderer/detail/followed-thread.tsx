import { useState } from "react";
import type { ThreadFrameColumns } from "../../core/frame/frame.ts";
import { frameText } from "../../words/now-in.ts";
import { cores } from "../../words/number.ts";
import { usePage, usePageState } from "../page/use-page.ts";
import { sharesOf, statesInWords } from "./state-bar.tsx";
import { numberOrNull } from "./thread-order.ts";

/** Functions of a stack shown at first. */
const FIRST_FRAMES = 8;

/** The thread that is followed: where its time goes in words, and its Python stack. */
export function FollowedThread({ threads }: { readonly threads: ThreadFrameColumns }) {
  const page = usePage();
  const followedRowId = usePageState((state) => state.followedRowId);
  const [all, setAll] = useState(false);
  if (followedRowId === null) return null;
  const row = threads.rowId.indexOf(followedRowId);
  const stop = (
    <button type="button" className="link" data-testid="stop-following" onClick={() => page.follow(null)}>
      Stop following
    </button>
  );
  if (row < 0) {
    return (
      <div className="followed-thread" data-testid="followed-thread">
        <p>The thread that was followed has ended. {stop}</p>
      </div>
    );
  }
  const stack = threads.stacks[row] ?? null;
  const frames = stack?.frames ?? [];
  const shown = all ? frames : frames.slice(0, FIRST_FRAMES);
  const name = threads.names[row] ?? "";
  return (
    <div className="followed-thread" data-testid="followed-thread">
      <p>
        Following <b>{name}</b> <span className="dim">tid {threads.tid[row]}</span>:{" "}
        {cores(numberOrNull(threads.cpuCores[row]))} cores;{" "}
        {statesInWords(sharesOf(threads.states, row)) || "not known"}.
      </p>
      {frames.length === 0 ? (
        <p className="dim">{stack === null ? "Its Python stack was not read." : "It runs no Python code now."}</p>
      ) : (
        <ol className="stack-frames mono" aria-label={`Stack of ${name}`}>
          {shown.map((frame, depth) => (
            // Frames change with every reading but keep their depth.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <li key={depth} title={frame.file}>
              {frameText(frame)}
            </li>
          ))}
        </ol>
      )}
      <p className="followed-does">
        {frames.length > FIRST_FRAMES ? (
          <button type="button" className="link" onClick={() => setAll(!all)}>
            {all ? "Fewer functions" : `${frames.length - FIRST_FRAMES} outer functions`}
          </button>
        ) : null}
        {frames.length > 0 ? (
          <button
            type="button"
            className="link"
            onClick={() => void page.copy(`${name}\n${frames.map(frameText).join("\n")}\n`, "the stack")}
          >
            Copy stack
          </button>
        ) : null}
        {stop}
      </p>
    </div>
  );
}

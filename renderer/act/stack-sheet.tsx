import { useCallback, useEffect, useState } from "react";
import type { NamedStack, StackAnswer } from "../../core/page/protocol.ts";
import { absentSentence } from "../../words/obstacle.ts";
import { stackFrameText, stacksText } from "../../words/stack-text.ts";
import { usePage, usePageState } from "../page/use-page.ts";
import { CloseButton, SheetFoot } from "../shell/sheet-foot.tsx";
import { SheetFrame } from "../shell/sheet-frame.tsx";
import type { SheetTarget } from "./sheet.ts";
import { useDesk } from "./use-desk.ts";

/** Frames of one thread shown before the rest is asked for. */
const FIRST_FRAMES = 12;

function Frames({ frames }: Pick<NamedStack, "frames">) {
  const [all, setAll] = useState(false);
  const shown = all ? frames : frames.slice(0, FIRST_FRAMES);
  return (
    <>
      <ol className="stack-frames mono">
        {shown.map(({ functionName, file, line }, depth) => (
          // Frames of one reading never move.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={depth} title={stackFrameText(functionName, file, line)}>
            <b>{functionName}</b>{" "}
            <span className="dim">
              {file}
              {line === null ? "" : `:${line}`}
            </span>
          </li>
        ))}
      </ol>
      {frames.length > shown.length ? (
        <button type="button" className="link" onClick={() => setAll(true)}>
          {frames.length - shown.length} outer functions
        </button>
      ) : null}
    </>
  );
}

type Reading = { readonly state: "reading" } | StackAnswer | { readonly state: "broken"; readonly message: string };

/** Where every thread of a runtime is in Python now. The program is not stopped for it. */
export function StackSheet({ target }: { readonly target: SheetTarget }) {
  const desk = useDesk();
  const page = usePage();
  const fixed = usePageState((state) => state.file !== null || state.pausedAtMs !== null);
  const [reading, setReading] = useState<Reading>({ state: "reading" });
  const read = useCallback(async () => {
    setReading(
      await desk.stack(target).catch((error: Error) => ({ state: "broken", message: error.message }) as const),
    );
  }, [desk, target]);
  useEffect(() => void read(), [read]);
  return (
    <SheetFrame title={`Stacks of ${target.name}`} testId="stack-sheet" onClose={desk.close}>
      <div className="help-body">
        <h2>Stacks of {target.name}</h2>
        <p className="dim">
          pid <span className="mono">{target.pid}</span>
          {reading.state === "read"
            ? ` · ${new Date(reading.wallMs).toLocaleTimeString(undefined, { hour12: false })} · ${reading.threads.length === 1 ? "1 thread" : `${reading.threads.length} threads`} · innermost function first`
            : ""}
        </p>
        {reading.state === "reading" ? <p>Reading…</p> : null}
        {reading.state === "broken" ? <p className="field-problem">{reading.message}</p> : null}
        {reading.state === "failed" ? <p data-testid="stack-absent">{absentSentence(reading.reason)}</p> : null}
        {reading.state === "read" ? (
          <div className="stacks" data-testid="stacks">
            {reading.threads.length === 0 ? (
              <p>No thread stood still long enough to be read whole. Read again.</p>
            ) : (
              reading.threads.map((thread) => (
                <section key={thread.threadRowId} className="stack">
                  <h3>
                    {thread.name} <span className="mono dim">{thread.tid}</span>
                    {thread.inGarbageCollection === true ? <span className="flag">collecting garbage</span> : null}
                  </h3>
                  {thread.frames.length === 0 ? (
                    <p className="dim">Runs no Python now.</p>
                  ) : (
                    <Frames frames={thread.frames} />
                  )}
                </section>
              ))
            )}
          </div>
        ) : null}
        <SheetFoot
          left={
            <span className="foot-buttons">
              <button
                type="button"
                className="button"
                disabled={fixed}
                data-testid="stack-again"
                onClick={() => void read()}
              >
                Read again
              </button>
              <button
                type="button"
                className="button"
                disabled={reading.state !== "read"}
                data-testid="stack-copy"
                onClick={() => {
                  if (reading.state === "read")
                    void page.copy(stacksText(target.name, target.pid, reading), "the stacks of all threads");
                }}
              >
                Copy
              </button>
            </span>
          }
        >
          <CloseButton onClose={desk.close} />
        </SheetFoot>
      </div>
    </SheetFrame>
  );
}

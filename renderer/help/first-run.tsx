import { useDesk, useSetting } from "../act/use-desk.ts";
import { usePageState, useStore } from "../page/use-page.ts";
import { Examples } from "./examples.tsx";

/** What a newcomer needs to know, until it is put away. */
export function FirstRun() {
  const desk = useDesk();
  const welcomed = useSetting((settings) => settings.welcomed);
  const desktop = usePageState((state) => state.welcome?.shell === "desktop");
  // Who tries an example looks at that.
  const trying = useStore(desk.store, (state) => state.launched !== null);
  if (welcomed || trying) return null;
  return (
    <section className="card first-run" aria-labelledby="first-run-title" data-testid="first-run">
      <div className="first-run-head">
        <h2 id="first-run-title">New here?</h2>
        <button
          type="button"
          className="button small"
          data-testid="first-run-done"
          onClick={() => void desk.changeSettings({ welcomed: true })}
        >
          Got it
        </button>
      </div>
      <p>
        Every Python of this machine is in the list, those that lose most first. Select one: the sentence below says
        what keeps its threads from running at the same time, and the figures under it prove it.{" "}
        <b>1.00 core is one CPU that is busy all the time.</b>{" "}
        <button type="button" className="link" onClick={() => desk.open({ kind: "help" })}>
          Keys, filters and verdicts
        </button>
      </p>
      {desktop ? (
        <div className="first-run-try">
          <span className="dim">Try it on a program that ends by itself after a minute:</span>
          <Examples ids={["gil-bound", "parallel", "lock-bound"]} />
        </div>
      ) : null}
    </section>
  );
}

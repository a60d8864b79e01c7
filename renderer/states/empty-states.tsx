import type { ReactNode } from "react";
import { useDesk } from "../act/use-desk.ts";
import { Examples } from "../help/examples.tsx";
import { usePageState } from "../page/use-page.ts";

interface CalmProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly testId: string;
}

/** A page that has nothing to show, and says why and what to do. */
export function Calm({ title, children, testId }: CalmProps) {
  return (
    <main id="detail" tabIndex={-1} className="detail" data-testid={testId}>
      <div className="empty">
        <svg className="empty-art" viewBox="0 0 96 40" width="96" height="40" aria-hidden="true">
          <path d="M2 30h92" stroke="var(--line-strong)" strokeWidth="1.5" strokeDasharray="4 4" />
          <path d="M2 36c16 0 18-7 30-7s14 5 26 5 16-4 36-4" fill="none" stroke="var(--faint)" strokeWidth="1.5" />
        </svg>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}

/** No Python runs on this machine. */
export function NoPython() {
  const desk = useDesk();
  const desktop = usePageState((state) => state.welcome?.shell === "desktop");
  return (
    <Calm title="No Python is running" testId="no-python">
      <p>
        Gilscope looks every second and shows each interpreter as soon as it starts. To see one now,{" "}
        {desktop ? "start an example, or run this in a terminal:" : "run this in a terminal:"}
      </p>
      <Examples ids={["gil-bound", "parallel", "lock-bound"]} />
      <pre className="mono example">
        {`python3 -c "import threading as t
def work():
    while True: sum(range(999))
for _ in range(4): t.Thread(target=work).start()"`}
      </pre>
      <p className="dim">Four threads, one GIL: it will show up here within a second. Ctrl-\ ends it.</p>
      <p>
        <button type="button" className="link" onClick={() => desk.open({ kind: "processes" })}>
          All processes of this machine
        </button>
      </p>
      <p className="dim">
        Programs in other containers, or of other users where the system hides them, can’t be seen from here.
      </p>
    </Calm>
  );
}

/** The page was opened without a way to reach the program. */
export function NoDoor() {
  return (
    <Calm title="This page needs its full address" testId="no-door">
      <p>
        Open the address that Gilscope printed in the terminal, with everything after the{" "}
        <span className="mono">#</span>. The part after it is a key that lets only you in.
      </p>
    </Calm>
  );
}

/** The program refuses this page: its key is of another start. */
export function Refused() {
  return (
    <Calm title="This page’s key is not valid any more" testId="refused">
      <p>Gilscope was started again since this page was opened. Use the new address that it printed in the terminal.</p>
    </Calm>
  );
}

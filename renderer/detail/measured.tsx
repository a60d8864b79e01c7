import type { RuntimeFrame } from "../../core/frame.ts";
import { duration } from "../../words/number.ts";

/** "How this is measured", opened on demand. */
export function Measured({ runtime }: { readonly runtime: RuntimeFrame }) {
  const probed = runtime.probePasses > 0;
  return (
    <details className="measured">
      <summary>How this is measured</summary>
      <div className="measured-text">
        <p>
          Figures cover the last {duration(runtime.windowSeconds)}. One core means one CPU busy for the whole time. CPU
          use and time spent runnable without a CPU come from the kernel’s scheduler, exact for every thread.
        </p>
        <p>
          {probed
            ? `What waiting threads wait for was looked at ${runtime.probePasses.toLocaleString("en")} times in this window, at random moments, about ${Math.round(runtime.probeRateHz)} times a second. A thread waits for the GIL when it sleeps on the lock inside the interpreter.`
            : "What waiting threads wait for was not looked at in this window, so the verdict stands on the scheduler alone."}
        </p>
        <p>
          Demand is what the threads would use if they never waited for the GIL or a CPU, each at most one core. Lost
          cores are demand, as far as cores are allowed and free, less what is used. The program is never stopped or
          changed.
        </p>
      </div>
    </details>
  );
}

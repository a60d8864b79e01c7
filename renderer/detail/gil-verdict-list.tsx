import type { GilVerdict } from "../../core/frame/frame.ts";
import { valueOrNull } from "../../core/sample/reading.ts";
import type { Past } from "../../words/clock.ts";
import { VERDICT_LABELS } from "../../words/labels.ts";
import { cores, percent } from "../../words/number.ts";
import { sentence } from "../../words/sentences.ts";
import { Emphasised } from "../shell/emphasised.tsx";

/** One line for each GIL of a runtime that has several: its verdict, how much it is held, and who uses it. */
export function GilVerdictList({ gils, past }: { readonly gils: readonly GilVerdict[]; readonly past: Past | null }) {
  if (gils.length === 0) return null;
  return (
    <section className="gil-verdicts" aria-labelledby="gil-verdicts-title" data-testid="gil-verdicts">
      <h3 id="gil-verdicts-title">
        One GIL per interpreter <span>{gils.length} interpreters</span>
      </h3>
      <ul>
        {gils.map(({ interpreterId, verdict, heldRatio, threadCount, cpuCores }) => (
          <li key={interpreterId} data-verdict={verdict.id}>
            <span className={`chip small v-${verdict.id}`}>{VERDICT_LABELS[verdict.id]}</span>
            <span>
              <b>Interpreter {interpreterId}.</b> <Emphasised text={sentence(verdict.headline, past)} />{" "}
              <span className="dim">
                Held {percent(valueOrNull(heldRatio))}, {threadCount} {threadCount === 1 ? "thread" : "threads"},{" "}
                {cores(valueOrNull(cpuCores))} cores.
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

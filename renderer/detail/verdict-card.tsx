import type { RuntimeFrame } from "../../core/frame/frame.ts";
import { valueOrNull } from "../../core/sample/reading.ts";
import type { VerdictId } from "../../core/verdict/verdict.ts";
import type { Past } from "../../words/clock.ts";
import { diagnosisText } from "../../words/diagnosis-text.ts";
import { onsetText } from "../../words/holder-text.ts";
import { BASIS_LABELS, VERDICT_LABELS } from "../../words/labels.ts";
import { cores, percent } from "../../words/number.ts";
import { sentence } from "../../words/sentences.ts";
import { How } from "../help/how.tsx";
import { isFixed } from "../page/page-state.ts";
import { usePage, usePageState } from "../page/use-page.ts";
import { CodeInText, Emphasised } from "../shell/emphasised.tsx";
import { GilVerdictList } from "./gil-verdict-list.tsx";
import { Holders } from "./holders.tsx";
import { Measured } from "./measured.tsx";

/** Lost cores from which a gain is worth promising. */
const LEAST_GAIN = 0.1;
/** Sentences of evidence shown at once; the others on demand. */
const FIRST_EVIDENCE = 4;

/** What stands over the projected gain. */
function gainTitle(id: VerdictId): string {
  switch (id) {
    case "gil-bound":
      return "If the GIL were no limit";
    case "quota-limited":
      return "With a wider CPU limit";
    case "lock-bound":
      return "If threads did not wait for each other";
    case "cpu-starved":
      return "With the CPUs to itself";
    default:
      return "What it could use";
  }
}

function Gain({ runtime }: { readonly runtime: RuntimeFrame }) {
  const used = valueOrNull(runtime.cpuCores);
  const potential = valueOrNull(runtime.potentialCores);
  const lost = valueOrNull(runtime.lostCores);
  const promised = used !== null && potential !== null && lost !== null && lost >= LEAST_GAIN && potential > used;
  return (
    <>
      <p className="gain-title">
        {promised ? gainTitle(runtime.verdict.id) : "Cores used"}{" "}
        <How figure={promised ? "potentialCores" : "allowedCores"} />
      </p>
      <p className="gain-figure">
        {promised ? (
          <>
            {cores(used)} <span aria-hidden="true">→</span>
            <span className="hidden"> to </span> {cores(potential)} <span className="unit">cores</span>
          </>
        ) : (
          <>
            {cores(used)}{" "}
            <span className="unit">
              of {Number.isInteger(runtime.allowedCores) ? runtime.allowedCores : cores(runtime.allowedCores)}
            </span>
          </>
        )}
      </p>
    </>
  );
}

function Sentences({ texts, className }: { readonly texts: readonly string[]; readonly className: string }) {
  return texts.length === 0 ? null : (
    <ul className={className}>
      {texts.map((text, index) => (
        // Sentences change with their figures but keep their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={index}>{className === "advice" ? <CodeInText text={text} /> : <Emphasised text={text} />}</li>
      ))}
    </ul>
  );
}

/** The verdict on one runtime: what holds it back, the figures behind that, and what would help. */
export function VerdictCard({
  runtime,
  wallMs,
  ended,
}: {
  readonly runtime: RuntimeFrame;
  /** Time of the frame, epoch milliseconds. */
  readonly wallMs: number;
  readonly ended: boolean;
}) {
  const page = usePage();
  const { verdict } = runtime;
  const fixed = usePageState(isFixed);
  const past: Past | null = fixed || ended ? { untilWallMs: wallMs } : null;
  const onset = onsetText(runtime, wallMs, past);
  const aboutGil = verdict.id === "gil-bound" || verdict.furtherCauses.some(({ id }) => id === "gil-bound");
  const advice = verdict.advice.map((message) => sentence(message, past)).filter((text) => text !== "");
  return (
    <section
      className={`card verdict-card v-${verdict.id}`}
      data-testid="verdict-card"
      data-verdict={verdict.id}
      aria-labelledby="verdict-headline"
    >
      <div className="verdict-main">
        <h2 id="verdict-headline" className="headline">
          {sentence(verdict.headline, past)}
        </h2>
        <Sentences
          texts={verdict.evidence.slice(0, FIRST_EVIDENCE).map((message) => sentence(message, past))}
          className="evidence"
        />
        {verdict.furtherCauses.length > 0 ? (
          <ul className="causes" aria-label="Further causes">
            {verdict.furtherCauses.map((cause) => (
              <li key={cause.id}>
                <span className={`chip small v-${cause.id}`}>also {VERDICT_LABELS[cause.id]}</span>
                <span>
                  <Emphasised text={sentence(cause.message, past)} />
                </span>
              </li>
            ))}
          </ul>
        ) : null}
        {verdict.evidence.length > FIRST_EVIDENCE ? (
          <details className="more">
            <summary>
              {verdict.evidence.length === FIRST_EVIDENCE + 1
                ? "1 more figure"
                : `${verdict.evidence.length - FIRST_EVIDENCE} more figures`}
            </summary>
            <Sentences
              texts={verdict.evidence.slice(FIRST_EVIDENCE).map((message) => sentence(message, past))}
              className="evidence"
            />
          </details>
        ) : null}
      </div>
      <div className="gain">
        <Gain runtime={runtime} />
        <Sentences texts={advice.slice(0, 1)} className="advice" />
        {advice.length > 1 ? (
          <details className="more">
            <summary>{advice.length === 2 ? "Another way" : `${advice.length - 1} other ways`}</summary>
            <Sentences texts={advice.slice(1)} className="advice" />
          </details>
        ) : null}
      </div>
      <div className="verdict-extra">
        <GilVerdictList gils={runtime.gilVerdicts} past={past} />
        {aboutGil ? <Holders holders={runtime.holders} /> : null}
      </div>
      <div className="verdict-foot">
        <span className="basis" title="What the verdict stands on, how sure it is, and since when it holds">
          {BASIS_LABELS[verdict.basis]}
          {verdict.basis === "none" ? null : ` · ${percent(verdict.confidence)} sure`}
          {onset === "" ? null : (
            <>
              {" · "}
              <span data-testid="verdict-onset">{onset}</span>
            </>
          )}
        </span>
        <Measured runtime={runtime} past={past} />
        <button
          type="button"
          className="link copy"
          onClick={() =>
            page.copy(
              `${diagnosisText(runtime, wallMs, past)}${ended ? "The program has ended since.\n" : ""}`,
              "the verdict",
            )
          }
        >
          Copy verdict
        </button>
      </div>
    </section>
  );
}

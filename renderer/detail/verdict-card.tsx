import type { RuntimeFrame } from "../../core/frame.ts";
import { valueOrNull } from "../../core/reading.ts";
import type { VerdictId } from "../../core/verdict.ts";
import { cores, percent } from "../../words/number.ts";
import { BASIS_LABELS, VERDICT_LABELS } from "../labels.ts";
import { usePage } from "../page/use-page.ts";
import { sentence } from "../say.ts";
import { Emphasised } from "../shell/emphasised.tsx";
import { Measured } from "./measured.tsx";
import { verdictAsText } from "./verdict-text.ts";

/** Lost cores from which a gain is worth promising. */
const LEAST_GAIN = 0.1;

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
      <p className="gain-title">{promised ? gainTitle(runtime.verdict.id) : "Cores used"}</p>
      <p className="gain-figure">
        {promised ? (
          <>
            {cores(used)} <span aria-hidden="true">→</span>
            <span className="hidden"> to </span> {cores(used + lost)} <span className="unit">cores</span>
          </>
        ) : (
          <>
            {cores(used)} <span className="unit">of {Number(runtime.allowedCores.toFixed(2))}</span>
          </>
        )}
      </p>
    </>
  );
}

/** The verdict on one runtime: what holds it back, the figures behind that, and what would help. */
export function VerdictCard({ runtime, ended }: { readonly runtime: RuntimeFrame; readonly ended: boolean }) {
  const page = usePage();
  const { verdict } = runtime;
  return (
    <section
      className={`card verdict-card v-${verdict.id}`}
      data-testid="verdict-card"
      data-verdict={verdict.id}
      aria-labelledby="verdict-headline"
    >
      <div className="verdict-main">
        <h2 id="verdict-headline" className="headline">
          {sentence(verdict.headline)}
        </h2>
        {verdict.evidence.length > 0 ? (
          <ul className="evidence">
            {verdict.evidence.map((message) => (
              <li key={message.code}>
                <Emphasised text={sentence(message)} />
              </li>
            ))}
          </ul>
        ) : null}
        {verdict.furtherCauses.length > 0 ? (
          <ul className="causes" aria-label="Further causes">
            {verdict.furtherCauses.map((cause) => (
              <li key={cause.id}>
                <span className={`chip small v-${cause.id}`}>also {VERDICT_LABELS[cause.id]}</span>
                <span>
                  <Emphasised text={sentence(cause.message)} />
                </span>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
      <div className="gain">
        <Gain runtime={runtime} />
        {verdict.advice.length > 0 ? (
          <ul className="advice">
            {verdict.advice.map((message) => (
              <li key={message.code}>{sentence(message)}</li>
            ))}
          </ul>
        ) : null}
      </div>
      <div className="verdict-foot">
        <span className="basis" title="What the verdict stands on, and how sure it is">
          {BASIS_LABELS[verdict.basis]}
          {verdict.basis === "none" ? null : ` · ${percent(verdict.confidence)} sure`}
        </span>
        <Measured runtime={runtime} />
        <button
          type="button"
          className="link copy"
          onClick={() => page.copy(verdictAsText(runtime, ended), "the verdict")}
        >
          Copy verdict
        </button>
      </div>
    </section>
  );
}

import type { Frame, RuntimeFrame } from "../core/frame/frame.ts";
import { diagnoseReport } from "../core/report/diagnose-report.ts";
import type { WatchedReport } from "../core/report/diagnose-schema.ts";
import type { SessionHeader } from "../core/sample/raw-sample.ts";
import { plainJson, plainText } from "../core/text/plain-text.ts";
import type { Message } from "../core/verdict/message.ts";
import { diagnosisText } from "../words/diagnosis-text.ts";
import { sentence } from "../words/sentences.ts";

function plainMessage(message: Message): Message {
  const parameters = Object.entries(message.parameters).map(([name, value]) => [
    name,
    typeof value === "string" ? plainText(value) : value,
  ]);
  return { code: message.code, parameters: Object.fromEntries(parameters) as Message["parameters"] };
}

/** The runtime with every text in it that came from the machine made harmless. */
function plainRuntime(runtime: RuntimeFrame): RuntimeFrame {
  const { verdict } = runtime;
  return {
    ...runtime,
    name: plainText(runtime.name),
    verdict: {
      ...verdict,
      headline: plainMessage(verdict.headline),
      evidence: verdict.evidence.map(plainMessage),
      furtherCauses: verdict.furtherCauses.map((cause) => ({ ...cause, message: plainMessage(cause.message) })),
      advice: verdict.advice.map(plainMessage),
    },
  };
}

/** One runtime's diagnosis, as `--json` or for people. Ends with a line feed. */
export function diagnosisOutput(
  frame: Frame,
  header: SessionHeader,
  runtime: RuntimeFrame,
  json: boolean,
  watched: WatchedReport | null = null,
): string {
  if (!json) return diagnosisText(plainRuntime(runtime), frame.wallMs);
  const report = diagnoseReport(frame, header, runtime.rowId, sentence);
  return `${plainJson(JSON.stringify(watched === null ? report : { ...report, watched }, null, 2))}\n`;
}

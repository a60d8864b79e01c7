import type { RuntimeFrame } from "../../core/frame.ts";
import { percent } from "../../words/number.ts";
import { BASIS_LABELS, VERDICT_LABELS } from "../labels.ts";
import { sentence } from "../say.ts";
import { pythonName } from "./facts.ts";

/** The verdict as plain text to paste into a message. */
export function verdictAsText(runtime: RuntimeFrame, ended: boolean): string {
  const { verdict } = runtime;
  const lines = [
    `${runtime.name} (pid ${runtime.pid}, ${pythonName(runtime.python)})${ended ? ", ended" : ""}: ${VERDICT_LABELS[verdict.id]}`,
    sentence(verdict.headline),
    ...verdict.evidence.map((message) => `- ${sentence(message)}`),
    ...verdict.furtherCauses.map((cause) => `- Also ${VERDICT_LABELS[cause.id]}: ${sentence(cause.message)}`),
    ...verdict.advice.map((message) => `> ${sentence(message)}`),
    `${BASIS_LABELS[verdict.basis]}${verdict.basis === "none" ? "" : `, ${percent(verdict.confidence)} sure`}, over ${runtime.windowSeconds.toFixed(1)} s`,
  ];
  return `${lines.join("\n")}\n`;
}

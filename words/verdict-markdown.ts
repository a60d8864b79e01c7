import type { RuntimeFrame } from "../core/frame/frame.ts";
import { pythonText } from "./diagnosis-text.ts";
import { BASIS_LABELS, VERDICT_LABELS } from "./labels.ts";
import { markdownText } from "./markdown-text.ts";
import { duration, percent } from "./number.ts";
import { sentence } from "./sentences.ts";

/** A verdict as Markdown, to paste into an issue or a chat. Ends with a line break. */
export function verdictMarkdown(runtime: RuntimeFrame): string {
  const { verdict } = runtime;
  const sure = verdict.basis === "none" ? "" : `, ${percent(verdict.confidence)} sure`;
  const threads = runtime.threadCount === 1 ? "1 thread" : `${runtime.threadCount} threads`;
  const list = (title: string, sentences: readonly string[]): readonly string[] =>
    sentences.length === 0 ? [] : ["", `${title}:`, "", ...sentences.map((text) => `- ${markdownText(text)}`)];
  return `${[
    `### ${markdownText(runtime.name)}: ${VERDICT_LABELS[verdict.id]}`,
    "",
    `**${markdownText(sentence(verdict.headline))}**`,
    ...list("Evidence", verdict.evidence.map(sentence)),
    ...list(
      "Also",
      verdict.furtherCauses.map((cause) => sentence(cause.message)),
    ),
    ...list("What would help", verdict.advice.map(sentence).filter(Boolean)),
    "",
    `pid ${runtime.pid}, ${markdownText(pythonText(runtime))}, ${threads}. ${markdownText(BASIS_LABELS[verdict.basis])}${sure}, over ${duration(runtime.windowSeconds)}.`,
  ].join("\n")}\n`;
}

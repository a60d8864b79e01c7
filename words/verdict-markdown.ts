import type { RuntimeFrame } from "../core/frame/frame.ts";
import type { Past } from "./clock.ts";
import { pythonText } from "./diagnosis-text.ts";
import { BASIS_LABELS, VERDICT_LABELS } from "./labels.ts";
import { markdownText } from "./markdown-text.ts";
import { duration, percent } from "./number.ts";
import { sentence } from "./sentences.ts";

/**
 * A verdict as Markdown, to paste into an issue or a chat. Ends with a line break.
 * @param past set where it is not of now
 */
export function verdictMarkdown(runtime: RuntimeFrame, past: Past | null = null): string {
  const { verdict } = runtime;
  const sure = verdict.basis === "none" ? "" : `, ${percent(verdict.confidence)} sure`;
  const threads = runtime.threadCount === 1 ? "1 thread" : `${runtime.threadCount} threads`;
  const list = (title: string, sentences: readonly string[]): readonly string[] =>
    sentences.length === 0 ? [] : ["", `${title}:`, "", ...sentences.map((text) => `- ${markdownText(text)}`)];
  return `${[
    `### ${markdownText(runtime.name)}: ${VERDICT_LABELS[verdict.id]}`,
    "",
    `**${markdownText(sentence(verdict.headline, past))}**`,
    ...list(
      "Evidence",
      verdict.evidence.map((message) => sentence(message, past)),
    ),
    ...list(
      "Also",
      verdict.furtherCauses.map((cause) => sentence(cause.message, past)),
    ),
    ...list("What would help", verdict.advice.map((message) => sentence(message, past)).filter(Boolean)),
    "",
    `pid ${runtime.pid}, ${markdownText(pythonText(runtime))}, ${threads}. ${markdownText(BASIS_LABELS[verdict.basis])}${sure}, over ${duration(runtime.windowSeconds)}.`,
  ].join("\n")}\n`;
}

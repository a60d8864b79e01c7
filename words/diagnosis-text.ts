import type { RuntimeFrame } from "../core/frame/frame.ts";
import { reasonOrNull, valueOrNull } from "../core/sample/reading.ts";
import type { Past } from "./clock.ts";
import { gilBadge } from "./gil-badge.ts";
import { holderLines, holdersBasis, holdersTitle, onsetText } from "./holder-text.ts";
import { BASIS_LABELS, VERDICT_LABELS } from "./labels.ts";
import { memorySentences } from "./memory-text.ts";
import { coresWithUnit, duration, percent } from "./number.ts";
import { absentSentence } from "./obstacle.ts";
import { sentence } from "./sentences.ts";

/** Which Python it is, in a few words: `CPython 3.12.1`, `free-threaded CPython 3.13.0`. */
export function pythonText(runtime: RuntimeFrame): string {
  const { implementation, version, build } = runtime.python;
  const name = implementation === "unknown" ? "Python" : implementation;
  return `${build === "free-threaded" ? "free-threaded " : ""}${name}${version === null ? "" : ` ${version}`}`;
}

/**
 * A verdict as plain text: what it is of, the headline, the evidence, further causes, what would help and who holds the GIL. Ends with
 * a line break.
 * @param wallMs time of the frame, epoch milliseconds
 * @param past set where that is not now
 */
export function diagnosisText(runtime: RuntimeFrame, wallMs: number, past: Past | null = null): string {
  const { verdict, holders } = runtime;
  const sure = verdict.basis === "none" ? "" : `, ${percent(verdict.confidence)} sure`;
  const state = gilBadge(runtime)?.split(", ")[1];
  const onset = onsetText(runtime, wallMs, past);
  const lines = [
    `${runtime.name}  pid ${runtime.pid} · ${pythonText(runtime)}${state === undefined ? "" : ` (${state})`} · ${runtime.threadCount} ${runtime.threadCount === 1 ? "thread" : "threads"}`,
    `${VERDICT_LABELS[verdict.id]}: ${sentence(verdict.headline, past)}`,
    "",
    ...verdict.evidence.map((message) => `  · ${sentence(message, past)}`),
    ...section(
      "Also:",
      verdict.furtherCauses.map((cause) => sentence(cause.message, past)),
    ),
    ...section(
      "What would help:",
      verdict.advice.map((message) => sentence(message, past)).filter((text) => text !== ""),
    ),
    ...section(
      "One GIL per interpreter:",
      runtime.gilVerdicts.map(
        ({ interpreterId, verdict: own }) =>
          `Interpreter ${interpreterId}, ${VERDICT_LABELS[own.id]}: ${sentence(own.headline, past)}`,
      ),
    ),
    ...section(`${holdersTitle(holders)} (${holdersBasis(holders)}):`, holderLines(holders), " "),
    ...section("Memory:", memorySentences(runtime)),
    "",
    figures(runtime),
    `${BASIS_LABELS[verdict.basis]}${sure}, over ${duration(runtime.windowSeconds)}${onset === "" ? "" : `; it has held ${onset}`}.`,
  ];
  return `${lines.join("\n")}\n`;
}

function section(title: string, sentences: readonly string[], mark = "·"): readonly string[] {
  return sentences.length === 0 ? [] : ["", title, ...sentences.map((text) => `  ${mark} ${text}`)];
}

function figures(runtime: RuntimeFrame): string {
  const demand = runtime.demandCores;
  const wanted = demand.known
    ? `wants ${coresWithUnit(demand.value)}`
    : `demand not known (${lowerFirst(absentSentence(reasonOrNull(demand) ?? "not-yet"))})`;
  const lost = valueOrNull(runtime.lostCores);
  return `Uses ${coresWithUnit(valueOrNull(runtime.cpuCores))}, ${wanted}, may use ${coresWithUnit(runtime.allowedCores)}${lost === null ? "" : `; the GIL costs ${coresWithUnit(lost)}`}.`;
}

function lowerFirst(text: string): string {
  return (text.charAt(0).toLowerCase() + text.slice(1)).replace(/\.$/, "");
}

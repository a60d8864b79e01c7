import type { RuntimeFrame } from "../core/frame/frame.ts";
import { reasonOrNull, valueOrNull } from "../core/sample/reading.ts";
import { BASIS_LABELS, VERDICT_LABELS } from "./labels.ts";
import { coresWithUnit, duration, percent } from "./number.ts";
import { absentSentence } from "./obstacle.ts";
import { sentence } from "./sentences.ts";

/** Which Python it is, in a few words: `CPython 3.12.1`, `free-threaded CPython 3.13.0`. */
export function pythonText(runtime: RuntimeFrame): string {
  const { implementation, version, build } = runtime.python;
  const name = implementation === "unknown" ? "Python" : implementation;
  return `${build === "free-threaded" ? "free-threaded " : ""}${name}${version === null ? "" : ` ${version}`}`;
}

/** A verdict as plain text: what it is of, the headline, the evidence, further causes and what would help. Ends with a line break. */
export function diagnosisText(runtime: RuntimeFrame): string {
  const { verdict } = runtime;
  const sure = verdict.basis === "none" ? "" : `, ${percent(verdict.confidence)} sure`;
  const lines = [
    `${runtime.name}  pid ${runtime.pid} · ${pythonText(runtime)} · ${runtime.threadCount} ${runtime.threadCount === 1 ? "thread" : "threads"}`,
    `${VERDICT_LABELS[verdict.id]}: ${sentence(verdict.headline)}`,
    "",
    ...verdict.evidence.map((message) => `  · ${sentence(message)}`),
    ...section(
      "Also:",
      verdict.furtherCauses.map((cause) => sentence(cause.message)),
    ),
    ...section(
      "What would help:",
      verdict.advice.map(sentence).filter((text) => text !== ""),
    ),
    "",
    figures(runtime),
    `${BASIS_LABELS[verdict.basis]}${sure}, over ${duration(runtime.windowSeconds)}.`,
  ];
  return `${lines.join("\n")}\n`;
}

function section(title: string, sentences: readonly string[]): readonly string[] {
  return sentences.length === 0 ? [] : ["", title, ...sentences.map((text) => `  · ${text}`)];
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

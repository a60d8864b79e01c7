import type { MessageCode } from "../core/verdict/message-code.ts";
import { capital, countOf } from "./count.ts";
import { POOL_LABELS } from "./labels.ts";
import { bytes, cores, coresWithUnit, percent } from "./number.ts";
import type { Parameters } from "./parameter.ts";

/** Codes of sentences on families and their memory. */
export type FamilyCode = Extract<MessageCode, `family.${string}` | `memory.${string}`>;

function allowed(p: Parameters): string {
  const value = p.number("allowedCores");
  return value !== null && Number.isInteger(value) ? countOf(value, "core") : coresWithUnit(value);
}

function poolName(p: Parameters): string {
  const kind = p.text("pool");
  return Object.hasOwn(POOL_LABELS, kind) ? POOL_LABELS[kind as keyof typeof POOL_LABELS] : "native";
}

/** What a family does as a whole, and where its memory is. */
export const FAMILY: Readonly<Record<FamilyCode, (p: Parameters) => string>> = {
  "family.scales": (p) =>
    `${capital(countOf(p.number("runtimes"), "busy runtime"))}, ${countOf(p.number("gils"), "GIL")}: together they scale to ${cores(p.number("cpuCores"))} of ${cores(p.number("ceilingCores"))} cores.`,
  "family.beyond-gils": (p) =>
    `${capital(countOf(p.number("runtimes"), "busy runtime"))}, ${countOf(p.number("gils"), "GIL")}, and ${coresWithUnit(p.number("cpuCores"))} in use: code that releases the GIL does part of the work.`,
  "family.no-gil": (p) =>
    `${capital(countOf(p.number("runtimes"), "busy runtime"))} without a GIL use ${coresWithUnit(p.number("cpuCores"))} of ${allowed(p)}.`,
  "family.one-busy": (p) => {
    const share = p.number("topRatio");
    return `A pool of ${countOf(p.number("workers"), "worker")}, one of them busy${share === null ? "" : `: it does ${percent(share)} of the work`}.`;
  },
  "family.uneven": (p) =>
    `One of ${countOf(p.number("workers"), "worker")} does ${percent(p.number("topRatio"))} of the work: the load is uneven.`,
  "family.idle": (p) => `A pool of ${countOf(p.number("workers"), "worker")}, none of them busy.`,
  "family.rest": (p) =>
    `${capital(countOf(p.number("runtimes"), "runtime"))} together use ${coresWithUnit(p.number("cpuCores"))}.`,
  "family.limited": (p) =>
    `${capital(countOf(p.number("runtimes"), "busy runtime"))} want ${coresWithUnit(p.number("demandCores"))} and get ${cores(p.number("cpuCores"))}: ${p.text("cgroupPath") === "" ? `they may run on ${cores(p.number("limitCores"))} CPUs only` : `control group ${p.text("cgroupPath")} allows ${coresWithUnit(p.number("limitCores"))}`}.`,
  "family.starved": (p) =>
    `${capital(countOf(p.number("runtimes"), "busy runtime"))} want ${coresWithUnit(p.number("demandCores"))} and get ${cores(p.number("cpuCores"))}: other programs have the CPUs.`,
  "family.oversubscribed": (p) =>
    `${capital(countOf(p.number("workers"), "busy runtime"))} on ${allowed(p)}: oversubscribed, they crowd one another out.`,
  "family.oversubscribed-pools": (p) =>
    `${capital(countOf(p.number("workers"), "busy runtime"))} × ${p.number("poolThreads") ?? "?"} ${poolName(p)} threads on ${allowed(p)}: oversubscribed.`,
  "memory.copy-on-write": (p) =>
    `${bytes(p.number("sharedBytes"))} of ${bytes(p.number("anonymousBytes"))} are still shared since the fork.`,
  "memory.copy-on-write-rate": (p) =>
    `${bytes(p.number("sharedBytes"))} of ${bytes(p.number("anonymousBytes"))} are still shared since the fork; writing and reference counts un-share ${bytes(p.number("bytesPerMinute"))} a minute.`,
  "memory.limit": (p) =>
    `Its control group ${p.text("cgroupPath") || "/"} may use ${bytes(p.number("limitBytes"))} of memory and uses ${bytes(p.number("usedBytes"))}.`,
};

import type { HostFacts, RawSample } from "../sample/raw-sample.ts";
import { absent, known, type Reading } from "../sample/reading.ts";
import type { HostFrame, OwnCostFrame } from "./frame.ts";

/** The whole machine between two samples. */
export function hostFrame(facts: HostFacts, older: RawSample | null, newer: RawSample): HostFrame {
  const seconds = older === null ? 0 : (newer.monotonicMs - older.monotonicMs) / 1000;
  const byCpu = newer.host.busySecondsByCpu;
  const onlineCpus = byCpu.length > 0 ? byCpu.length : facts.onlineCpus;
  const before = older?.host;
  const rate = (now: number, then: number): number => Math.max(0, now - then) / seconds;
  const comparable =
    before !== undefined && seconds > 0 && Number.isFinite(newer.host.busySeconds - before.busySeconds);
  const busy = comparable ? Math.min(onlineCpus, rate(newer.host.busySeconds, before.busySeconds)) : Number.NaN;
  const stolen = comparable ? rate(newer.host.stealSeconds, before.stealSeconds) : 0;
  const why = before === undefined || seconds <= 0 ? "not-yet" : "unsupported";
  return {
    onlineCpus,
    busyCores: reading(busy, why),
    idleCores: reading(Math.max(0, onlineCpus - busy - (stolen || 0)), why),
    busyCoresByCpu: Float32Array.from(byCpu, (now, cpu) => {
      const then = before?.busySecondsByCpu[cpu];
      return then === undefined || seconds <= 0 ? Number.NaN : Math.min(1, rate(now, then));
    }),
    memoryBytes: facts.memoryBytes,
    memoryAvailableBytes: newer.host.memoryAvailableBytes,
  };
}

/** What this program itself used between two samples; null where it is not measured. */
export function ownCostFrame(older: RawSample | null, newer: RawSample): OwnCostFrame | null {
  const now = newer.ownCost;
  if (now === null) return null;
  const then = older?.ownCost ?? null;
  const seconds = older === null ? 0 : (newer.monotonicMs - older.monotonicMs) / 1000;
  const rate = (after: number, before: number | undefined): Reading =>
    before === undefined || seconds <= 0 ? absent("not-yet") : known(Math.max(0, after - before) / seconds);
  return {
    cpuCores: rate(now.cpuSeconds, then?.cpuSeconds),
    samplerCpuCores: rate(now.samplerCpuSeconds, then?.samplerCpuSeconds),
    rssBytes: now.rssBytes,
  };
}

function reading(value: number, why: "not-yet" | "unsupported"): Reading {
  return Number.isNaN(value) ? absent(why) : known(value);
}

import { describe, expect, it } from "vitest";
import type { MemoryTarget } from "../../core/memory/memory-plan.ts";
import { MEMORY_KNOWN, MEMORY_REASONS } from "../../core/sample/memory-sample.ts";
import { MemoryBudget } from "../memory-budget.ts";
import { DENIED, GONE } from "./kept-files.ts";
import { MemoryReader, type MemorySource } from "./memory-reader.ts";

const GIBIBYTE = 2 ** 30;

interface Simulated {
  readonly rssBytes: number;
  readonly denied?: boolean;
  startTicks?: number;
}

/** A machine on which reading costs 15 ms for each GiB, and time passes only by that and by `wait`. */
class Machine {
  readonly processes = new Map<number, Simulated>();
  nowMs = 1000;
  cpuSeconds = 0;
  reads: number[] = [];

  readonly source: MemorySource = {
    read: (pid) => {
      const found = this.processes.get(pid);
      if (found === undefined) return GONE;
      if (found.denied) return DENIED;
      const seconds = (found.rssBytes / GIBIBYTE) * 0.015 + 0.0001;
      this.cpuSeconds += seconds;
      this.nowMs += seconds * 1000;
      this.reads.push(pid);
      const kib = found.rssBytes / 1024;
      return `Rss: ${kib} kB\nPss: ${kib} kB\nShared_Clean: 0 kB\nShared_Dirty: 0 kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: ${kib} kB\nAnonymous: ${kib} kB\nSwap: 0 kB\n`;
    },
    startTicks: (pid) => this.processes.get(pid)?.startTicks ?? (this.processes.has(pid) ? pid : Number.NaN),
  };

  reader(): { readonly reader: MemoryReader; readonly round: () => void } {
    const budgets = { watched: new MemoryBudget(0.0025, 0.04), others: new MemoryBudget(0.0025, 0.08) };
    const clock = { monotonicMs: () => this.nowMs, wallMs: () => this.nowMs };
    const reader = new MemoryReader(this.source, clock, budgets);
    const round = (): void => {
      budgets.watched.earn(this.nowMs);
      budgets.others.earn(this.nowMs);
      reader.work(() => this.cpuSeconds);
      this.nowMs += 1000;
    };
    return { reader, round };
  }
}

function target(pid: number, weight = 1): MemoryTarget {
  return {
    processRowId: pid,
    pid,
    startTicks: pid,
    rssBytes: 0,
    weight,
    leastGapMs: weight > 1 ? 900 : 10_000,
    arenaBytes: null,
  };
}

describe("the reader of memory maps", () => {
  it("keeps to half a percent of a core whatever the sizes", () => {
    for (const sizes of [[8 * GIBIBYTE], [8 * GIBIBYTE, 4 * GIBIBYTE, 2 ** 20], Array(200).fill(2 ** 28) as number[]]) {
      const machine = new Machine();
      for (const [index, rssBytes] of sizes.entries()) machine.processes.set(index + 1, { rssBytes });
      const { reader, round } = machine.reader();
      reader.setPlan({ targets: sizes.map((_, index) => target(index + 1, index === 0 ? 100 : 1)) });
      // What was saved before the first look is left aside.
      for (let second = 0; second < 30; second += 1) round();
      const from = { ms: machine.nowMs, seconds: machine.cpuSeconds };
      for (let second = 0; second < 600; second += 1) round();
      const cores = (machine.cpuSeconds - from.seconds) / ((machine.nowMs - from.ms) / 1000);
      expect(cores).toBeLessThan(0.0052);
      expect(new Set(machine.reads).size).toBe(sizes.length);
    }
  });

  it("reads what is looked at again soon, whatever else is there, and forgets nobody", () => {
    const machine = new Machine();
    machine.processes.set(1, { rssBytes: 2 ** 26 });
    for (let pid = 2; pid < 40; pid += 1) machine.processes.set(pid, { rssBytes: GIBIBYTE });
    const { reader, round } = machine.reader();
    reader.setPlan({ targets: [...machine.processes.keys()].map((pid) => target(pid, pid === 1 ? 100 : 1)) });
    let oldest = 0;
    for (let second = 0; second < 400; second += 1) {
      round();
      const { readAtMs } = reader.columns();
      if (second > 5) oldest = Math.max(oldest, machine.nowMs - readAtMs[0]!);
    }
    expect(oldest).toBeLessThan(4000);
    expect(reader.columns().reason.every((reason) => reason === MEMORY_KNOWN)).toBe(true);
  });

  it("says why a runtime could not be read and never reads a stranger under its pid", () => {
    const machine = new Machine();
    machine.processes.set(1, { rssBytes: 2 ** 20 });
    machine.processes.set(2, { rssBytes: 2 ** 20, denied: true });
    machine.processes.set(4, { rssBytes: 2 ** 20, startTicks: 999 });
    const { reader, round } = machine.reader();
    reader.setPlan({ targets: [1, 2, 3, 4].map((pid) => target(pid)) });
    round();
    const columns = reader.columns();
    expect(columns.pssBytes[0]).toBe(2 ** 20);
    expect(Array.from(columns.pssBytes.slice(1))).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(Array.from(columns.reason, (reason) => MEMORY_REASONS[reason] ?? "known")).toEqual([
      "known",
      "denied",
      "gone",
      "gone",
    ]);
  });
});

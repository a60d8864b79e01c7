import type { RawSample } from "../../core/sample/raw-sample.ts";
import type { SimulatedMachine } from "../../core/testing/sample-builder.ts";

/** Numbers that look random and are the same in every run: a Lehmer generator. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** The machine a moment later: everything a little more or less than usual. */
export function jittered(machine: SimulatedMachine, random: () => number): SimulatedMachine {
  const about = (value: number, spread: number) => value * (1 + spread * (random() - 0.5));
  return {
    ...machine,
    processes: machine.processes.map((process) => {
      const pace = process.threads.length === 1 ? about(1, 0.2) : 1;
      const total = process.threads.reduce((sum, thread) => sum + thread.run, 0);
      const runs = process.threads.map((thread) => about(thread.run * pace, 0.3));
      const sum = runs.reduce((left, right) => left + right, 0);
      // Threads share what the process has: their parts move more than their sum.
      const scale = sum === 0 ? 1 : (total * pace * about(1, 0.02)) / sum;
      return {
        ...process,
        rssBytes: about(process.rssBytes ?? 64 * 2 ** 20, 0.01),
        threads: process.threads.map((thread, index) => ({
          ...thread,
          run: Math.min(1, (runs[index] ?? 0) * scale),
          ...(thread.slices === undefined ? {} : { slices: about(thread.slices, 0.06) }),
        })),
      };
    }),
  };
}

/** Gives each CPU its own share of the work; the builder spreads it evenly. */
export function unevenCpus(sample: RawSample, shares: readonly number[]): RawSample {
  const { busySecondsByCpu } = sample.host;
  return {
    ...sample,
    host: { ...sample.host, busySecondsByCpu: busySecondsByCpu.map((seconds, cpu) => seconds * (shares[cpu] ?? 1)) },
  };
}

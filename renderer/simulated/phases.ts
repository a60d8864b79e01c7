import type { SimulatedMachine } from "../../core/testing/sample-builder.ts";

/** Ticks between the machine's start and the session's first second. */
const FIRST_TICKS = 8_640_000;

/**
 * A machine on which something happens: a program starts at `startPid`'s time, rests for a while in the middle and goes on;
 * another ends. Seconds count from the first sample.
 */
export function inPhases(
  machine: SimulatedMachine,
  startPid: number,
  endPid: number,
  second: number,
): SimulatedMachine {
  return {
    ...machine,
    processes: machine.processes.flatMap((process) => {
      if (process.pid === endPid) return second < 150 ? [process] : [];
      if (process.pid !== startPid) return [process];
      if (second < 60) return [];
      const started = { ...process, startTicks: FIRST_TICKS + 500 + 6000 };
      if (second < 180 || second >= 225) return [started];
      return [
        {
          ...started,
          threads: process.threads.map((thread) => ({
            name: thread.name ?? "",
            run: 0,
            slices: 0,
            rest: { sleep: 1 },
          })),
        },
      ];
    }),
  };
}

/** Seconds that one run of a program lasts in `inGenerations`. */
const GENERATION_SECONDS = 5;

/** A machine on which one program is started again and again. */
export function inGenerations(machine: SimulatedMachine, pid: number, second: number): SimulatedMachine {
  const generation = Math.floor(second / GENERATION_SECONDS);
  const startTicks = FIRST_TICKS + 500 + generation * GENERATION_SECONDS * 100;
  return {
    ...machine,
    processes: machine.processes.map((process) => (process.pid === pid ? { ...process, startTicks } : process)),
  };
}

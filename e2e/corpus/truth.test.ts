import { describe, expect, test } from "vitest";
import { type Figures, truthOf } from "./truth.ts";

const QUIET: Figures = {
  cpuCores: 1,
  threads: [],
  unseenCores: 0,
  hostBusyCores: 1,
  onlineCpus: 2,
  limit: null,
  asleep: { for: "io" },
  ledgerWait: null,
  family: { cores: 1, cpuWait: 0 },
};
const GIL = { for: "gil", least: 1, most: 1 } as const;
const thread = (run: number, cpuWait = 0) => ({ run, cpuWait });

describe("a label from independent counters", () => {
  test("four threads that take turns are GIL-bound", () => {
    const threads = [thread(0.25, 0.07), thread(0.25, 0.07), thread(0.25, 0.07), thread(0.25, 0.07)];
    expect(truthOf({ ...QUIET, threads, asleep: GIL }, "gil-bound")).toEqual({
      verdict: "gil-bound",
      accepted: ["gil-bound"],
    });
  });

  test("one thread that works beside sleepers is single-threaded, whatever the sleepers sleep for", () => {
    const threads = [thread(0.99), thread(0), thread(0.0001)];
    expect(truthOf({ ...QUIET, cpuCores: 0.99, threads, asleep: GIL }, "single-threaded").accepted).toEqual([
      "single-threaded",
    ]);
  });

  test("beside hogs the larger wait decides, and near equality both are right", () => {
    const base = { ...QUIET, hostBusyCores: 2, asleep: GIL, family: { cores: 0.6, cpuWait: 0.6 } };
    const starved = [thread(0.3, 0.65), thread(0.3, 0.65)];
    expect(truthOf({ ...base, cpuCores: 0.6, threads: starved }, "gil-bound").accepted).toEqual(["cpu-starved"]);
    const even = [thread(0.3, 0.35), thread(0.3, 0.35)];
    expect(
      truthOf({ ...base, cpuCores: 0.6, threads: even }, "gil-bound")
        .accepted.slice()
        .sort(),
    ).toEqual(["cpu-starved", "gil-bound"]);
  });

  test("a cap that is reached comes before the GIL", () => {
    const threads = [thread(0.125, 0.35), thread(0.125, 0.35), thread(0.125, 0.35), thread(0.125, 0.35)];
    const limit = { kind: "quota", cores: 0.5, throttledRatio: 1 } as const;
    expect(truthOf({ ...QUIET, cpuCores: 0.5, threads, limit, asleep: GIL }, "quota-limited").accepted).toEqual([
      "quota-limited",
    ]);
  });

  test("one working thread under a cap of a whole core is single-threaded", () => {
    const limit = { kind: "quota", cores: 1, throttledRatio: 0 } as const;
    expect(truthOf({ ...QUIET, threads: [thread(0.99, 0)], limit }, "single-threaded").accepted).toEqual([
      "single-threaded",
    ]);
  });

  test("own threads that crowd the CPUs oversubscribe, others starve", () => {
    const threads = Array.from({ length: 8 }, () => thread(0.25, 0.75));
    const figures = { ...QUIET, cpuCores: 2, hostBusyCores: 2, threads };
    expect(truthOf({ ...figures, family: { cores: 2, cpuWait: 6 } }, "oversubscribed").accepted).toEqual([
      "oversubscribed",
    ]);
    const one = { ...figures, cpuCores: 0.5, threads: [thread(0.5, 0.5)], family: { cores: 0.5, cpuWait: 0.5 } };
    expect(truthOf(one, "single-threaded").accepted).toEqual(["cpu-starved"]);
  });

  test("the ledger says what part of the sleep was waiting", () => {
    const threads = [thread(0.25, 0.01), thread(0.25, 0.01)];
    const figures = { ...QUIET, cpuCores: 0.5, threads, asleep: { for: "ledger" } as const };
    expect(truthOf({ ...figures, ledgerWait: 0.6 }, "gil-bound").accepted).toEqual(["gil-bound"]);
    expect(truthOf({ ...figures, ledgerWait: 0.05 }, "io-bound").accepted).toEqual(["io-bound"]);
    // Kept over another stretch of time than the engine's, like every wait.
    expect(truthOf({ ...figures, ledgerWait: 0.25 }, "io-bound").accepted).toEqual(["io-bound", "gil-bound"]);
    expect(truthOf({ ...figures, ledgerWait: 0.2 }, "io-bound").accepted).toEqual(["io-bound"]);
  });

  test("where nobody could count the threads its author's word stands", () => {
    expect(truthOf({ ...QUIET, unseenCores: 0.9 }, "gil-bound").accepted).toEqual(["gil-bound"]);
    expect(truthOf({ ...QUIET, unseenCores: 0.9, hostBusyCores: 2 }, "gil-bound").accepted).toEqual([
      "gil-bound",
      "cpu-starved",
    ]);
  });
});

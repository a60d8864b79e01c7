import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GilFrame } from "../frame/frame.ts";
import type { RuntimeFigures } from "../frame/runtime-figures.ts";
import { NO_HOLDINGS } from "../gil/gil-holdings.ts";
import { unreadMemory } from "../memory/runtime-memory.ts";
import { absent, known } from "../sample/reading.ts";
import type { ThreadSums } from "../thread/thread-sums.ts";
import { VERDICT_IDS } from "./verdict.ts";
import { decide, limitReached } from "./verdict-border.ts";
import { verdictOf } from "./verdict-of.ts";

const THREADS: ThreadSums = {
  moved: 4,
  moving: 4,
  working: 4,
  run: 1,
  gilWait: 0,
  longestGilWait: 0.8,
  cpuWait: 0,
  lockWait: 0,
  lockThreads: 0,
  lockWorkers: 2,
  lockCores: 0.2,
  restingGilWait: 0,
  handOversPerSecond: 0,
  fed: false,
  timedLockWait: 0,
  gilHeldBlocked: 0,
  ioWait: 0,
  sleep: 0,
  hiddenGilWait: 0,
  hiddenLockWait: 0,
  topCores: 0.25,
  topRow: 0,
  gilBound: 0,
  gilBoundCores: 0,
  gilBoundWait: 0,
  gilBoundWakeUps: 0,
  busy: 4,
  busyWakeUpsLeast: 100,
  busyWakeUpsMost: 100,
  observations: 400,
  demandCores: 1,
};

function figures(change: Partial<RuntimeFigures> = {}, threads: Partial<ThreadSums> = {}): RuntimeFigures {
  return {
    python: {
      implementation: "CPython",
      version: "3.12.1",
      build: "gil",
      recognisedBy: "name",
      virtualEnvironment: null,
      nativeLibraries: [],
    },
    windowSeconds: 5,
    coresSinceSeen: null,
    cpuCores: 1,
    exitedCores: 0,
    shortLived: null,
    threadsKnown: true,
    threadsReason: null,
    threadCount: 5,
    threads: { ...THREADS, ...threads },
    rung: "futex",
    probeReason: null,
    probeObstacle: null,
    probePasses: 100,
    gil: null,
    gilCount: 1,
    interpreterId: null,
    ofGil: null,
    demandCores: 4,
    allowedCores: 4,
    limit: null,
    limitUsedRatio: 0,
    freeCores: 4,
    memory: unreadMemory("not-yet"),
    family: { cores: 1, runnable: 1, runtimes: 1 },
    host: {
      onlineCpus: 4,
      busyCores: known(1),
      idleCores: known(3),
      busyCoresByCpu: new Float32Array(4),
      memoryBytes: 0,
      memoryAvailableBytes: 0,
    },
    topThreadName: "worker",
    holderName: "",
    topThreadTid: 1,
    halves: null,
    ...change,
  };
}

const AFFINITY = { kind: "affinity", cores: 1, cgroupPath: null, throttledRatio: null } as const;
const QUOTA = { kind: "quota", cores: 0.5, cgroupPath: "/half", throttledRatio: 0.9 } as const;
const QUOTA_USED = { ...QUOTA, throttledRatio: 0 } as const;
const BUSY_HOST = { ...figures().host, busyCores: known(4), idleCores: known(0) };

describe("the border lines, in their order", () => {
  it("counts a wait from a quarter of a thread and a tenth of runs and waits", () => {
    expect(decide(figures({}, { gilWait: 0.26 })).id).toBe("gil-bound");
    expect(decide(figures({}, { gilWait: 0.24 })).id).not.toBe("gil-bound");
    expect(decide(figures({ cpuCores: 3.6 }, { run: 3.6, gilWait: 0.3 })).id).toBe("parallel");
  });

  it("counts waiting for the GIL only where it costs cores, or one thread its time", () => {
    const thin = { run: 0.14, gilWait: 0.36, longestGilWait: 0.03, demandCores: 0.142, sleep: 39 };
    expect(decide(figures({ cpuCores: 0.14 }, thin)).id).toBe("io-bound");
    expect(decide(figures({ cpuCores: 0.14 }, { ...thin, longestGilWait: 0.3 })).id).toBe("gil-bound");
    expect(decide(figures({ cpuCores: 0.14 }, { ...thin, demandCores: 0.3 })).id).toBe("gil-bound");
    expect(decide(figures({ cpuCores: 1 }, { ...thin, run: 1, demandCores: 1.02 })).id).toBe("gil-bound");
  });

  it("counts waits for a CPU only on a busy machine", () => {
    const waiting = { gilWait: 0, cpuWait: 0.6 };
    expect(decide(figures({}, waiting)).id).not.toBe("cpu-starved");
    expect(decide(figures({ host: BUSY_HOST }, waiting)).id).toBe("cpu-starved");
    expect(decide(figures({ host: BUSY_HOST, cpuCores: 4 }, { run: 4, cpuWait: 4 })).id).toBe("oversubscribed");
  });

  it("tells a family that crowds itself out from strangers", () => {
    const crowded = figures({ host: BUSY_HOST, family: { cores: 3.9, runnable: 9, runtimes: 4 } }, { cpuWait: 0.9 });
    expect(decide(crowded).id).toBe("oversubscribed");
    expect(verdictOf(crowded).headline.code).toBe("oversubscribed.family");
  });

  it("names a limit that is reached and exceeded before any wait, and the GIL beside it", () => {
    const quota = verdictOf(
      figures({ limit: QUOTA, allowedCores: 0.5, limitUsedRatio: 1, cpuCores: 0.5 }, { gilWait: 2, gilBound: 4 }),
    );
    expect(quota.id).toBe("quota-limited");
    expect(quota.furtherCauses.map(({ id }) => id)).toEqual(["gil-bound"]);
    expect(decide(figures({ limit: AFFINITY, allowedCores: 1, limitUsedRatio: 0.99 }, { gilWait: 2 })).id).toBe(
      "quota-limited",
    );
    expect(decide(figures({ limit: QUOTA, limitUsedRatio: 0.5, demandCores: 4 }, {})).id).toBe("quota-limited");
    expect(decide(figures({ limit: { ...QUOTA, throttledRatio: 0.01 }, limitUsedRatio: 0.5 }, { gilWait: 2 })).id).toBe(
      "gil-bound",
    );
  });

  it("takes a CPU that is shared with strangers for a limit that is reached", () => {
    const tied = { limit: AFFINITY, allowedCores: 1, limitUsedRatio: 0.74, cpuCores: 0.74, host: BUSY_HOST };
    expect(decide(figures(tied, { run: 0.74, cpuWait: 1.1, gilWait: 2.1 })).id).toBe("quota-limited");
  });

  it("calls one working thread under a cap of a core single-threaded", () => {
    const one = { working: 1, topCores: 0.98, busy: 1 };
    expect(decide(figures({ limit: AFFINITY, limitUsedRatio: 0.99, demandCores: 1.2 }, one)).id).toBe(
      "single-threaded",
    );
    expect(decide(figures({ limit: QUOTA, limitUsedRatio: 1, demandCores: 1, cpuCores: 0.5 }, one)).id).toBe(
      "quota-limited",
    );
  });

  it("takes the largest wait that counts and lists the others", () => {
    const verdict = verdictOf(
      figures({ host: BUSY_HOST }, { gilWait: 0.6, lockWait: 1.2, lockThreads: 3, cpuWait: 0.9 }),
    );
    expect(verdict.id).toBe("lock-bound");
    expect(verdict.furtherCauses.map(({ id }) => id)).toEqual(["cpu-starved", "gil-bound"]);
  });

  it("does not take a pool that is fed from outside for a lock", () => {
    expect(decide(figures({ cpuCores: 0.3 }, { lockWait: 6, lockThreads: 8, fed: true, ioWait: 1, run: 0.3 })).id).toBe(
      "io-bound",
    );
  });

  it.each([
    ["parallel", { cpuCores: 1.9 }, { run: 1.9, topCores: 0.95 }],
    ["single-threaded", { cpuCores: 0.9 }, { run: 0.9, topCores: 0.85 }],
    ["io-bound", { cpuCores: 0.1 }, { run: 0.1, topCores: 0.05, ioWait: 3 }],
    ["idle", { cpuCores: 0.01 }, { run: 0.01, topCores: 0.01 }],
  ] as const)("says %s where no wait counts", (id, change, threads) => {
    expect(decide(figures(change, threads)).id).toBe(id);
  });

  it("says undetermined, and why, rather than wrong", () => {
    const hidden = { hiddenGilWait: 1.5, busyWakeUpsLeast: 20 };
    const denied = figures(
      { rung: "none", probeReason: "denied", probePasses: 0, probeObstacle: "yama-scope-1" },
      hidden,
    );
    expect(verdictOf(denied).headline.code).toBe("undetermined.denied");
    expect(verdictOf(denied).advice.map(({ code }) => code)).toEqual(["advice.grant-right"]);
    expect(decide(figures({}, { gilWait: 2, observations: 3 })).reason).toBe("few-observations");
    expect(decide(figures({ exitedCores: 0.7 })).reason).toBe("short-lived");
    expect(decide(figures({ windowSeconds: 0 })).reason).toBe("not-yet");
    expect(decide(figures({}, { lockWait: 2, timedLockWait: 2 })).reason).toBe("sub-interpreters");
    const old = { ...figures().python, version: "2.7.18" };
    expect(decide(figures({ python: old, cpuCores: 1.7 })).reason).toBe("old-gil");
    expect(decide(figures({ python: old }, { busyWakeUpsLeast: 14_000, busyWakeUpsMost: 19_000 }))).toMatchObject({
      id: "gil-bound",
      basis: "suspected",
    });
  });

  it("goes on saying idle while others are looked at in turn, until it is looked at or does something", () => {
    const threads = { run: 0.01, topCores: 0.01, moving: 2, hiddenLockWait: 0.9 };
    const outOfTurn = figures({ cpuCores: 0.01, probePasses: 0 }, threads);
    expect(decide(outOfTurn)).toMatchObject({ id: "undetermined", reason: "not-yet" });
    expect(decide(outOfTurn, "idle").id).toBe("idle");
    expect(decide(figures({ cpuCores: 0.01, probePasses: 40 }, threads), "idle").id).toBe("undetermined");
    expect(decide(figures({ cpuCores: 0.2, probePasses: 0 }, threads), "idle").id).not.toBe("idle");
    const denied = { rung: "none", probeReason: "denied", probePasses: 0, cpuCores: 0.01 } as const;
    expect(decide(figures(denied, threads), "idle").id).toBe("undetermined");
  });

  it("says nothing of what only who may look can tell: two that may take turns on a full machine", () => {
    const blind = { rung: "none", probeReason: "denied", probePasses: 0, host: BUSY_HOST } as const;
    const waits = { cpuWait: 0.55, hiddenGilWait: 0.4 };
    expect(decide(figures({ ...blind, cpuCores: 0.98 }, waits)).reason).toBe("denied");
    expect(decide(figures({ ...blind, cpuCores: 1.6 }, { ...waits, run: 1.6 })).id).toBe("cpu-starved");
    expect(decide(figures({ ...blind, cpuCores: 0.98 }, { cpuWait: 0.55 })).id).toBe("cpu-starved");
  });

  it("names the rhythm of the GIL, but does not take it for proof: a lock can be handed on like that", () => {
    const rhythm = { busyWakeUpsLeast: 229, busyWakeUpsMost: 246, hiddenGilWait: 2.8, hiddenLockWait: 2.8 };
    const blind = { rung: "none", probeReason: "denied", probePasses: 0 } as const;
    expect(decide(figures(blind, rhythm))).toMatchObject({ id: "undetermined", reason: "rhythm" });
    expect(verdictOf(figures(blind, rhythm)).advice.map(({ code }) => code)).toEqual(["advice.grant-right"]);
    for (const [change, threads] of [
      [{}, { busy: 1 }],
      [{ cpuCores: 1.4 }, {}],
      [{ host: BUSY_HOST }, {}],
      [{ allowedCores: 1, limit: AFFINITY, limitUsedRatio: 0.99, demandCores: 1 }, {}],
      [{}, { busyWakeUpsLeast: 60 }],
      [{}, { busyWakeUpsMost: 900 }],
      [{}, { topCores: 0.9 }],
    ] as const) {
      expect(decide(figures({ ...blind, ...change }, { ...rhythm, ...threads })).id).not.toBe("gil-bound");
      expect(decide(figures({ ...blind, ...change }, { ...rhythm, ...threads })).reason).not.toBe("rhythm");
    }
  });

  it("never says gil-bound under a cap that is reached, without a GIL, or from CPU time alone", () => {
    const amount = fc.double({ min: 0, max: 8, noNaN: true });
    fc.assert(
      fc.property(
        fc.record({
          gilWait: amount,
          cpuWait: amount,
          lockWait: amount,
          run: amount,
          hiddenGilWait: amount,
          working: fc.nat(9),
        }),
        fc.constantFrom(null, AFFINITY, QUOTA),
        amount,
        amount,
        fc.constantFrom("futex" as const, "memory" as const, "none" as const, "wchan" as const),
        fc.boolean(),
        (threads, limit, limitUsedRatio, cpuCores, rung, off) => {
          const gil = off
            ? {
                frames: [],
                heldRatio: known(0),
                heldByThread: new Map(),
                byInterpreter: [],
                samples: 9,
                holdings: NO_HOLDINGS,
                off,
              }
            : null;
          const given = figures({ limit, limitUsedRatio, cpuCores, rung, gil }, { ...threads, busyWakeUpsLeast: 10 });
          const verdict = verdictOf(given);
          if (limitReached(given) || off || threads.gilWait === 0) expect(verdict.id).not.toBe("gil-bound");
          if (verdict.basis === "measured") expect(rung).toBe("memory");
          if (verdict.id === "undetermined") expect(verdict.confidence).toBe(0);
        },
      ),
    );
  });

  it("tells one thread from many where threads are not counted", () => {
    const uncounted = { threadsKnown: false, threadsReason: "unsupported", cpuCores: 0.9, rung: "none" } as const;
    const nothing = { moved: 0, working: 0, run: 0, topCores: 0, topRow: -1, busy: 0, observations: 0 };
    expect(decide(figures({ ...uncounted, threadCount: 1 }, nothing)).id).toBe("single-threaded");
    expect(decide(figures({ ...uncounted, threadCount: 4 }, nothing)).reason).toBe("unsupported");
    expect(decide(figures({ ...uncounted, threadCount: 4, threadsReason: "not-yet" }, nothing)).reason).toBe("not-yet");
    expect(decide(figures({ ...uncounted, threadCount: 4, cpuCores: 0.001 }, nothing)).id).toBe("idle");
  });

  it("knows nothing about CPUs where the host's are not known", () => {
    const host = {
      ...figures().host,
      busyCores: absent("unsupported" as const),
      idleCores: absent("unsupported" as const),
    };
    expect(decide(figures({ host }, { cpuWait: 3 })).id).not.toBe("cpu-starved");
  });

  it.each([
    // What holds, a figure a tenth short of its line, and what a fresh look would say.
    ["gil-bound", {}, { gilWait: 0.225, topCores: 0.85 }, "single-threaded"],
    ["lock-bound", {}, { lockWait: 0.225, lockThreads: 2, topCores: 0.85 }, "single-threaded"],
    ["cpu-starved", { host: BUSY_HOST }, { cpuWait: 0.225, topCores: 0.85 }, "single-threaded"],
    ["quota-limited", { limit: QUOTA_USED, limitUsedRatio: 0.945, cpuCores: 0.47 }, { run: 0.47 }, "io-bound"],
    ["parallel", { cpuCores: 1.17 }, { run: 1.17, topCores: 1.0 }, "single-threaded"],
    ["single-threaded", { cpuCores: 0.46 }, { run: 0.46, topCores: 0.45 }, "io-bound"],
    ["io-bound", { cpuCores: 0.018 }, { run: 0.018, topCores: 0.018, ioWait: 2 }, "idle"],
  ] as const)("keeps %s a little beyond its line, and no other verdict", (held, change, threads, fresh) => {
    const given = figures(change, threads);
    expect(decide(given).id).toBe(fresh);
    expect(decide(given, held).id).toBe(held);
  });

  it("lets go of whatever held when a figure is clearly beyond its line", () => {
    const calm = figures({}, { gilWait: 0.15, topCores: 0.85 });
    for (const held of VERDICT_IDS) expect(decide(calm, held).id).toBe("single-threaded");
    const bound = figures({}, { gilWait: 2.5 });
    for (const held of VERDICT_IDS) expect(decide(bound, held).id).toBe("gil-bound");
  });

  it("never says gil-bound under a cap that is reached, whatever held before", () => {
    const capped = figures(
      { limit: AFFINITY, allowedCores: 1, limitUsedRatio: 0.99, demandCores: 1 },
      { gilWait: 2.5, working: 4 },
    );
    expect(decide(capped, "gil-bound").id).not.toBe("gil-bound");
  });

  it("claims no more than was seen in this window", () => {
    const read = {
      frames: [],
      heldRatio: known(0),
      heldByThread: new Map(),
      byInterpreter: [],
      samples: 9,
      holdings: NO_HOLDINGS,
      off: false,
    };
    const basisOf = (change: Partial<RuntimeFigures>) =>
      decide(figures({ cpuCores: 0.001, ...change }, { run: 0.001, topCores: 0.001, working: 0, busy: 0 })).basis;
    expect(basisOf({ rung: "memory", gil: read })).toBe("measured");
    expect(basisOf({ rung: "memory", gil: { ...read, samples: 0 } })).toBe("inferred");
    expect(basisOf({ rung: "memory", gil: null })).toBe("inferred");
    expect(basisOf({ rung: "futex" })).toBe("inferred");
    expect(basisOf({ rung: "futex", probePasses: 0, probeReason: "denied" })).toBe("suspected");
    expect(basisOf({ rung: "wchan" })).toBe("suspected");
    expect(basisOf({ rung: "wchan", probeReason: "denied" })).toBe("suspected");
    expect(basisOf({ rung: "none", probeReason: "denied" })).toBe("suspected");
    // CPU time alone is exact, unless nobody may look, or threads are not counted at all.
    expect(basisOf({ rung: "none" })).toBe("inferred");
    expect(basisOf({ rung: "none", threadCount: 1 })).toBe("inferred");
    expect(basisOf({ rung: "none", threadCount: 1, probeReason: "denied" })).toBe("suspected");
    expect(basisOf({ rung: "none", threadCount: 1, threadsKnown: false, threadsReason: "unsupported" })).toBe(
      "suspected",
    );
  });

  it("grows surer with what was seen and with the distance from the line", () => {
    const sure = (observations: number, gilWait: number) =>
      verdictOf(figures({}, { gilWait, observations })).confidence;
    expect(sure(400, 2)).toBeGreaterThan(sure(40, 2));
    expect(sure(40, 2)).toBeGreaterThan(sure(8, 2));
    expect(sure(400, 2)).toBeGreaterThan(sure(400, 0.27));
    const negative = (observations: number) =>
      verdictOf(figures({ cpuCores: 1.9 }, { run: 1.9, topCores: 0.95, observations })).confidence;
    expect(negative(400)).toBeGreaterThan(negative(8));
  });

  it("names long holds, the rhythm of the switch interval and a build whose GIL is on again", () => {
    const frame = {
      interpreterId: 0,
      enabled: null,
      heldRatio: known(0.97),
      heldStandardError: known(0.01),
      switchesPerSecond: known(194),
      intervalMs: known(5),
    };
    const codes = (change: Partial<GilFrame>) => {
      const gil = {
        frames: [{ ...frame, ...change }],
        heldRatio: known(0.97),
        heldByThread: new Map(),
        byInterpreter: [],
        samples: 400,
        holdings: NO_HOLDINGS,
        off: false,
      };
      const { evidence, advice } = verdictOf(figures({ rung: "memory", gil }, { gilWait: 2.5, gilBound: 4 }));
      return [...evidence, ...advice].map(({ code }) => code);
    };
    expect(codes({})).toContain("evidence.switch-rhythm");
    expect(codes({ switchesPerSecond: known(12) })).toEqual(
      expect.arrayContaining(["evidence.held-long", "advice.held-long"]),
    );
    expect(codes({ switchesPerSecond: known(0) })).toContain("evidence.held-long");
    expect(codes({ switchesPerSecond: known(600) })).not.toContain("evidence.switch-rhythm");
    expect(codes({ enabled: true })).toEqual(
      expect.arrayContaining(["evidence.gil-reenabled", "advice.gil-reenabled"]),
    );
  });

  it("says what a convoy costs: all together, and at least so much each time", () => {
    const gil = {
      frames: [
        {
          interpreterId: 0,
          enabled: null,
          heldRatio: known(0.97),
          heldStandardError: known(0.01),
          switchesPerSecond: known(400),
          intervalMs: known(5),
        },
      ],
      heldRatio: known(0.97),
      heldByThread: new Map(),
      byInterpreter: [],
      samples: 400,
      holdings: NO_HOLDINGS,
      off: false,
    };
    const convoy = {
      gilWait: 2.6,
      gilBound: 3,
      gilBoundWait: 2.6,
      gilBoundCores: 0.04,
      gilBoundWakeUps: 1300,
      topCores: 0.95,
    };
    const delay = (change: Partial<RuntimeFigures>) =>
      verdictOf(figures(change, convoy)).evidence.find(({ code }) => code === "evidence.convoy-delay")?.parameters;
    expect(delay({ rung: "memory", gil })).toMatchObject({
      threads: 3,
      lostSeconds: 2.6,
      delaySeconds: expect.closeTo(0.0065, 6),
    });
    expect(delay({})).toMatchObject({ delaySeconds: expect.closeTo(0.002, 6) });
  });

  it("does not call a consumer's wait for one busy producer a lock", () => {
    const consumer = {
      moved: 2,
      lockWait: 1,
      lockThreads: 1,
      handOversPerSecond: 10,
      run: 1,
      topCores: 0.98,
      working: 1,
    };
    expect(decide(figures({ cpuCores: 1 }, consumer)).id).toBe("single-threaded");
    expect(decide(figures({ cpuCores: 1 }, { ...consumer, lockThreads: 2 })).id).toBe("lock-bound");
    expect(decide(figures({ cpuCores: 1 }, { ...consumer, topCores: 0.5 })).id).toBe("lock-bound");
  });

  it("promises the cores that are free now, and tells what others keep from it", () => {
    const promised = (freeCores: number) =>
      verdictOf(figures({ cpuCores: 0.96, allowedCores: 2, freeCores }, { gilWait: 2 })).advice.find(
        ({ code }) => code === "advice.processes",
      )?.parameters;
    expect(promised(1.72)).toMatchObject({ fromCores: 0.96, toCores: 1.72, processes: 2, aloneCores: 2 });
    expect(promised(1.99)).toMatchObject({ toCores: 1.99, aloneCores: null });
  });

  it("leaves out what a program used to begin", () => {
    const resting = { moved: 3, run: 0.03, topCores: 0.03, sleep: 3, busy: 0, working: 0 };
    expect(decide(figures({ cpuCores: 0.03, coresSinceSeen: null }, resting)).id).toBe("io-bound");
    expect(decide(figures({ cpuCores: 0.03, coresSinceSeen: 0.001 }, resting)).id).toBe("idle");
    expect(decide(figures({ cpuCores: 0.03, coresSinceSeen: 0.04 }, resting)).id).toBe("io-bound");
  });

  it("does not take the one that collects what others do for part of a lock", () => {
    const collector = { lockWait: 0.9, lockThreads: 1, handOversPerSecond: 60, run: 1.9, topCores: 0.96, working: 2 };
    expect(decide(figures({ cpuCores: 1.9 }, { ...collector, lockWorkers: 0 })).id).toBe("parallel");
    expect(decide(figures({ cpuCores: 1.9 }, { ...collector, lockThreads: 3, lockWorkers: 0 })).id).toBe("lock-bound");
    // It may work a little between: what tells is that the others run all the time that it waits.
    const working = { ...collector, lockWorkers: 1, lockCores: 0.12 };
    expect(decide(figures({ cpuCores: 1.9 }, working)).id).toBe("parallel");
    expect(decide(figures({ cpuCores: 0.7 }, { ...working, run: 0.7, topCores: 0.4 })).id).toBe("lock-bound");
  });

  it("does not say what several threads wait for where nobody looked", () => {
    const blind = { rung: "none", probeReason: "denied", probePasses: 0, cpuCores: 0.38 } as const;
    const naps = { run: 0.38, topCores: 0.2, busy: 2, working: 2 };
    expect(decide(figures(blind, naps)).reason).toBe("denied");
    expect(decide(figures(blind, { ...naps, moving: 1 })).id).toBe("io-bound");
    expect(decide(figures(blind, { ...naps, sleep: 1.4 })).id).toBe("io-bound");
    const slowTurns = { run: 1, topCores: 0.5, hiddenLockWait: 1 };
    expect(decide(figures({ ...blind, cpuCores: 1 }, slowTurns)).reason).toBe("denied");
  });

  describe("where threads come and go", () => {
    const LIVED = {
      moments: 5,
      meanAlive: 1,
      mostAlive: 1,
      runSeconds: 0.3,
      cpuWaitSeconds: 0.01,
      aliveRunSeconds: 0.2,
    };
    const frame = {
      interpreterId: 0,
      enabled: null,
      heldRatio: known(0.97),
      heldStandardError: known(0.01),
      switchesPerSecond: known(195),
      intervalMs: known(5),
    };
    const gil = (change: Partial<GilFrame> = {}) => ({
      frames: [{ ...frame, ...change }],
      heldRatio: change.heldRatio ?? frame.heldRatio,
      heldByThread: new Map(),
      byInterpreter: [],
      samples: 300,
      holdings: NO_HOLDINGS,
      off: false,
    });
    const churn = (
      lived: Partial<typeof LIVED>,
      change: Partial<RuntimeFigures> = {},
      threads: Partial<ThreadSums> = {},
    ) =>
      figures(
        { exitedCores: 0.9, cpuCores: 0.97, rung: "memory", shortLived: { ...LIVED, ...lived }, ...change },
        threads,
      );

    it("says single-threaded of those that follow one another", () => {
      expect(verdictOf(churn({}))).toMatchObject({
        id: "single-threaded",
        headline: { code: "single-threaded.in-turn" },
      });
      expect(decide(churn({ mostAlive: 2 })).reason).toBe("short-lived");
      expect(decide(churn({ moments: 3 })).reason).toBe("short-lived");
      expect(decide(churn({}, { host: BUSY_HOST })).reason).toBe("short-lived");
      expect(decide(churn({}, { cpuCores: 0.3, exitedCores: 0.28 })).reason).toBe("short-lived");
    });

    it("says gil-bound of those that take turns on a GIL handed over at its interval", () => {
      const turns = { meanAlive: 4, mostAlive: 4 };
      expect(verdictOf(churn(turns, { gil: gil() }))).toMatchObject({
        id: "gil-bound",
        basis: "inferred",
        headline: { code: "gil-bound.short-lived", parameters: { threads: 4 } },
      });
      for (const [lived, change] of [
        [{ meanAlive: 1.2, mostAlive: 2 }, { gil: gil() }],
        // Handed on much sooner: a lock of the program's own may be what takes turns.
        [turns, { gil: gil({ switchesPerSecond: known(700) }) }],
        [turns, { gil: gil({ heldRatio: known(0.6) }) }],
        [turns, { gil: null }],
        [turns, { gil: gil(), allowedCores: 1, limit: AFFINITY, limitUsedRatio: 0.97, demandCores: 1 }],
        [turns, { gil: gil(), host: BUSY_HOST }],
      ] as const) {
        expect(decide(churn(lived, change)).id).toBe("undetermined");
      }
    });

    it("says gil-bound where those that were met waited for a GIL that is nearly always held", () => {
      const turns = { meanAlive: 2.6, mostAlive: 4 };
      const offRhythm = gil({ switchesPerSecond: known(230) });
      const waited = { run: 0.05, gilWait: 0.5 };
      expect(verdictOf(churn(turns, { gil: offRhythm }, waited))).toMatchObject({ id: "gil-bound", basis: "inferred" });
      const others = [
        churn(turns, { gil: gil({ heldRatio: known(0.6) }) }, waited),
        churn(turns, { gil: offRhythm }, { ...waited, lockWait: 0.8, lockThreads: 2 }),
        churn({ meanAlive: 1.2, mostAlive: 2 }, { gil: offRhythm }, waited),
      ];
      for (const other of others) expect(decide(other).reason).toBe("short-lived");
    });

    it("says parallel on a full machine only if they hardly wait for a CPU", () => {
      const full = { host: BUSY_HOST, cpuCores: 3.9, exitedCores: 3.6 };
      expect(decide(churn({ meanAlive: 4 }, full)).id).toBe("parallel");
      expect(decide(churn({ meanAlive: 16, cpuWaitSeconds: 0.9 }, full)).id).toBe("oversubscribed");
      const strangers = { ...full, cpuCores: 2, exitedCores: 1.8 };
      expect(decide(churn({ meanAlive: 4, cpuWaitSeconds: 0.3 }, strangers)).id).toBe("cpu-starved");
      expect(decide(churn({ runSeconds: 0.001 }, full)).reason).toBe("short-lived");
      // Eight alive where less than four run and nobody wants a CPU: what do they wait for?
      expect(decide(churn({ meanAlive: 8 }, full)).reason).toBe("short-lived");
    });
  });
});

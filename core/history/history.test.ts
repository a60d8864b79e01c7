import { describe, expect, it } from "vitest";
import { advance, initialState } from "../advance.ts";
import type { Frame } from "../frame/frame.ts";
import { type SimulatedMachine, type SimulatedProcess, SimulatedSession } from "../testing/sample-builder.ts";
import { BUSY_MACHINE, FOUR_ON_ONE_GIL, HOG_AND_SLEEPERS, manyRuntimes } from "../testing/scenarios.ts";
import { MOST_ENDINGS } from "./endings.ts";
import { FILE_LIMITS, History, type HistoryLimits, LIVE_LIMITS } from "./history.ts";
import { EXITED_ROW_ID, OTHERS_ROW_ID } from "./series.ts";

interface Run {
  readonly history: History;
  readonly frames: readonly Frame[];
}

/** A history of a machine that may change with each second, with the clock of its process table. */
function run(
  machineAt: (second: number) => SimulatedMachine,
  seconds: number,
  limits?: HistoryLimits,
  processClock: (cpuSeconds: number) => number = (cpuSeconds) => cpuSeconds,
): Run {
  const session = new SimulatedSession(machineAt(0).onlineCpus);
  const history = new History(session.header, limits);
  const frames: Frame[] = [];
  let state = initialState(session.header);
  for (let second = 0; second <= seconds; second += 1) {
    const exact = session.step(machineAt(second));
    const sample = {
      ...exact,
      processes: { ...exact.processes, cpuSeconds: exact.processes.cpuSeconds.map(processClock) },
    };
    const next = advance(state, sample);
    state = next.state;
    frames.push(next.frame);
    history.push(sample, next.frame, next.state.memory);
  }
  return { history, frames };
}

function rowIdOf(frame: Frame, pid: number): number {
  return frame.runtimes.find((runtime) => runtime.pid === pid)?.rowId ?? -1;
}

describe("history", () => {
  it("is empty at first", () => {
    const history = new History(new SimulatedSession().header);
    expect([history.firstWallMs, history.lastWallMs, history.latest(), history.frameAt(0)]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(history.series(1, null, 60, 60)).toBeNull();
    expect(history.sparklines([1], null, 60, 3).cpuCores).toEqual(Float32Array.of(NaN, NaN, NaN));
    expect(history.samples(0, 1e15)).toEqual([]);
  });

  it("gives any frame again as it was live", () => {
    const { history, frames } = run(() => BUSY_MACHINE, 20);
    for (const frame of frames.slice(1)) expect(history.frameAt(frame.wallMs + 400)).toEqual(frame);
    expect(history.latest()).toBe(frames.at(-1));
    expect(history.frameAt(0)?.sequence).toBe(frames[0]?.sequence);
  });

  it("holds every second for two minutes, then every fifth to fifteen", () => {
    const { history } = run(() => ({ processes: [HOG_AND_SLEEPERS] }), 1200);
    const samples = history.samples(0, Number.MAX_VALUE);
    const ages = samples.map((sample) => (samples.at(-1)!.monotonicMs - sample.monotonicMs) / 1000);
    expect(ages.filter((age) => age <= 120)).toHaveLength(121);
    expect(ages.filter((age) => age > 120).length).toBeGreaterThanOrEqual(155);
    expect(ages.filter((age) => age > 120).length).toBeLessThanOrEqual(157);
    expect(ages[0]).toBeLessThanOrEqual(900);
    expect(ages[0]).toBeGreaterThan(890);
    expect(samples[0]?.processDetails).toHaveLength(1);
    expect(samples[0]?.threadDetails).toHaveLength(7);
    const old = history.frameAt(samples[3]!.wallMs);
    expect(old?.windowSeconds).toBeCloseTo(5, 6);
    expect(old?.runtimes[0]?.cpuCores).toMatchObject({ known: true });
  });

  it("gives samples that a replay knows every runtime of, one that started in between included", () => {
    const { history, frames } = run(
      (second) => ({ processes: second < 4 ? [HOG_AND_SLEEPERS] : [HOG_AND_SLEEPERS, FOUR_ON_ONE_GIL] }),
      12,
    );
    let state = initialState(new SimulatedSession().header);
    let replayed: Frame | null = null;
    for (const sample of history.samples(0, Number.MAX_VALUE)) ({ state, frame: replayed } = advance(state, sample));
    expect(replayed).toEqual(frames.at(-1));
  });

  it("stays within its bytes, and forgets what nothing held speaks of", () => {
    const limits = { ...LIVE_LIMITS, maxBytes: 300_000 };
    const births = (second: number): SimulatedMachine => ({
      processes: manyRuntimes(40, 5).processes.map((process) => ({
        ...process,
        startTicks: second * 100 + process.pid,
      })),
    });
    const { history } = run(births, 100, limits);
    expect(history.bytes).toBeLessThanOrEqual(limits.maxBytes);
    expect(history.length).toBeGreaterThan(2);
    expect(history.samples(0, Number.MAX_VALUE)[0]?.processDetails.length).toBeLessThan(40 * (history.length + 2));
  });

  it("counts shared columns once: a resting machine costs little", () => {
    const processes = manyRuntimes(100, 10).processes.filter((_, index) => index % 10 !== 0);
    const resting = { processes: processes.map((process) => ({ ...process, rung: null })) };
    const { history } = run(() => resting, 100);
    const session = new SimulatedSession();
    const whole = session.step(resting).threads.length * 8 * 7;
    // The simulation reads every row anew each second, so one of seven columns differs.
    expect(history.bytes / history.length).toBeLessThan(whole / 3);
  });

  it("thins a file that is too large instead of losing its beginning", () => {
    const { history, frames } = run(() => BUSY_MACHINE, 300, { ...FILE_LIMITS, maxBytes: 400_000 });
    expect(history.bytes).toBeLessThanOrEqual(400_000);
    expect(history.firstWallMs).toBe(frames[0]?.wallMs);
    expect(history.lastWallMs).toBe(frames.at(-1)?.wallMs);
    expect(history.length).toBeGreaterThan(10);
  });
});

describe("what ended inside a range", () => {
  const worker = { ...FOUR_ON_ONE_GIL, pid: 500, startTicks: 8_640_000 + 500 + 300 };
  const { history, frames } = run((second) => {
    const processes = [HOG_AND_SLEEPERS];
    if (second < 20) processes.push(FOUR_ON_ONE_GIL);
    if (second >= 4 && second < 12) processes.push(worker);
    return { processes };
  }, 40);
  const wallAt = (second: number) => frames[second]!.wallMs;
  const found = (from: number, to: number) => history.endingsBetween(wallAt(from), wallAt(to));

  it("comes with its figures over the part that it lived, what began in the range too", () => {
    const { endings, leftOut } = found(2, 30);
    expect(leftOut).toBe(0);
    expect(endings.map(({ frame, rowIds }) => [frame.wallMs, [...rowIds]])).toEqual([
      [wallAt(19), [rowIdOf(frames[3]!, FOUR_ON_ONE_GIL.pid)]],
      [wallAt(11), [rowIdOf(frames[5]!, worker.pid)]],
    ]);
    const [long, short] = endings.map(({ frame, rowIds }) => frame.runtimes.find(({ rowId }) => rowIds.has(rowId))!);
    expect(long?.windowSeconds).toBeCloseTo(17, 5);
    expect(long?.cpuCores).toMatchObject({ known: true, value: expect.closeTo(0.992, 1) });
    expect(long?.verdict.id).toBe("gil-bound");
    expect(short?.windowSeconds).toBeLessThan(9);
    expect(short?.cpuCores).toMatchObject({ known: true, value: expect.closeTo(0.992, 1) });
  });

  it("is only what ended there, not what lived on, ended earlier or later", () => {
    expect(found(22, 30).endings).toEqual([]);
    expect(found(5, 10).endings).toEqual([]);
    expect(found(13, 30).endings).toHaveLength(1);
  });

  it("has so many frames and no more, and counts the others", () => {
    const brief = (second: number): SimulatedMachine => ({
      processes: [HOG_AND_SLEEPERS, { ...FOUR_ON_ONE_GIL, startTicks: 8_640_000 + 500 + second * 100 }],
    });
    const churn = run(brief, MOST_ENDINGS + 10);
    const all = churn.history.endingsBetween(0, Number.MAX_VALUE);
    expect(all.endings).toHaveLength(MOST_ENDINGS);
    expect(all.leftOut).toBe(10);
  });
});

describe("series", () => {
  it("gives cores of the runtime and its busiest threads, newest last", () => {
    const { history, frames } = run(() => BUSY_MACHINE, 60);
    const series = history.series(rowIdOf(frames.at(-1)!, FOUR_ON_ONE_GIL.pid), null, 30, 60);
    expect(series?.wallMs).toHaveLength(30);
    expect(series?.wallMs.at(-1)).toBe(frames.at(-1)?.wallMs);
    for (const cores of series?.cpuCores ?? []) expect(cores).toBeCloseTo(0.992, 1);
    expect(series?.threads).toHaveLength(5);
    expect(series?.threads[0]?.cpuCores.at(-1)).toBeCloseTo(0.248, 3);
    expect(series?.rssBytes.at(-1)).toBe(64 * 2 ** 20);
    const frame = frames.at(-1)!.runtimes.find((runtime) => runtime.pid === FOUR_ON_ONE_GIL.pid);
    expect(series?.demandCores.at(-1)).toBeCloseTo(
      frame?.demandCores.known === true ? frame.demandCores.value : NaN,
      5,
    );
  });

  it("sums threads beyond the busiest, and CPU of threads that ended", () => {
    const many: SimulatedProcess = {
      pid: 7,
      threads: Array.from({ length: 20 }, (_, index) => ({ run: index / 100 })),
    };
    const fewer: SimulatedProcess = { ...many, threads: many.threads.slice(0, 19) };
    const { history, frames } = run((second) => ({ processes: [second > 10 ? fewer : many] }), 11);
    const series = history.series(rowIdOf(frames.at(-1)!, 7), null, 11, 50);
    const others = series?.threads.find((thread) => thread.rowId === OTHERS_ROW_ID);
    expect(others?.cpuCores[5]).toBeCloseTo(0.66, 4);
    expect(series?.threads.filter((thread) => thread.rowId > 0)).toHaveLength(8);
    expect(series?.threads.some((thread) => thread.rowId === EXITED_ROW_ID)).toBe(false);
  });

  it("totals the threads exactly where the process table counts in coarse ticks, and what ended besides", () => {
    const two: SimulatedProcess = { pid: 7, threads: [{ run: 0.47 }, { run: 0.31 }] };
    const one: SimulatedProcess = { ...two, threads: two.threads.slice(0, 1) };
    const { history, frames } = run(
      (second) => ({ processes: [second > 6 ? one : two] }),
      10,
      LIVE_LIMITS,
      // Ticks so coarse that a step sees none or several of them.
      (seconds) => Math.floor(seconds / 2) * 2,
    );
    const series = history.series(rowIdOf(frames.at(-1)!, 7), null, 10, 60);
    series?.cpuCores.forEach((total, step) => {
      const threads = series.threads.reduce((sum, { cpuCores }) => sum + (cpuCores[step] || 0), 0);
      expect(total).toBeCloseTo(threads, 5);
    });
    expect([...(series?.cpuCores ?? [])].slice(0, 6).map((total) => total.toFixed(2))).toEqual(Array(6).fill("0.78"));
  });

  it("thins to the points asked for on a grid that stays", () => {
    const { history, frames } = run(() => ({ processes: [HOG_AND_SLEEPERS] }), 110);
    const rowId = rowIdOf(frames.at(-1)!, HOG_AND_SLEEPERS.pid);
    const now = history.series(rowId, null, 100, 25);
    const before = history.series(rowId, frames.at(-2)!.wallMs, 100, 25);
    expect(now?.wallMs.length).toBeLessThanOrEqual(25);
    expect(now?.wallMs.length).toBeGreaterThanOrEqual(23);
    // All but the newest point were there a second ago.
    for (const wallMs of [...(now?.wallMs ?? [])].slice(0, -2)) expect([...(before?.wallMs ?? [])]).toContain(wallMs);
    for (const cores of now?.cpuCores ?? []) expect(cores).toBeCloseTo(0.99, 1);
  });

  it("leaves gaps where the runtime did not live", () => {
    const { history, frames } = run((second) => ({ processes: second < 5 ? [] : [HOG_AND_SLEEPERS] }), 10);
    const series = history.series(rowIdOf(frames.at(-1)!, HOG_AND_SLEEPERS.pid), null, 60, 60);
    expect([...(series?.cpuCores ?? [])].map((cores) => Number.isNaN(cores))).toEqual([
      ...Array<boolean>(5).fill(true),
      ...Array<boolean>(5).fill(false),
    ]);
    expect(history.series(999, null, 60, 60)).toBeNull();
  });
});

describe("sparklines", () => {
  it("give exactly the points asked for, by runtime", () => {
    const { history, frames } = run(() => BUSY_MACHINE, 70);
    const rowIds = [FOUR_ON_ONE_GIL.pid, HOG_AND_SLEEPERS.pid, 1].map((pid) => rowIdOf(frames.at(-1)!, pid));
    const lines = history.sparklines(rowIds, null, 60, 30);
    expect(lines.cpuCores).toHaveLength(90);
    for (const cores of lines.cpuCores.subarray(0, 60)) expect(cores).toBeCloseTo(0.99, 1);
    for (const cores of lines.cpuCores.subarray(60)) expect(cores).toBeNaN();
  });

  it("bridge thinned samples and begin where the history begins", () => {
    const { history, frames } = run(() => ({ processes: [HOG_AND_SLEEPERS] }), 400);
    const rowId = rowIdOf(frames.at(-1)!, HOG_AND_SLEEPERS.pid);
    const lines = history.sparklines([rowId], frames[300]!.wallMs, 600, 600);
    const known = [...lines.cpuCores].filter((cores) => !Number.isNaN(cores));
    expect(known.length).toBeGreaterThan(290);
    expect(known.length).toBeLessThan(310);
    for (const cores of known) expect(cores).toBeCloseTo(0.99, 1);
  });

  it("are told of threads too, and the one followed is in the series however little it does", () => {
    const busy = { run: 0.1, slices: 20 };
    const machine = {
      processes: [
        {
          pid: 77,
          threads: [
            { name: "quiet", run: 0.001, slices: 1 },
            ...Array.from({ length: 12 }, (_, index) => ({ ...busy, name: `w-${index}` })),
          ],
        },
      ],
    };
    const { history, frames } = run(() => machine, 30);
    const frame = frames.at(-1)!;
    const quiet = frame.threads.rowId[frame.threads.names.indexOf("quiet")]!;
    const worker = frame.threads.rowId[frame.threads.names.indexOf("w-3")]!;
    const rowId = rowIdOf(frame, 77);
    const names = (followed: number | null) =>
      history.series(rowId, null, 20, 10, followed)?.threads.map(({ name }) => name) ?? [];
    expect(names(null)).not.toContain("quiet");
    expect(names(quiet)).toContain("quiet");
    expect(names(quiet)).toHaveLength(9);
    const { cpuCores } = history.threadSparklines(rowId, [worker, quiet, 4_000_000], null, 10, 5);
    expect(cpuCores[0]).toBeCloseTo(0.1);
    expect(cpuCores[9]).toBeCloseTo(0.001);
    expect(cpuCores[10]).toBeNaN();
  });
});

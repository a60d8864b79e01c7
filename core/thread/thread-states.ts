import type { WindowRuntime } from "../frame/window-rows.ts";
import type { GilWindow } from "../gil/gil-window.ts";
import { hasOldGil, isAtLeast } from "../gil/python-version.ts";
import { OBSERVATION_KINDS, type ObservationKind } from "../probe/observation-kind.ts";
import { KIND_COUNT, type Observed } from "../probe/observed.ts";
import type { PythonFacts, RawSample } from "../sample/raw-sample.ts";
import { HOLDER_FOUND_SHARE, LEAST_GIL_SAMPLES, LEAST_RUNNING_SEEN } from "../verdict/thresholds.ts";
import { THREAD_STATE_COUNT, THREAD_STATES, type ThreadState } from "./thread-state.ts";
import type { ThreadWindow } from "./thread-window.ts";

/** Where the threads' seconds went, aligned with the rows of the newer sample. */
export interface ThreadShares {
  /** `THREAD_STATE_COUNT` numbers per row; each row of a runtime sums to 1. */
  readonly states: Float32Array;
  /** Observations in the window that say what the thread did, running ones included. */
  readonly observations: Uint32Array;
  /** Share of time in timed futexes off the runtime's data: another lock, or a sub-interpreter's own GIL. */
  readonly timedLockShare: Float32Array;
  /** GIL waits among the observations asleep, each plus a prior of none: what demand is computed from. */
  readonly cautiousGilWait: Float32Array;
  /** Share of time in some futex that could not be told apart further. */
  readonly futexShare: Float32Array;
}

/** Position of a state in a row of shares. */
export const STATE = Object.fromEntries(THREAD_STATES.map((state, index) => [state, index])) as Record<
  ThreadState,
  number
>;

const KIND = Object.fromEntries(OBSERVATION_KINDS.map((kind, index) => [kind, index])) as Record<
  ObservationKind,
  number
>;

/** Shares for `length` threads, all not known. */
export function emptyShares(length: number): ThreadShares {
  const states = new Float32Array(length * THREAD_STATE_COUNT);
  for (let row = 0; row < length; row += 1) states[row * THREAD_STATE_COUNT + STATE.unknown] = 1;
  return {
    states,
    observations: new Uint32Array(length),
    timedLockShare: new Float32Array(length),
    cautiousGilWait: new Float32Array(length),
    futexShare: new Float32Array(length),
  };
}

/** What each kind of observation means in one interpreter; -1: it says nothing about the rest of the second. */
function stateOfKinds(python: PythonFacts, stopped: boolean): Int8Array {
  const lock = hasOldGil(python) ? STATE.unknown : STATE.threadWait;
  // time.sleep became clock_nanosleep in CPython 3.11; before, it was select with a time limit.
  const select = python.implementation === "CPython" && isAtLeast(python, 3, 11) ? STATE.ioWait : STATE.sleep;
  const meaning: Record<ObservationKind, number> = {
    running: -1,
    gilWait: hasOldGil(python) ? STATE.threadWait : STATE.gilWait,
    lock,
    timedLock: lock,
    futex: STATE.unknown,
    ioWait: STATE.ioWait,
    sleep: STATE.sleep,
    select,
    // Asleep outside a system call: a stopped process, else a page fault that waits for the disk.
    blocked: stopped ? STATE.stopped : STATE.ioWait,
    stopped: STATE.stopped,
    unknown: STATE.unknown,
    gone: -1,
  };
  return Int8Array.from(OBSERVATION_KINDS, (kind) => meaning[kind]);
}

const meanings = [new WeakMap<PythonFacts, Int8Array>(), new WeakMap<PythonFacts, Int8Array>()] as const;

/** The meanings follow from the interpreter alone, so they are worked out once for each. */
function meaningFor(python: PythonFacts, stopped: boolean): Int8Array {
  const known = meanings[stopped ? 1 : 0];
  let meaning = known.get(python);
  if (meaning === undefined) {
    meaning = stateOfKinds(python, stopped);
    known.set(python, meaning);
  }
  return meaning;
}

/** Splits the seconds of one runtime's threads. Running and waiting for a CPU are exact; observations share out the rest. */
export function shareOut(
  shares: ThreadShares,
  runtime: WindowRuntime,
  newer: RawSample,
  window: ThreadWindow,
  seen: Observed,
  gil: GilWindow | null,
): void {
  const processState = newer.processes.state[runtime.row];
  const stopped = processState === 84 || processState === 116;
  const meaning = meaningFor(runtime.python, stopped);
  const { states } = shares;
  const holderKnown = gil !== null && knowsHolder(gil);
  for (let row = runtime.threadStart; row < runtime.threadEnd; row += 1) {
    const lived = window.livedSeconds[row] as number;
    const runSeconds = window.runSeconds[row] as number;
    if (!(lived > 0) || Number.isNaN(runSeconds)) continue;
    const at = row * THREAD_STATE_COUNT;
    const run = Math.min(1, runSeconds / lived);
    const waitSeconds = window.cpuWaitSeconds[row] as number;
    const cpuWait = Number.isNaN(waitSeconds) ? 0 : Math.min(1 - run, waitSeconds / lived);
    const rest = Math.max(0, 1 - run - cpuWait);
    const moved = !(window.timeslices[row] === 0 && runSeconds === 0);

    const slot = seen.slotOf[row] as number;
    const cells = slot * KIND_COUNT;
    const usable = slot < 0 ? 0 : countAll(seen.inWindow, cells);
    shares.observations[row] = usable;
    let counts = seen.inWindow;
    let asleep = slot < 0 ? 0 : countAsleep(counts, cells, meaning);
    if (asleep === 0 && !moved && slot >= 0) {
      // It has slept all the time: what it was last seen doing still holds.
      counts = seen.everSeen;
      asleep = countAsleep(counts, cells, meaning);
    }
    states[at + STATE.unknown] = 0;
    states[at + STATE.run] = run;
    states[at + STATE.cpuWait] = cpuWait;
    if (asleep === 0) {
      states[at + STATE.unknown] = stopped ? 0 : rest;
      if (stopped) states[at + STATE.stopped] = rest;
    } else {
      for (let kind = 0; kind < KIND_COUNT; kind += 1) {
        const count = counts[cells + kind] as number;
        let state = meaning[kind] as number;
        if (count === 0 || state < 0) continue;
        // Whoever waits for a GIL wakes up every switch interval; a futex that never wakes is another one.
        if (kind === KIND.futex && !moved) state = STATE.threadWait;
        states[at + state] = (states[at + state] as number) + (rest * count) / asleep;
      }
      shares.timedLockShare[row] = (rest * (counts[cells + KIND.timedLock] as number)) / asleep;
      shares.futexShare[row] = (rest * (counts[cells + KIND.futex] as number)) / asleep;
      shares.cautiousGilWait[row] = (states[at + STATE.gilWait] as number) * (asleep / (asleep + 1));
    }
    if (gil !== null && holderKnown) splitRun(states, at, row, newer, seen, gil, run, cpuWait, rest);
  }
}

/** Whether the holder was found often enough to split running by it: some interpreters tell only that the GIL is held. */
function knowsHolder(gil: GilWindow): boolean {
  if (gil.samples < LEAST_GIL_SAMPLES) return false;
  let attributed = 0;
  for (const { held } of gil.heldByThread.values()) attributed += held;
  return !gil.heldRatio.known || attributed >= HOLDER_FOUND_SHARE * gil.heldRatio.value;
}

/**
 * With the holder known, running is split by whether the thread had the GIL, and waiting by whether it kept it.
 * A thread seen "running" is on a CPU or waits for one. Of those seen so without the GIL the waits for a CPU, known exactly,
 * come first: a thread that has just been woken to take the GIL stands in that queue. What is left ran natively.
 */
function splitRun(
  states: Float32Array,
  at: number,
  row: number,
  newer: RawSample,
  seen: Observed,
  gil: GilWindow,
  run: number,
  cpuWait: number,
  rest: number,
): void {
  const held = gil.heldByThread.get(newer.threads.rowId[row] as number);
  const slot = seen.slotOf[row] as number;
  const runningSeen = slot < 0 ? 0 : (seen.inWindow[slot * KIND_COUNT + KIND.running] as number);
  const heldRunning = held?.runningSamples ?? 0;
  if (runningSeen >= LEAST_RUNNING_SEEN || heldRunning > 0) {
    const withoutGil = runningSeen > heldRunning ? 1 - heldRunning / runningSeen : 0;
    const nativeRun = Math.min(run, Math.max(0, (run + cpuWait) * withoutGil - cpuWait));
    states[at + STATE.run] = 0;
    states[at + STATE.gilRun] = run - nativeRun;
    states[at + STATE.nativeRun] = nativeRun;
  }
  const blocked = held === undefined ? 0 : Math.min(rest, Math.max(0, held.held - held.running));
  if (blocked <= 0 || rest <= 0) return;
  const left = (rest - blocked) / rest;
  for (const state of REST_STATES) states[at + state] = (states[at + state] as number) * left;
  states[at + STATE.gilHeldBlocked] = blocked;
}

const REST_STATES = [STATE.gilWait, STATE.threadWait, STATE.ioWait, STATE.sleep, STATE.stopped, STATE.unknown] as const;

function countAll(counts: Float64Array | Float32Array, cells: number): number {
  let sum = 0;
  for (let kind = 0; kind < KIND_COUNT; kind += 1) {
    if (kind !== KIND.gone) sum += counts[cells + kind] as number;
  }
  return sum;
}

function countAsleep(counts: Float64Array | Float32Array, cells: number, meaning: Int8Array): number {
  let sum = 0;
  for (let kind = 0; kind < KIND_COUNT; kind += 1) {
    if ((meaning[kind] as number) >= 0) sum += counts[cells + kind] as number;
  }
  return sum;
}

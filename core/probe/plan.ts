import type { CoreState } from "../advance.ts";
import type { RuntimeFrame, ThreadFrameColumns } from "../frame/frame.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { lowerBound } from "../sample/row-index.ts";
import { type Attention, EMPTY_PLAN, type ProbePlan, type ProbeTarget } from "./probe-plan.ts";

/** CPU seconds that one look at one thread costs, reading `/proc/PID/task/TID/syscall` through a kept fd and waking for it. */
export const READ_COST_SECONDS = 6e-6;

/** Share of a core the probe may use unless told otherwise. */
export const DEFAULT_PROBE_BUDGET_CORES = 0.005;

const FASTEST_HZ = 100;
/** Enough for 20 looks in a window. */
const SLOWEST_HZ = 4;
/** Rate for what nobody has selected, before the budget narrows it. */
const USUAL_HZ = 40;
/** Part of the budget for threads that rest. */
const RESTING_PART = 0.2;
/** A thread that wakes more seldom is as good as resting. */
const MOVING_PER_SECOND = 0.5;
/** Before there are rates: a thread that has used this much since it began may well go on. */
const LIVELY_SECONDS = 0.01;

interface Candidate {
  readonly runtime: RuntimeFrame;
  readonly selected: boolean;
  readonly moving: readonly number[];
  readonly resting: readonly number[];
  /** Cores it uses and hand-overs it makes: what is most worth knowing comes first. */
  readonly weight: number;
}

/**
 * Decides what to probe until the next plan: runtimes in which at least two threads do something, the selected one first,
 * as fast as the budget allows; when there are too many, they take turns.
 * @param budgetCores CPU the probe may use, in cores
 */
export function plan(state: CoreState, attention: Attention, budgetCores: number): ProbePlan {
  const { frame } = state;
  const sample = state.samples[state.samples.length - 1];
  if (frame === null || sample === undefined || budgetCores <= 0) return EMPTY_PLAN;
  const candidates = frame.runtimes
    .flatMap((runtime) => candidateOf(runtime, frame.threads, sample, state, attention))
    .sort(
      (a, b) => Number(b.selected) - Number(a.selected) || b.weight - a.weight || a.runtime.rowId - b.runtime.rowId,
    );
  const readsPerSecond = budgetCores / READ_COST_SECONDS;
  const chosen = takeTurns(candidates, readsPerSecond * (1 - RESTING_PART), frame.sequence);
  const rates = ratesOf(chosen, readsPerSecond * (1 - RESTING_PART));
  const seconds = Math.max(0.1, state.header.intervalMs / 1000);
  const restingBudget = Math.floor(readsPerSecond * RESTING_PART * seconds);
  const resting = restingTurns(chosen, restingBudget, frame.sequence);
  const targets = chosen.map((candidate, index): ProbeTarget => {
    const { runtime, moving } = candidate;
    const rest = resting[index] as readonly number[];
    return {
      processRowId: runtime.rowId,
      pid: runtime.pid,
      startTicks: runtime.startTicks,
      rateHz: Math.floor((rates[index] as number) * 100) / 100,
      threadRowIds: moving.map((row) => frame.threads.rowId[row] as number),
      tids: moving.map((row) => frame.threads.tid[row] as number),
      restingThreadRowIds: rest.map((row) => frame.threads.rowId[row] as number),
      restingTids: rest.map((row) => frame.threads.tid[row] as number),
    };
  });
  return { targets };
}

function candidateOf(
  runtime: RuntimeFrame,
  threads: ThreadFrameColumns,
  sample: RawSample,
  state: CoreState,
  attention: Attention,
): readonly Candidate[] {
  const selected = attention.visible && attention.selectedRowId === runtime.rowId;
  if (runtime.threadRows === 0 || state.details.processes.get(runtime.rowId)?.probeRight.known !== true) return [];
  if (runtime.threadRows === 1 && !selected) return [];
  const moving: number[] = [];
  const resting: number[] = [];
  const first = runtime.windowSeconds <= 0;
  const sampleRow = first ? lowerBound(sample.threads.processRowId, runtime.rowId) : 0;
  const end = runtime.threadStart + runtime.threadRows;
  for (let row = runtime.threadStart; row < end; row += 1) {
    const rate = threads.switchesPerSecond[row] as number;
    const moves = first
      ? (sample.threads.runSeconds[sampleRow + row - runtime.threadStart] as number) > LIVELY_SECONDS
      : rate >= MOVING_PER_SECOND;
    (moves || (threads.cpuCores[row] as number) > 0.005 ? moving : resting).push(row);
  }
  const doing = moving.length >= 2 || (moving.length === 1 && resting.length > 0);
  if (!doing && !selected) return [];
  const cores = runtime.cpuCores.known ? runtime.cpuCores.value : runtime.threadRows * 1e-3;
  if (!selected && moving.length < 2 && cores < 0.01) return [];
  return [{ runtime, selected, moving, resting, weight: cores + moving.length * 0.01 }];
}

/** Keeps as many as fit at the slowest rate; the rest get their turn in later plans. The selected runtime always stays. */
function takeTurns(candidates: readonly Candidate[], readsPerSecond: number, sequence: number): readonly Candidate[] {
  const cost = (candidate: Candidate): number => Math.max(1, candidate.moving.length) * SLOWEST_HZ;
  const total = candidates.reduce((sum, candidate) => sum + cost(candidate), 0);
  if (total <= readsPerSecond) return candidates;
  const chosen: Candidate[] = [];
  let left = readsPerSecond;
  const head = candidates[0];
  let others = candidates;
  if (head?.selected === true) {
    chosen.push(head);
    left -= Math.min(left * 0.5, cost(head));
    others = candidates.slice(1);
  }
  const start = others.length === 0 ? 0 : sequence % others.length;
  for (let step = 0; step < others.length; step += 1) {
    const candidate = others[(start + step) % others.length] as Candidate;
    if (cost(candidate) > left) continue;
    left -= cost(candidate);
    chosen.push(candidate);
  }
  return chosen;
}

/** Shares the reads out: everybody the slowest rate, then the selected one as fast as it may, then all alike. */
function ratesOf(chosen: readonly Candidate[], readsPerSecond: number): readonly number[] {
  const width = chosen.map((candidate) => Math.max(1, candidate.moving.length));
  const widest = width.reduce((sum, one) => sum + one, 0);
  const rates = chosen.map(() => Math.min(SLOWEST_HZ, readsPerSecond / widest));
  let left = readsPerSecond - rates.reduce((sum, rate, index) => sum + rate * (width[index] as number), 0);
  const raise = (which: readonly number[], ceiling: number): void => {
    let open = which.filter((index) => (rates[index] as number) < ceiling);
    while (open.length > 0 && left > 1e-9) {
      const wide = open.reduce((sum, index) => sum + (width[index] as number), 0);
      const step = Math.min(left / wide, Math.min(...open.map((index) => ceiling - (rates[index] as number))));
      for (const index of open) rates[index] = (rates[index] as number) + step;
      left -= step * wide;
      open = open.filter((index) => (rates[index] as number) < ceiling - 1e-9);
    }
  };
  const all = chosen.map((_, index) => index);
  raise(
    all.filter((index) => chosen[index]?.selected === true),
    FASTEST_HZ,
  );
  raise(all, USUAL_HZ);
  raise(all, FASTEST_HZ);
  return rates;
}

/** Resting threads are looked at once per plan; where there are too many, another part each time. */
function restingTurns(chosen: readonly Candidate[], budget: number, sequence: number): readonly (readonly number[])[] {
  const total = chosen.reduce((sum, candidate) => sum + candidate.resting.length, 0);
  if (total <= budget) return chosen.map((candidate) => candidate.resting);
  const start = (sequence * budget) % total;
  let position = 0;
  return chosen.map((candidate) =>
    candidate.resting.filter(() => {
      const turn = (position - start + total) % total < budget;
      position += 1;
      return turn;
    }),
  );
}

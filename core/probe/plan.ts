import type { CoreState } from "../advance.ts";
import type { RuntimeFrame, ThreadFrameColumns } from "../frame/frame.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { lowerBound } from "../sample/row-index.ts";
import { isMoving } from "../thread/thread-sums.ts";
import { WAIT_COUNTS } from "../verdict/thresholds.ts";
import { type Attention, EMPTY_PLAN, type ProbePlan, type ProbeTarget } from "./probe-plan.ts";

/**
 * CPU seconds of the probe's parts, as a profile of it shows them: waking for a round of passes, one pass over one runtime's GIL and
 * tables, one look at one thread through a kept `/proc/PID/task/TID/syscall`. Waking is dearest, so runtimes nobody has selected share rounds.
 */
export const COST_SECONDS = { round: 90e-6, pass: 25e-6, look: 6e-6 } as const;

/** Share of a core the probe may use unless told otherwise. */
export const DEFAULT_PROBE_BUDGET_CORES = 0.005;

const FASTEST_HZ = 100;
/** Enough for 20 looks in a window. */
const SLOWEST_HZ = 4;
/** Highest rate for what nobody has selected. */
const USUAL_HZ = 40;
/** Highest rate for a selected runtime in which hardly anything happens: what its threads do can be seen, but not shared out finely. */
const QUIET_HZ = 5;
/** Cores below which hardly anything happens. */
const QUIET_CORES = 0.05;
/** Part of the budget that a selected runtime may have while others are watched too. */
const SELECTED_PART = 0.5;
/** Part of the budget for threads that rest. */
const RESTING_PART = 0.2;
/** Before there are rates: a thread that has used this much since it began may well go on. */
const LIVELY_SECONDS = 0.01;

interface Candidate {
  readonly runtime: RuntimeFrame;
  readonly selected: boolean;
  readonly moving: readonly number[];
  readonly resting: readonly number[];
  /** Whether hardly anything happens in it. */
  readonly quiet: boolean;
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
  const passes = budgetCores * (1 - RESTING_PART);
  const { chosen, rates } = share(candidates, passes, frame.sequence);
  const seconds = Math.max(0.1, state.header.intervalMs / 1000);
  const restingBudget = Math.floor(((budgetCores - passes) / COST_SECONDS.look) * seconds);
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
  // Of threads that end too soon to be looked at, the GIL is the only witness.
  const churns = runtime.exitedThreadCores.known && runtime.exitedThreadCores.value >= WAIT_COUNTS;
  if (runtime.threadRows === 1 && !selected && !churns) return [];
  const moving: number[] = [];
  const resting: number[] = [];
  const first = runtime.windowSeconds <= 0;
  const sampleRow = first ? lowerBound(sample.threads.processRowId, runtime.rowId) : 0;
  const end = runtime.threadStart + runtime.threadRows;
  for (let row = runtime.threadStart; row < end; row += 1) {
    const rate = threads.switchesPerSecond[row] as number;
    const lively =
      first && (sample.threads.runSeconds[sampleRow + row - runtime.threadStart] as number) > LIVELY_SECONDS;
    (lively || isMoving(rate, threads.cpuCores[row] as number) ? moving : resting).push(row);
  }
  // Nobody waits for the only thread that moves: who waits for a GIL or a lock that changes hands wakes up again and again.
  if (moving.length < 2 && !selected && !churns) return [];
  const cores = runtime.cpuCores.known ? runtime.cpuCores.value : runtime.threadRows * 1e-3;
  const quiet = moving.length < 2 && runtime.cpuCores.known && cores < QUIET_CORES;
  return [{ runtime, selected, moving, resting, quiet, weight: cores + moving.length * 0.01 }];
}

interface Shares {
  readonly chosen: readonly Candidate[];
  /** Passes per second, one per chosen candidate. */
  readonly rates: readonly number[];
}

/**
 * Shares the budget out: the selected runtime, which has rounds of its own, up to its part; the others the same rate for all, in
 * rounds they share; what is left to the selected one again.
 */
function share(candidates: readonly Candidate[], budgetCores: number, sequence: number): Shares {
  const selected = candidates[0]?.selected === true ? candidates[0] : null;
  const others = selected === null ? candidates : candidates.slice(1);
  const fastest = selected?.quiet === true ? QUIET_HZ : FASTEST_HZ;
  const price = selected === null ? 0 : COST_SECONDS.round + passSeconds(selected);
  const reserved = selected === null ? 0 : price * Math.min(fastest, (budgetCores * SELECTED_PART) / price);
  const chosen = takeTurns(others, budgetCores - reserved, sequence);
  const round = chosen.reduce((sum, candidate) => sum + passSeconds(candidate), 0) + COST_SECONDS.round;
  const rate = Math.min(USUAL_HZ, (budgetCores - reserved) / round);
  if (selected === null) return { chosen, rates: chosen.map(() => rate) };
  const left = budgetCores - (chosen.length === 0 ? 0 : rate * round);
  return { chosen: [selected, ...chosen], rates: [Math.min(fastest, left / price), ...chosen.map(() => rate)] };
}

function passSeconds({ moving }: Candidate): number {
  return COST_SECONDS.pass + COST_SECONDS.look * Math.max(1, moving.length);
}

/** Keeps as many as fit at the slowest rate, but at least one; the rest get their turn in later plans. */
function takeTurns(candidates: readonly Candidate[], budgetCores: number, sequence: number): readonly Candidate[] {
  let left: number = budgetCores / SLOWEST_HZ - COST_SECONDS.round;
  const total = candidates.reduce((sum, candidate) => sum + passSeconds(candidate), 0);
  if (total <= left) return candidates;
  const start = sequence % candidates.length;
  const inTurn = [...candidates.slice(start), ...candidates.slice(0, start)];
  const fitting = inTurn.filter((candidate) => {
    const fits = passSeconds(candidate) <= left;
    if (fits) left -= passSeconds(candidate);
    return fits;
  });
  return fitting.length > 0 ? fitting : inTurn.slice(0, 1);
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

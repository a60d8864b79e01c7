/** One runtime to probe. */
export interface ProbeTarget {
  readonly processRowId: number;
  readonly pid: number;
  readonly startTicks: number;
  /** Mean passes per second; gaps are drawn at random around it. */
  readonly rateHz: number;
  /** Threads to look at in every pass: those that moved lately. Parallel arrays. */
  readonly threadRowIds: readonly number[];
  readonly tids: readonly number[];
  /** Threads to look at once per plan only: those that did not move. Parallel arrays. */
  readonly restingThreadRowIds: readonly number[];
  readonly restingTids: readonly number[];
}

/** What the probe is to watch until the next plan. */
export interface ProbePlan {
  readonly targets: readonly ProbeTarget[];
  /** Row ids of targets whose Python stacks are read once per sample, most wanted first; absent: none. */
  readonly stacks?: readonly number[];
  /** The target that is read finely while its lanes are on screen: passes per second wanted. Absent: none. */
  readonly lanes?: { readonly processRowId: number; readonly rateHz: number };
}

/** What somebody is looking at, so that attention goes there. */
export interface Attention {
  /** Row id of the runtime on screen, or null. */
  readonly selectedRowId: number | null;
  /** Whether anybody looks at all. */
  readonly visible: boolean;
  /** Row id of the runtime whose lanes are on screen, which is then read up to about 1,000 times a second; absent or null: none. */
  readonly lanesRowId?: number | null;
}

/** Nothing to probe. */
export const EMPTY_PLAN: ProbePlan = { targets: [] };

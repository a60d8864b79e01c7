/** Cores that lanes may cost while somebody looks at them, beyond the rest of the probe. */
export const LANES_BUDGET_CORES = 0.035;

const STRETCH_MS = 500;
const FIRST_SCALE = 0.5;
/** Lanes at a tenth of their rate still show who has the GIL; below that they would only mislead. */
const LOWEST_SCALE = 0.1;
const RECOVERY = 1.25;

/** Keeps lanes inside their own budget by lowering the rate of their passes. */
export class LanesBudget {
  readonly #otherCores: number;
  #scale = FIRST_SCALE;
  #atMs = Number.NaN;
  #cpuSeconds = 0;

  /** `otherCores` is what the probe costs without lanes. */
  constructor(otherCores: number) {
    this.#otherCores = otherCores;
  }

  /** Whether it is time to ask for a new scale. */
  isDue(nowMs: number): boolean {
    return !(nowMs - this.#atMs < STRETCH_MS);
  }

  /** The scale to use from now on, given what the probe has used since it started, CPU seconds. */
  scale(nowMs: number, cpuSeconds: number): number {
    const cores = (cpuSeconds - this.#cpuSeconds) / ((nowMs - this.#atMs) / 1000) - this.#otherCores;
    this.#atMs = nowMs;
    this.#cpuSeconds = cpuSeconds;
    if (Number.isNaN(cores)) return this.#scale;
    if (cores > LANES_BUDGET_CORES) this.#scale = Math.max(LOWEST_SCALE, (this.#scale * LANES_BUDGET_CORES) / cores);
    else if (cores < LANES_BUDGET_CORES * 0.8) this.#scale = Math.min(1, this.#scale * RECOVERY);
    return this.#scale;
  }
}

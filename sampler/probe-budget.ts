/** Share of the planned rates below which they are never lowered: with fewer looks no verdict stands. */
const LOWEST_SCALE = 0.2;
/** How much of the spare budget is taken up again at a time. */
const RECOVERY = 1.25;
/** Cost is looked at over stretches of this length at least: single samples say little on a busy machine. */
const STRETCH_MS = 1900;
/** The first seconds go to loading and compiling. */
const WARM_UP_MS = 3000;
/**
 * CPU seconds it may have spent beyond its budget before it is held back: while the engine still compiles each look is dear, and the
 * first minute is when somebody waits for an answer.
 */
const CREDIT_SECONDS = 0.25;

/** Keeps the probe's own CPU use inside its budget by scaling the rates of its passes. */
export class ProbeBudget {
  /** Cores the probe may use. */
  cores = 0.01;
  #scale = 1;
  #startedMs = Number.NaN;
  #atMs = Number.NaN;
  #cpuSeconds = 0;
  #spentCores = 0;
  #credit = CREDIT_SECONDS;

  /** Cores spent over the last stretch measured; 0 before there is one. */
  get spentCores(): number {
    return this.#spentCores;
  }

  /** Leaves out what is spent until `scale` is asked next: something else is watched that has a budget of its own. */
  pause(): void {
    this.#atMs = Number.NaN;
  }

  /** The scale to use from now on, given what the probe has used since it started. */
  scale(nowMs: number, cpuSeconds: number): number {
    if (Number.isNaN(this.#startedMs)) this.#startedMs = nowMs;
    if (nowMs - this.#startedMs < WARM_UP_MS) return this.#scale;
    const elapsedMs = nowMs - this.#atMs;
    if (elapsedMs < STRETCH_MS) return this.#scale;
    const cores = (cpuSeconds - this.#cpuSeconds) / (elapsedMs / 1000);
    const first = Number.isNaN(this.#atMs);
    this.#atMs = nowMs;
    this.#cpuSeconds = cpuSeconds;
    if (first) return this.#scale;
    this.#spentCores = cores;
    this.#credit = Math.min(CREDIT_SECONDS, this.#credit + ((this.cores - cores) * elapsedMs) / 1000);
    if (cores > this.cores && this.#credit <= 0)
      this.#scale = Math.max(LOWEST_SCALE, (this.#scale * this.cores) / cores);
    else if (cores < this.cores * 0.8) this.#scale = Math.min(1, this.#scale * RECOVERY);
    return this.#scale;
  }
}

/** Share of the planned rates below which it is never lowered: something must still be seen. */
const LOWEST_SCALE = 0.02;
/** How much of the spare budget is taken up again at a time. */
const RECOVERY = 1.25;

/** Keeps the probe's own CPU use inside its budget by scaling the rates of its passes. */
export class ProbeBudget {
  /** Cores the probe may use. */
  cores = 0.01;
  #scale = 1;
  #atMs = Number.NaN;
  #cpuSeconds = 0;

  /** The scale to use from now on, given what the probe has used since it started. Asked once per sample. */
  scale(nowMs: number, cpuSeconds: number): number {
    const elapsed = (nowMs - this.#atMs) / 1000;
    const used = cpuSeconds - this.#cpuSeconds;
    const first = Number.isNaN(this.#atMs);
    this.#atMs = nowMs;
    this.#cpuSeconds = cpuSeconds;
    if (first || !(elapsed > 0.05)) return this.#scale;
    const cores = used / elapsed;
    if (cores > this.cores) this.#scale = Math.max(LOWEST_SCALE, (this.#scale * this.cores) / cores);
    else if (cores < this.cores * 0.8) this.#scale = Math.min(1, this.#scale * RECOVERY);
    return this.#scale;
  }
}

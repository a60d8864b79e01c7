/**
 * Lets work be done only as fast as a share of one core allows. Unused time is saved up to `capacitySeconds`; one piece of work
 * that costs more than that begins when all of it is saved, and is paid off afterwards.
 */
export class MemoryBudget {
  readonly #cores: number;
  readonly #capacitySeconds: number;
  #credit: number;
  #atMs = Number.NaN;

  /** Begins with everything saved, so that a short look sees something. */
  constructor(cores: number, capacitySeconds: number) {
    this.#cores = cores;
    this.#capacitySeconds = capacitySeconds;
    this.#credit = capacitySeconds;
  }

  /** Adds what was earned since the last call. */
  earn(nowMs: number): void {
    if (!Number.isNaN(this.#atMs)) {
      const earned = (Math.max(0, nowMs - this.#atMs) / 1000) * this.#cores;
      this.#credit = Math.min(this.#capacitySeconds, this.#credit + earned);
    }
    this.#atMs = nowMs;
  }

  /** Whether work that is thought to cost so many CPU seconds may begin. */
  affords(priceSeconds: number): boolean {
    return this.#credit >= Math.min(priceSeconds, this.#capacitySeconds);
  }

  /** Takes off what was spent. */
  spend(seconds: number): void {
    this.#credit -= Math.max(0, seconds);
  }
}

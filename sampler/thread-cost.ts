import * as fs from "node:fs";

/**
 * CPU seconds the calling thread has used. Linux counts them in `/proc/thread-self/schedstat` (proc(5)); elsewhere, and where
 * that shows nothing, the share of time the thread was busy is used.
 */
export class ThreadCost {
  #fd = -1;
  readonly #buffer = Buffer.alloc(128);

  constructor() {
    if (process.platform !== "linux") return;
    try {
      this.#fd = fs.openSync("/proc/thread-self/schedstat", "r");
    } catch {
      this.#fd = -1;
    }
  }

  cpuSeconds(): number {
    if (this.#fd >= 0) {
      try {
        const length = fs.readSync(this.#fd, this.#buffer, 0, 128, 0);
        const run = Number.parseInt(this.#buffer.toString("latin1", 0, length), 10);
        if (run > 0) return run / 1e9;
      } catch {
        // The busy share below is less exact but always there.
      }
    }
    return performance.eventLoopUtilization().active / 1000;
  }
}

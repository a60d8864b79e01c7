import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { ProbePlan, ProbeTarget } from "../../core/probe/probe-plan.ts";
import { LATENESS_BOUNDS_MS } from "../../core/sample/raw-sample.ts";
import { LANES_RING_BYTES, LanesReader } from "../lanes-ring.ts";
import { ThreadCost } from "../thread-cost.ts";
import type { ProbeAnswer, ProbeRequest, ProbeWorkerData } from "../worker-messages.ts";

/** What the probe cost over a stretch. */
export interface ProbeCost {
  /** Of one core. */
  readonly cores: number;
  readonly passesPerSecond: number;
  /** Share of the passes that came more than a millisecond late. */
  readonly late: number;
}

const LATE_BOUND_MS = 1;
const WARM_UP_MS = 1500;
const NO_THREADS = { length: 0, rowId: new Uint32Array(0), tid: new Int32Array(0) };

/** A probe worker of its own, beside whatever else runs, whose cost is counted apart. */
export class CostedProbe {
  readonly #worker: Worker;
  readonly #wake = new Int32Array(new SharedArrayBuffer(4));
  #onAnswer: ((answer: ProbeAnswer) => void) | null = null;

  constructor(workersDirectory: string) {
    const data: ProbeWorkerData = {
      procRoot: "/proc",
      architecture: process.arch === "arm64" ? "aarch64" : "x86_64",
      wake: this.#wake.buffer as SharedArrayBuffer,
    };
    this.#worker = new Worker(join(workersDirectory, "sampler-probe.cjs"), { workerData: data });
    this.#worker.on("message", (answer: ProbeAnswer) => this.#onAnswer?.(answer));
  }

  /** Follows a plan for so long, asking for a report every second as the program does. */
  async cost(plan: ProbePlan, seconds: number): Promise<ProbeCost> {
    this.#send({ type: "plan", plan, budgetCores: 1 });
    await pause(WARM_UP_MS);
    const before = await this.#report();
    const startMs = performance.now();
    for (let second = 1; second < seconds; second += 1) {
      await pause(1000);
      await this.#report();
    }
    await pause(1000);
    const after = await this.#report();
    const elapsed = (performance.now() - startMs) / 1000;
    const lateness = after.lateness.map((count, bucket) => count - (before.lateness[bucket] ?? 0));
    const passes = lateness.reduce((sum, count) => sum + count, 0);
    const late = lateness.reduce(
      (sum, count, bucket) => (bucket > LATENESS_BOUNDS_MS.indexOf(LATE_BOUND_MS) ? sum + count : sum),
      0,
    );
    return {
      cores: (after.cpuSeconds - before.cpuSeconds) / elapsed,
      passesPerSecond: passes / elapsed,
      late: passes === 0 ? 0 : late / passes,
    };
  }

  /**
   * The cost of watching a runtime's lanes, at most so many passes a second over its GIL and one of its threads; the passes made are
   * those of the ring.
   */
  async lanesCost(target: ProbeTarget, rateHz: number, seconds: number): Promise<ProbeCost> {
    const ring = new SharedArrayBuffer(LANES_RING_BYTES);
    const reader = new LanesReader(ring);
    const { processRowId } = target;
    const seen = (): { readonly passes: number; readonly late: number } => {
      const lanes = reader.read(processRowId, Number.MAX_SAFE_INTEGER, NO_THREADS, 0);
      return { passes: lanes?.passes ?? 0, late: lanes?.samplesLost ?? 0 };
    };
    const plan: ProbePlan = { targets: [{ ...target, rateHz: 1 }] };
    this.#send({ type: "plan", plan, budgetCores: 1 });
    this.#send({ type: "lanes", lanes: { processRowId, ring } });
    this.#send({ type: "plan", plan: { ...plan, lanes: { processRowId, rateHz } }, budgetCores: 1 });
    await pause(2 * WARM_UP_MS);
    const [before, first] = [await this.#report(), seen()];
    const startMs = performance.now();
    await pause(seconds * 1000);
    const [after, last] = [await this.#report(), seen()];
    const elapsed = (performance.now() - startMs) / 1000;
    const passes = last.passes - first.passes;
    return {
      cores: (after.cpuSeconds - before.cpuSeconds) / elapsed,
      passesPerSecond: passes / elapsed,
      late: passes === 0 ? 0 : (last.late - first.late) / passes,
    };
  }

  async stop(): Promise<void> {
    this.#send({ type: "stop" });
    await this.#worker.terminate();
  }

  #send(request: ProbeRequest): void {
    this.#worker.postMessage(request);
    Atomics.add(this.#wake, 0, 1);
    Atomics.notify(this.#wake, 0);
  }

  #report(): Promise<{ readonly cpuSeconds: number; readonly lateness: readonly number[] }> {
    return new Promise((resolve) => {
      this.#onAnswer = (answer) => {
        if (answer.type !== "report") return;
        const lateness: number[] = new Array<number>(LATENESS_BOUNDS_MS.length + 1).fill(0);
        for (const probe of answer.report.probes)
          probe.lateness.forEach((count, bucket) => {
            lateness[bucket]! += count;
          });
        resolve({ cpuSeconds: answer.cpuSeconds, lateness });
      };
      this.#send({ type: "report" });
    });
  }
}

/** A target of the probe made of all threads that a program has now. Row ids are of the bench's own making. */
export function targetOf(processRowId: number, pid: number, rateHz: number): ProbeTarget {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const tids = readdirSync(`/proc/${pid}/task`).map(Number);
  return {
    processRowId,
    pid,
    startTicks: Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]),
    rateHz,
    threadRowIds: tids.map((_, index) => processRowId * 1000 + index),
    tids,
    restingThreadRowIds: [],
    restingTids: [],
  };
}

/** What waking up so often costs this machine when nothing is done then: no probe can cost less. Blocks for so long. */
export function wakingCost(rateHz: number, seconds: number): number {
  const cost = new ThreadCost();
  const never = new Int32Array(new SharedArrayBuffer(4));
  const before = cost.cpuSeconds();
  const startMs = performance.now();
  while (performance.now() - startMs < seconds * 1000) Atomics.wait(never, 0, 0, Math.random() * 2 * (1000 / rateHz));
  return (cost.cpuSeconds() - before) / ((performance.now() - startMs) / 1000);
}

/** Waits. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

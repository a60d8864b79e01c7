import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { EMPTY_PLAN, type ProbePlan } from "../../core/probe/probe-plan.ts";
import type { ProbeAnswer, ProbeRequest, ProbeWorkerData } from "../../sampler/worker-messages.ts";
import { readCounters } from "./counters.ts";

/** The sampler's probe alone, told what to watch and how often, without the budget that narrows it in the program. */
export class ProbeDriver {
  readonly #worker: Worker;
  readonly #wake = new Int32Array(new SharedArrayBuffer(4));
  readonly #plan: ProbePlan;
  #onAnswer: ((answer: ProbeAnswer) => void) | null = null;

  /** @param rateHz Mean passes per second while it is on */
  constructor(directory: string, pid: number, rateHz: number) {
    const data: ProbeWorkerData = {
      procRoot: "/proc",
      architecture: process.arch === "arm64" ? "aarch64" : "x86_64",
      wake: this.#wake.buffer as SharedArrayBuffer,
    };
    this.#worker = new Worker(join(directory, "sampler-probe.cjs"), { workerData: data });
    this.#worker.on("message", (answer: ProbeAnswer) => this.#onAnswer?.(answer));
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const startTicks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
    const tids = [...(readCounters(pid)?.threads.keys() ?? [])];
    this.#plan = {
      targets: [
        {
          processRowId: 1,
          pid,
          startTicks,
          rateHz,
          threadRowIds: tids.map((_, index) => index + 1),
          tids,
          restingThreadRowIds: [],
          restingTids: [],
        },
      ],
    };
  }

  on(): void {
    this.#send({ type: "plan", plan: this.#plan, budgetCores: 1 });
  }

  off(): void {
    this.#send({ type: "plan", plan: EMPTY_PLAN, budgetCores: 1 });
  }

  /** CPU seconds of the probe's thread and passes made so far. */
  async report(): Promise<{ readonly cpuSeconds: number; readonly passes: number }> {
    const answer = new Promise<ProbeAnswer>((resolve) => {
      this.#onAnswer = resolve;
    });
    this.#send({ type: "report" });
    const report = await answer;
    if (report.type !== "report") throw new Error("the probe answered something else");
    return { cpuSeconds: report.cpuSeconds, passes: report.report.probes[0]?.passes ?? 0 };
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #send(request: ProbeRequest): void {
    this.#worker.postMessage(request);
    Atomics.add(this.#wake, 0, 1);
    Atomics.notify(this.#wake, 0);
  }
}

import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { assertNever } from "../core/assert-never.ts";
import { systemClock } from "./clock.ts";
import { LanesBudget } from "./lanes-budget.ts";
import { FutexProbe } from "./linux/futex-probe.ts";
import { spareFileLimit } from "./linux/kept-files.ts";
import { PromptThread } from "./linux/prompt-thread.ts";
import { ProbeBudget } from "./probe-budget.ts";
import { ThreadCost } from "./thread-cost.ts";
import type { ProbeAnswer, ProbeRequest, ProbeWorkerData } from "./worker-messages.ts";

/** Longest sleep without looking at messages; every message wakes the worker, so this only guards against a lost one. */
const LONGEST_SLEEP_MS = 5000;
const MOST_KEPT_FILES = 1000;
/** Looks a second up to which it runs ahead of others: what it takes from a program at once is then beyond measure. */
const MOST_PROMPT_HZ = 120;

/**
 * Worker that looks at threads at random moments. It sleeps in `Atomics.wait`, which is precise to a tenth of a millisecond
 * where a timer of the event loop is late by several, and so takes its messages by hand.
 */
function serveProbe(data: ProbeWorkerData): void {
  const port = parentPort;
  if (port === null) return;
  const thread = new PromptThread();
  const wake = new Int32Array(data.wake);
  const clock = systemClock();
  const cost = new ThreadCost();
  const probe = new FutexProbe({
    root: data.procRoot,
    clock,
    random: Math.random,
    architecture: data.architecture,
    mostKeptFiles: spareFileLimit(data.procRoot, MOST_KEPT_FILES),
  });
  const budget = new ProbeBudget();
  let lanesBudget: LanesBudget | null = null;
  // With nothing to look at it stays as it is: changing that runs a program.
  const beInTime = (): void => {
    if (probe.fastestHz > 0) thread.set(probe.fastestHz <= MOST_PROMPT_HZ);
  };
  const answer = (message: ProbeAnswer, transfer: readonly ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer);
  for (;;) {
    const seen = Atomics.load(wake, 0);
    for (let message = receiveMessageOnPort(port); message !== undefined; message = receiveMessageOnPort(port)) {
      const request = message.message as ProbeRequest;
      if (request.type === "stop") {
        probe.close();
        port.close();
        return;
      }
      switch (request.type) {
        case "plan":
          budget.cores = request.budgetCores;
          probe.setPlan(request.plan);
          beInTime();
          break;
        case "lanes":
          probe.setLanes(request.lanes);
          lanesBudget = request.lanes === null ? null : new LanesBudget(budget.spentCores);
          break;
        case "stacks":
          // Thousands of threads take long: no reason to keep others from their CPU.
          thread.set(false);
          answer({ type: "stacks", id: request.id, stacks: probe.readStacks(request.target) });
          beInTime();
          break;
        case "report": {
          const cpuSeconds = cost.cpuSeconds();
          if (lanesBudget === null) probe.rateScale = budget.scale(clock.monotonicMs(), cpuSeconds);
          else budget.pause();
          const report = probe.report();
          answer({ type: "report", report, cpuSeconds }, [report.counts.count.buffer as ArrayBuffer]);
          break;
        }
        default:
          assertNever(request);
      }
    }
    if (lanesBudget?.isDue(clock.monotonicMs()) === true) {
      probe.lanesScale = lanesBudget.scale(clock.monotonicMs(), cost.cpuSeconds());
    }
    const untilDue = probe.nextDueMs() - clock.monotonicMs();
    if (untilDue > 0) Atomics.wait(wake, 0, seen, Math.min(untilDue, LONGEST_SLEEP_MS));
    if (probe.nextDueMs() <= clock.monotonicMs()) probe.step();
  }
}

serveProbe(workerData as ProbeWorkerData);

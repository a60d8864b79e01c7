import { describe, expect, it } from "vitest";
import { windowRuntimes } from "../frame/window-rows.ts";
import type { RawSample } from "../sample/raw-sample.ts";
import { SimulatedSession, type SimulatedThread } from "../testing/sample-builder.ts";
import { shortLived } from "./short-lived.ts";

const MAIN: SimulatedThread = { name: "MainThread", run: 0 };
const WORKER: SimulatedThread = { run: 0.2, cpuWait: 0.1, slices: 20 };

/** Four samples of a runtime whose threads other than the first are new in each of them. */
function counted(workers: readonly number[]) {
  const session = new SimulatedSession();
  const began = session.step({ processes: [{ pid: 40, threads: [MAIN] }] });
  const samples: RawSample[] = [];
  for (const count of workers) {
    session.step({ processes: [{ pid: 40, threads: [MAIN] }] }, 0.5);
    const threads = [MAIN, ...Array.from({ length: count }, () => WORKER)];
    samples.push(session.step({ processes: [{ pid: 40, threads }] }, 0.5));
  }
  const newer = samples.at(-1) as RawSample;
  const window = samples.slice(0, -1);
  const details = {
    processes: new Map(began.processDetails.map((detail) => [detail.rowId, detail])),
    threads: new Map(),
  };
  const [runtime] = windowRuntimes(session.header.host, details, window, newer);
  if (runtime === undefined) throw new Error("no runtime");
  return shortLived(runtime, window, newer);
}

describe("threads that began inside the window", () => {
  it("are counted at each sample after the first that knows the runtime", () => {
    const lived = counted([4, 1, 1, 4]);
    expect(lived).toMatchObject({ moments: 3, meanAlive: 2, mostAlive: 4 });
    expect(lived.runSeconds).toBeCloseTo(6 * 0.1, 6);
    expect(lived.cpuWaitSeconds).toBeCloseTo(6 * 0.05, 6);
    expect(lived.aliveRunSeconds).toBeCloseTo(4 * 0.1, 6);
  });

  it("are not those that were there before", () => {
    expect(counted([0, 0, 0])).toMatchObject({ moments: 2, meanAlive: 0, mostAlive: 0, runSeconds: 0 });
  });
});

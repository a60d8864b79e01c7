import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EMPTY_PLAN, type ProbePlan } from "../core/probe/probe-plan.ts";
import type { RawSample } from "../core/sample/raw-sample.ts";
import { bundleWorkers } from "./testing/bundle.ts";
import { testSampling } from "./testing/sampling.ts";

/** A probe that reports as `passes` how many requests it got. */
const COUNTING_PROBE = `
const { parentPort } = require("node:worker_threads");
let passes = 0;
parentPort.on("message", ({ type }) => {
  passes += 1;
  if (type !== "report") return;
  const probes = [{ processRowId: 1, rung: "futex", obstacle: null, rateHz: 0, passes, lateness: new Float64Array(8) }];
  const none = new Uint32Array(0);
  const counts = { length: 0, threadRowId: none, observationId: none, count: new Float64Array(0) };
  const report = { newObservations: [], probes, counts, gils: [], names: [], stacks: [] };
  parentPort.postMessage({ type: "report", report, cpuSeconds: 0 });
});
`;

const PLAN: ProbePlan = {
  targets: [
    {
      processRowId: 1,
      pid: 1,
      startTicks: 0,
      rateHz: 1,
      threadRowIds: [],
      tids: [],
      restingThreadRowIds: [],
      restingTids: [],
    },
  ],
};

let bundle: Awaited<ReturnType<typeof bundleWorkers>>;
beforeAll(async () => {
  bundle = await bundleWorkers();
  fs.writeFileSync(path.join(bundle.folder, "sampler-probe.cjs"), COUNTING_PROBE);
});
afterAll(() => bundle.remove());

/** How many requests the probe said it had got, sample by sample, under the plan for each. */
function requests(planOf: (sample: number) => ProbePlan, samples: number): Promise<readonly number[]> {
  return new Promise((resolve) => {
    const seen: number[] = [];
    const sampling = testSampling(bundle.folder, {
      probe: true,
      onSample: ({ probes }: RawSample) => {
        seen.push(probes[0]?.passes ?? 0);
        if (seen.length === samples) void sampling.stop().then(() => resolve(seen));
        else sampling.setPlan(planOf(seen.length));
      },
    });
    sampling.start();
  });
}

describe.skipIf(process.platform !== "linux")("a probe", () => {
  it("is left alone once it has nothing to do and has said so, and asked again when it has", async () => {
    const seen = await requests((sample) => (sample < 10 || sample > 30 ? PLAN : EMPTY_PLAN), 40);
    expect(seen[9]).toBeGreaterThan(seen[5] ?? 0);
    // The plan that took its work away, and the report that says what it had counted until then.
    expect(seen[30]).toBe(seen[12]);
    expect(seen[39]).toBeGreaterThan(seen[31] ?? 0);
  });
});

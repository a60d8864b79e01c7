import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SamplerStatus } from "../core/page/protocol.ts";
import { Sampling } from "./sampling.ts";
import { bundleWorkers } from "./testing/bundle.ts";

let bundle: Awaited<ReturnType<typeof bundleWorkers>>;
beforeAll(async () => {
  bundle = await bundleWorkers();
});
afterAll(() => bundle.remove());

/** The statuses told until sampling ends, or until one sample after `failures` that could not be judged. */
function statuses(failures: number): Promise<readonly SamplerStatus[]> {
  return new Promise((resolve) => {
    const told: SamplerStatus[] = [];
    let taken = 0;
    const sampling = new Sampling({
      provider: "linux",
      procRoot: "/proc",
      architecture: "x86_64",
      intervalMs: 50,
      workersDirectory: bundle.folder,
      threadScope: "runtimes",
      probe: false,
      ownCost: null,
      onStatus: (status) => {
        told.push(status);
        if (status.state === "stopped") resolve(told);
      },
      onSample: () => {
        taken += 1;
        if (taken <= failures) throw new Error("no such column");
        void sampling.stop().then(() => resolve(told));
      },
    });
    sampling.start();
  });
}

describe.skipIf(process.platform !== "linux")("a sample that can't be judged", () => {
  it("is told, and sampling goes on", async () => {
    const told = await statuses(2);
    expect(told.map(({ state }) => state)).toEqual(["starting", "live", "restarting", "live", "restarting", "live"]);
    expect(told[2]).toMatchObject({ reason: "a sample could not be judged: no such column" });
  });

  it("again and again ends sampling, with the reason", async () => {
    const told = await statuses(Number.POSITIVE_INFINITY);
    expect(told.at(-1)).toEqual({ state: "stopped", reason: "a sample could not be judged: no such column" });
  });
});

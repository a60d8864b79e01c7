import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SamplerStatus } from "../core/page/protocol.ts";
import { bundleWorkers } from "./testing/bundle.ts";
import { testSampling } from "./testing/sampling.ts";

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
    const sampling = testSampling(bundle.folder, {
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

describe.skipIf(process.platform !== "linux")("the interval", () => {
  it("is longer while nobody looks, and ends early when somebody begins to", async () => {
    const atMs = await new Promise<readonly number[]>((resolve) => {
      const taken: number[] = [];
      const sampling = testSampling(bundle.folder, {
        intervalMs: 400,
        onSample: ({ monotonicMs }) => {
          taken.push(monotonicMs);
          if (taken.length === 4) sampling.setAttention({ visible: true, selectedRowId: null });
          if (taken.length === 5) void sampling.stop().then(() => resolve(taken));
        },
      });
      sampling.setAttention({ visible: false, selectedRowId: null });
      sampling.start();
    });
    const [unseen, seen] = [atMs[3]! - atMs[2]!, atMs[4]! - atMs[3]!];
    expect(unseen).toBeGreaterThan(1.5 * seen);
  });
});

import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { VERDICT_IDS } from "../core/verdict/verdict.ts";
import { type Engine, startEngine } from "../sampler/engine.ts";
import { runTrial } from "./corpus/trial.ts";
import { watchEngine } from "./corpus/watch.ts";
import { defaultPython } from "./harness/pythons.ts";
import { quotaGroupsPossible } from "./harness/quota-group.ts";
import { readLabels } from "./harness/target-label.ts";

/** A fixed part of the corpus for every run of the tests; `npm run bench:verdicts` runs all of it. */
const SUBSET = [
  "gil_four_threads",
  "gil_convoy",
  "gil_held_asleep",
  "lock_native_section",
  "starved_single",
  "oversubscribed_hash",
  "quota_four_threads",
  "affinity_single",
  "parallel_zlib",
  "single_with_ticker",
  "io_asyncio_loopback",
  "idle_queue_consumers",
  "multiprocessing_spawn",
];

const labels = readLabels(join(__dirname, "targets")).filter(({ name }) => SUBSET.includes(name));

test.describe("the corpus", () => {
  let engine: Engine;
  test.beforeAll(async () => {
    engine = await startEngine({
      intervalMs: 1000,
      workersDirectory: join(__dirname, "..", "out"),
      threadScope: "runtimes",
      programVersion: "test",
      probe: true,
    });
  });
  test.afterAll(() => engine.stop());

  test("covers every verdict that says something", () => {
    expect(labels).toHaveLength(SUBSET.length);
    const covered = new Set(labels.map(({ verdict }) => verdict));
    expect(VERDICT_IDS.filter((id) => !covered.has(id))).toEqual(["undetermined"]);
  });

  for (const label of labels) {
    test(`${label.name} is judged as independent counters label it`, async () => {
      test.skip(
        label.conditions.quotaCores !== null && !quotaGroupsPossible(),
        "a cgroup needs root and a CPU controller",
      );
      const python = defaultPython();
      const facts = { label, python, version: "default", condition: "quiet", run: 1, environment: {} } as const;
      let [result] = await runTrial([watchEngine(engine)], facts);
      // A burst of somebody else's work may fall between the counters and the verdict, but hardly twice.
      if (result?.outcome !== "right") [result] = await runTrial([watchEngine(engine)], facts);
      expect(result?.outcome, `${result?.sentence} Label: ${result?.accepted.join(" or ")}`).toBe("right");
    });
  }
});

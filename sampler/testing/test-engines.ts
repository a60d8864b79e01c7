import { afterAll, afterEach, beforeAll } from "vitest";
import { type Engine, startEngine } from "../engine.ts";
import { bundleWorkers } from "./bundle.ts";
import { stopPrograms } from "./pythons.ts";

/** Engines over this machine for the tests of one file. */
export interface TestEngines {
  /** Starts one that probes; it ends with the test that started it. */
  start(intervalMs: number): Promise<Engine>;
}

/** Bundles the workers once for the file that calls it, and ends engines and programs after each of its tests. */
export function testEngines(): TestEngines {
  let bundle: Awaited<ReturnType<typeof bundleWorkers>> | null = null;
  const running: Engine[] = [];
  beforeAll(async () => {
    bundle = await bundleWorkers();
  }, 60_000);
  afterEach(async () => {
    await Promise.all(running.splice(0).map((engine) => engine.stop()));
    await stopPrograms();
  });
  afterAll(() => bundle?.remove());
  return {
    async start(intervalMs) {
      if (bundle === null) throw new Error("engines start inside a test");
      const workersDirectory = bundle.folder;
      const threadScope = "runtimes";
      const engine = await startEngine({ intervalMs, workersDirectory, threadScope, programVersion: "0", probe: true });
      running.push(engine);
      return engine;
    },
  };
}

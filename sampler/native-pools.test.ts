import { spawnSync } from "node:child_process";
import * as os from "node:os";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { frameWhen } from "./testing/frame-when.ts";
import { installedPythons, startProgram } from "./testing/pythons.ts";
import { testEngines } from "./testing/test-engines.ts";

/** Where the wheel of numpy, which brings OpenBLAS, is installed for these tests; they are skipped where that can't be done. */
const PACKAGES = path.join(import.meta.dirname, "..", ".cache", "python-families");
const NATIVE = path.join(import.meta.dirname, "testing", "trees", "native.py");
const env = { ...process.env, PYTHONPATH: PACKAGES, PYTHONDONTWRITEBYTECODE: "1" };

/** An interpreter that the installed wheel is for. */
function pythonWithNumpy(): string | null {
  if (process.platform !== "linux" || os.availableParallelism() < 2) return null;
  const found = installedPythons().find(
    ({ executable }) => spawnSync(executable, ["-c", "import numpy"], { env }).status === 0,
  );
  return found?.executable ?? null;
}

const python = pythonWithNumpy();
const engines = testEngines();

describe.skipIf(python === null)("native pools of real programs", () => {
  it("are the threads of OpenBLAS, and not those of Python beside them", { timeout: 60_000 }, async () => {
    const { pid } = await startProgram(python!, [NATIVE], { env });
    const running = await engines.start(300);
    const seen = await frameWhen(running, (frame) => frame.runtimes.some((runtime) => runtime.pid === pid));
    const { rowId } = seen.runtimes.find((runtime) => runtime.pid === pid)!;
    running.setAttention({ selectedRowId: rowId, visible: true });
    // OpenBLAS starts no more than there are CPUs; the thread that calls it takes part.
    const ofPool = Math.min(4, os.availableParallelism()) - 1;
    const frame = await frameWhen(running, ({ runtimes }) =>
      runtimes.some(
        (runtime) => runtime.rowId === rowId && runtime.threadCount === 3 + ofPool && runtime.pools.length > 0,
      ),
    );
    const runtime = frame.runtimes.find((one) => one.rowId === rowId)!;
    expect(runtime.pools).toEqual([{ kind: "openblas", threads: ofPool }]);
    const kinds = Array.from(
      { length: runtime.threadRows },
      (_, index) => frame.threads.pools[runtime.threadStart + index],
    );
    expect(kinds.filter((kind) => kind === null)).toHaveLength(3);
    const main = Array.from({ length: runtime.threadRows }, (_, index) => runtime.threadStart + index).find(
      (row) => frame.threads.tid[row] === pid,
    )!;
    expect(frame.threads.pools[main]).toBeNull();
  });
});

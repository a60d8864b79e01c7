import { describe, expect, it } from "vitest";
import { LANE_STATES } from "../core/lanes/lanes.ts";
import type { RawSample } from "../core/sample/raw-sample.ts";
import type { Engine } from "./engine.ts";
import { anyPython, program, startProgram } from "./testing/pythons.ts";
import { testEngines } from "./testing/test-engines.ts";

const python = anyPython();
const engines = testEngines();

const WORKERS = `
import threading, time
print('ready', flush=True)
def burn():
    n = 0
    while True: n += 1
for i in range(3): threading.Thread(target=burn, name='burner-%d' % i, daemon=True).start()
time.sleep(60)
`;

async function until<Value>(find: () => Value | null | undefined, seconds = 20): Promise<Value> {
  for (let tries = 0; tries < seconds * 20; tries += 1) {
    const value = find();
    if (value !== null && value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("did not happen");
}

function newest(engine: Engine): RawSample | undefined {
  return engine.history.samples(0, Number.MAX_SAFE_INTEGER).at(-1);
}

async function watched(): Promise<{ readonly engine: Engine; readonly rowId: number }> {
  const target = await startProgram(python?.executable ?? "", program(WORKERS));
  const engine = await engines.start(500);
  const rowId = await until(
    () => engine.frame()?.runtimes.find(({ pid, threadRows }) => pid === target.pid && threadRows > 3)?.rowId,
  );
  engine.setAttention({ visible: true, selectedRowId: rowId });
  return { engine, rowId };
}

describe.skipIf(process.platform !== "linux" || python === null)("what is looked at beyond passes", () => {
  it("brings the stacks of the selected runtime with each sample, and all of them when asked", async () => {
    const { engine, rowId } = await watched();
    const stacks = await until(() => {
      const sample = newest(engine);
      return (sample?.stacks?.filter(({ frames }) => frames[0]?.functionName === "burn").length ?? 0) >= 2
        ? sample?.stacks
        : null;
    });
    expect(stacks[0]?.frames.length).toBeGreaterThan(0);
    const answer = await engine.readStacks(rowId);
    expect(answer.state).toBe("read");
    if (answer.state !== "read") return;
    const burning = answer.threads.filter(({ frames }) => frames[0]?.functionName === "burn");
    expect(burning.length).toBeGreaterThanOrEqual(2);
    for (const { frames } of burning) expect(frames.map((frame) => frame.line)).not.toContain(null);
    expect(await engine.readStacks(99_999)).toEqual({ state: "failed", reason: "gone" });
  }, 60_000);

  it("writes lanes while they are looked at and not after", async () => {
    const { engine, rowId } = await watched();
    expect(engine.lanes(rowId, 0)).toBeNull();
    await until(() => newest(engine)?.plan.targets.some((target) => target.processRowId === rowId) || null);
    engine.setAttention({ visible: true, selectedRowId: rowId, lanesRowId: rowId });
    const lanes = await until(() => {
      const seen = engine.lanes(rowId, 0);
      return (seen?.changes.length ?? 0) > 60 ? seen : null;
    });
    expect(lanes.threads.length).toBe(4);
    const rows = new Set(lanes.threads.rowId);
    const holders = new Set([...lanes.changes.threadRowId].filter((row) => rows.has(row)));
    expect(holders.size).toBeGreaterThanOrEqual(3);
    const states = new Set(Array.from(lanes.looks.state, (state) => LANE_STATES[state]));
    expect(states).toContain("gilWait");
    expect(states).toContain("running");
    for (let row = 1; row < lanes.changes.length; row += 1)
      expect(lanes.changes.atMs[row]).toBeGreaterThanOrEqual(lanes.changes.atMs[row - 1] ?? 0);
    const later = engine.lanes(rowId, lanes.toMs);
    expect(later?.changes.atMs.every((atMs) => atMs > lanes.toMs)).toBe(true);
    engine.setAttention({ visible: true, selectedRowId: rowId });
    expect(engine.lanes(rowId, 0)).toBeNull();
    expect(newest(engine)?.plan.targets.length).toBeGreaterThan(0);
  }, 60_000);
});

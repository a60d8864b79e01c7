import { expect, it } from "vitest";
import { History } from "../history/history.ts";
import { type SimulatedMachine, SimulatedSession } from "../testing/sample-builder.ts";
import { FOUR_ON_ONE_GIL } from "../testing/scenarios.ts";

const RESTING = { pid: 900, comm: "sshd", python: null, threads: [{ run: 0, slices: 0 }] };
const BACKGROUND = { pid: 950, threads: [{ run: 0.2, slices: 50 }] };

function history(machineAt: (second: number) => SimulatedMachine, seconds: number): History {
  const session = new SimulatedSession(4);
  const made = new History(session.header);
  for (let second = 0; second <= seconds; second += 1) made.push(session.step(machineAt(second)), null);
  return made;
}

it("has every process, the busiest first, and says which of them are runtimes", () => {
  const list = history(() => ({ processes: [RESTING, BACKGROUND, FOUR_ON_ONE_GIL] }), 20).processes(null, null);
  expect(list?.total).toBe(3);
  expect(list?.windowSeconds).toBeCloseTo(5);
  expect(list?.lines.map(({ pid, isRuntime }) => [pid, isRuntime])).toEqual([
    [FOUR_ON_ONE_GIL.pid, true],
    [BACKGROUND.pid, true],
    [RESTING.pid, false],
  ]);
  expect(list?.lines[0]?.cpuCores).toBeCloseTo(0.99, 1);
  expect(list?.lines[2]).toMatchObject({ name: "sshd", cpuCores: 0 });
});

it("is of a range where one is asked for, and knows nothing of one sample alone", () => {
  const ended = history((second) => ({ processes: second < 10 ? [RESTING, FOUR_ON_ONE_GIL] : [RESTING] }), 20);
  const first = ended.firstWallMs ?? 0;
  expect(ended.processes(first, first + 9000)?.total).toBe(2);
  expect(ended.processes(first, first + 9000)?.windowSeconds).toBeCloseTo(9);
  expect(ended.processes(null, null)?.total).toBe(1);
  expect(history(() => ({ processes: [RESTING] }), 0).processes(null, null)?.lines[0]?.cpuCores).toBeNull();
});

import { describe, expect, it } from "vitest";
import { advance, initialState } from "../advance.ts";
import { type SimulatedMachine, SimulatedSession } from "../testing/sample-builder.ts";
import { FOUR_ON_ONE_GIL, SLEEPERS } from "../testing/scenarios.ts";
import { noticesOf, type Told } from "./notices.ts";

const WISH = { on: true, seconds: 10, verdicts: ["gil-bound"] } as const;
const BUSY: SimulatedMachine = { processes: [FOUR_ON_ONE_GIL, SLEEPERS] };
const CALM: SimulatedMachine = { processes: [{ ...SLEEPERS, pid: FOUR_ON_ONE_GIL.pid }, SLEEPERS] };

/** Names told in each second of a day on paper. */
function day(machines: readonly SimulatedMachine[], wish: Parameters<typeof noticesOf>[1] = WISH): readonly string[] {
  const session = new SimulatedSession(8);
  let state = initialState(session.header);
  let told: Told = new Map();
  return machines.flatMap((machine, second) => {
    const { state: next, frame } = advance(state, session.step(machine));
    state = next;
    const notices = noticesOf(frame, wish, told);
    told = notices.told;
    return notices.due.map(({ pid, verdict }) => `${second} ${pid} ${verdict.id}`);
  });
}

const times = (count: number, machine: SimulatedMachine) => Array.from({ length: count }, () => machine);

describe("notices", () => {
  it("tell a verdict once it has held so long, and not again while it holds", () => {
    const told = day(times(40, BUSY));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^1\d 4100 gil-bound$/);
  });

  it("tell it again when it comes back", () => {
    expect(day([...times(25, BUSY), ...times(25, CALM), ...times(25, BUSY)])).toHaveLength(2);
  });

  it("tell nothing that was not asked for", () => {
    expect(day(times(30, BUSY), { ...WISH, on: false })).toEqual([]);
    expect(day(times(30, BUSY), { ...WISH, verdicts: ["lock-bound"] })).toEqual([]);
    expect(day(times(30, BUSY), { ...WISH, seconds: 300 })).toEqual([]);
  });
});

import { expect, it } from "vitest";
import { type Settings, USUAL_SETTINGS } from "../core/settings/settings.ts";
import type { SimulatedMachine } from "../core/testing/sample-builder.ts";
import { FOUR_ON_ONE_GIL, SLEEPERS } from "../core/testing/scenarios.ts";
import { simulatedEngine } from "../sampler/testing/simulated-engine.ts";
import { tellNotices } from "./notices.ts";

const BUSY: SimulatedMachine = { processes: [FOUR_ON_ONE_GIL, SLEEPERS] };
const CALM: SimulatedMachine = { processes: [{ ...SLEEPERS, pid: FOUR_ON_ONE_GIL.pid }, SLEEPERS] };

function desk() {
  const engine = simulatedEngine();
  let settings: Settings = USUAL_SETTINGS;
  const notified: [string, string][] = [];
  const held: (readonly string[] | null)[] = [];
  tellNotices(engine, () => settings, {
    notify: (title, body) => notified.push([title, body]),
    showHeld: (lines) => held.push(lines),
  });
  return {
    notified,
    held,
    wish: (on: boolean) => {
      settings = { ...settings, notices: { on, seconds: 10, verdicts: ["gil-bound"] } };
    },
    run: (seconds: number, machine: SimulatedMachine) => {
      for (let second = 0; second < seconds; second += 1) engine.step(machine);
    },
  };
}

it("shows and tells nothing that nobody wished", () => {
  const { notified, held, run, wish } = desk();
  wish(false);
  run(30, BUSY);
  expect([notified, held]).toEqual([[], []]);
});

it("tells a verdict once and shows it as long as it holds", () => {
  const { notified, held, run, wish } = desk();
  wish(true);
  run(30, BUSY);
  expect(notified).toEqual([
    [expect.stringMatching(/\(pid 4100\): GIL-bound$/), expect.stringContaining("wait for one GIL")],
  ]);
  expect(held).toEqual([[], [expect.stringContaining("(pid 4100): GIL-bound")]]);
  run(25, CALM);
  expect(held.at(-1)).toEqual([]);
});

it("takes it away with the wish", () => {
  const { held, run, wish } = desk();
  wish(true);
  run(30, BUSY);
  wish(false);
  run(1, BUSY);
  expect(held.at(-1)).toBeNull();
});

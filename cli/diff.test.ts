import { describe, expect, it } from "vitest";
import { type DiffReport, diffReport } from "../core/report/diff-report.ts";
import { diffReportSchema } from "../core/report/diff-schema.ts";
import { type SimulatedMachine, simulate } from "../core/testing/sample-builder.ts";
import { BUSY_MACHINE, FOUR_ON_ONE_GIL, SLEEPERS, SPAWN_POOL, TWO_HASHING } from "../core/testing/scenarios.ts";
import { replay } from "../sampler/source.ts";
import { diffText } from "../words/diff-text.ts";

function between(before: SimulatedMachine, after: SimulatedMachine): DiffReport {
  const side = (machine: SimulatedMachine) => {
    const { header, samples } = simulate({ onlineCpus: 16, ...machine }, 8);
    return { header, frame: replay(header, samples)! };
  };
  return diffReport(side(before), side(after));
}

describe("a diff", () => {
  it("matches by name and command line where pids differ", () => {
    const mended = { ...TWO_HASHING, pid: 9100, commandLine: FOUR_ON_ONE_GIL.commandLine ?? [] };
    const report = between(
      { processes: [FOUR_ON_ONE_GIL, SLEEPERS] },
      { processes: [mended, { ...SLEEPERS, pid: 9 }] },
    );
    expect(diffReportSchema.parse(report)).toEqual(report);
    expect(report.runtimes).toHaveLength(2);
    expect(report.runtimes[0]).toMatchObject({
      name: "train.py",
      presence: "both",
      verdictChanged: true,
      before: { pid: 4100, verdict: "gil-bound" },
      after: { pid: 9100, verdict: "parallel" },
    });
    expect(report.runtimes[0]!.cpuCores.difference).toBeGreaterThan(0.8);
    expect(report.runtimes[0]!.lostCores.difference).toBeLessThan(-0.5);
    const text = diffText(report);
    expect(text).toContain("train.py  pid 4100 → 9100");
    expect(text).toContain("The verdict went from GIL-bound to Parallel.");
    expect(text).toMatch(/Scaling \(cores used of cores wanted\) rose from \d+ % to \d+ %\./);
    expect(text).toContain("1 runtime is as before.");
  });

  it("names what is on one side only, and pairs several alike", () => {
    const report = between({ processes: [...SPAWN_POOL] }, { processes: [...SPAWN_POOL.slice(0, 4), SLEEPERS] });
    const count = (presence: string) => report.runtimes.filter((one) => one.presence === presence).length;
    expect([count("both"), count("only-before"), count("only-after")]).toEqual([4, 1, 1]);
    expect(diffText(report)).toMatch(/Only before:\n {2}· .*\n\nOnly after:\n {2}· sleepers\.py {2}pid 4400: /);
  });

  it("of a file with itself says that nothing changed", () => {
    const report = between(BUSY_MACHINE, BUSY_MACHINE);
    expect(report.runtimes.every(({ presence, verdictChanged }) => presence === "both" && !verdictChanged)).toBe(true);
    expect(diffText(report)).toMatch(/runtimes are as before\.\n$/);
    expect(diffText(report)).not.toContain("  · ");
  });

  it("shows names as harmless text", () => {
    const hostile = { ...SLEEPERS, commandLine: ["python3", "a\u001b[2J\u202e.py"] };
    expect(diffText(between({ processes: [] }, { processes: [hostile] })).replaceAll("\n", "")).not.toMatch(
      /[\p{Cc}\p{Cf}]/u,
    );
  });
});

import { describe, expect, it } from "vitest";
import { advance, initialState } from "../advance.ts";
import type { Frame } from "../frame/frame.ts";
import { simulate } from "../testing/sample-builder.ts";
import { BUSY_MACHINE, FOUR_ON_ONE_GIL } from "../testing/scenarios.ts";
import { diagnoseReport } from "./diagnose-report.ts";
import { diagnoseReportSchema } from "./diagnose-schema.ts";
import { listReport } from "./list-report.ts";
import { listReportSchema } from "./list-schema.ts";

const { header, samples } = simulate(BUSY_MACHINE, 8);

function framesOf(): readonly Frame[] {
  let state = initialState(header);
  return samples.map((sample) => {
    const next = advance(state, sample);
    state = next.state;
    return next.frame;
  });
}

const frames = framesOf();
const frame = frames.at(-1)!;

/** Keys whose value is null although no reason stands beside it, anywhere below a number that may be unknown. */
function nullsWithoutReason(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => nullsWithoutReason(item, `${path}[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const here = `${path}.${key}`;
    const measured = /(?:Cores|Bytes|Ratio|Error|PerSecond|Ms|gilBound)$/.test(key) && !path.includes("parameters");
    return item === null && measured && !(`${key}Reason` in value) ? [here] : nullsWithoutReason(item, here);
  });
}

describe("the list report", () => {
  it("holds every runtime once, with the keys of the contract", () => {
    const report = listReport(frame, header);
    expect(listReportSchema.parse(report)).toEqual(report);
    expect(report.runtimes.map((runtime) => runtime.pid).sort()).toEqual(frame.runtimes.map(({ pid }) => pid).sort());
    for (const key of [
      "pid",
      "startTime",
      "name",
      "python",
      "family",
      "role",
      "cpuCores",
      "lostCores",
      "rssBytes",
      "pssBytes",
      "ussBytes",
      "threadCount",
      "verdict",
      "basis",
    ]) {
      expect(report.runtimes[0]).toHaveProperty(key);
    }
    for (const key of ["id", "name", "kind", "startMethod", "cpuCores", "pssBytes", "verdict", "members"]) {
      expect(report.families[0]).toHaveProperty(key);
    }
    const members = report.families.flatMap((family) => family.members).sort();
    expect(members).toEqual(frame.runtimes.map(({ pid }) => pid).sort());
  });

  it("puts the worst first", () => {
    const losses = listReport(frame, header).runtimes.map((runtime) => runtime.lostCores ?? -1);
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
  });

  it("says why a number is null, from the first frame on", () => {
    for (const one of frames) {
      const report = JSON.parse(JSON.stringify(listReport(one, header))) as unknown;
      expect(nullsWithoutReason(report)).toEqual([]);
      expect(() => listReportSchema.parse(report)).not.toThrow();
    }
    const first = listReport(frames[0]!, header);
    expect(first.runtimes[0]).toMatchObject({ cpuCores: null, cpuCoresReason: "not-yet" });
  });
});

describe("the diagnose report", () => {
  it("names verdict, figures, GILs and every thread", () => {
    const runtime = frame.runtimes.find(({ pid }) => pid === FOUR_ON_ONE_GIL.pid)!;
    const report = diagnoseReport(frame, header, runtime.rowId, (message) => `said ${message.code}`)!;
    expect(diagnoseReportSchema.parse(report)).toEqual(report);
    expect(report).toMatchObject({ schemaVersion: 1, pid: FOUR_ON_ONE_GIL.pid, verdict: "gil-bound" });
    expect(report.headline.text).toBe(`said ${report.headline.code}`);
    expect(report.threads).toHaveLength(5);
    expect(report.threads.filter((thread) => thread.gilBound)).toHaveLength(4);
    for (const thread of report.threads) {
      expect(Object.values(thread.states).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
    }
  });

  it("fits its schema for every runtime of every frame", () => {
    for (const one of frames) {
      for (const runtime of one.runtimes) {
        const report = JSON.parse(JSON.stringify(diagnoseReport(one, header, runtime.rowId))) as unknown;
        expect(nullsWithoutReason(report)).toEqual([]);
        expect(() => diagnoseReportSchema.parse(report)).not.toThrow();
      }
    }
  });

  it("is null for a runtime that is not there", () => {
    expect(diagnoseReport(frame, header, 999_999)).toBeNull();
  });
});

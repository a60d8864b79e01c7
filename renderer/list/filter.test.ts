import { describe, expect, it } from "vitest";
import { row } from "../testing/rows.ts";
import { parseFilter } from "./filter.ts";

const rows = [
  row(1, {
    name: "train.py",
    cpuCores: 1,
    lostCores: 2.9,
    verdict: "gil-bound",
    gilBoundThreads: 4,
    rssBytes: 2 * 2 ** 30,
  }),
  row(2, { name: "load.py", cpuCores: 0.02, version: "3.9.18" }),
  row(3, { name: "SpawnPoolWorker-1", cpuCores: null, role: "worker", verdict: "io-bound" }),
];

const matching = (line: string) => {
  const filter = parseFilter(line);
  return rows.filter((entry) => filter === null || filter(entry)).map((entry) => entry.rowId);
};

describe("parseFilter", () => {
  it("lets everything pass when it is empty", () => {
    expect(parseFilter("  ")).toBeNull();
  });

  it.each([
    ["train", [1]],
    ["PY", [1, 2]],
    ["1002", [2]],
    ["py ada", [1, 2]],
    ["-train", [2, 3]],
    ["verdict:gil", [1]],
    ["verdict:gil-bound", [1]],
    ["cpu>0.5", [1]],
    ["cpu<0.5", [2]],
    ["cpu>=1", [1]],
    ["lost>0", [1]],
    ["mem>1g", [1]],
    ["mem<100mib", [2, 3]],
    ["pid:1003", [3]],
    ["threads=4", [1, 2, 3]],
    ["python:3.9", [2]],
    ["role:worker", [3]],
    ["gil:yes", [1]],
    ["verdict:gil cpu>0.5 -load", [1]],
  ])("%s", (line, expected) => {
    expect(matching(line)).toEqual(expected);
  });

  it("never matches a figure that is not known", () => {
    expect(matching("cpu>=0")).toEqual([1, 2]);
  });

  it("takes a field it does not know, and half a comparison, as plain text", () => {
    expect(matching("nonsense:1")).toEqual([]);
    expect(matching("cpu>")).toEqual([]);
    expect(matching("__proto__:1")).toEqual([]);
    expect(matching("constructor>1")).toEqual([]);
  });
});

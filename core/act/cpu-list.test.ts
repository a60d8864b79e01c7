import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cpuListText, parseCpuList } from "./cpu-list.ts";

describe("a list of CPUs", () => {
  it("reads numbers and ranges", () => {
    expect(parseCpuList("0")).toEqual([0]);
    expect(parseCpuList(" 5, 0-2 ,1")).toEqual([0, 1, 2, 5]);
  });

  it("refuses what is none", () => {
    for (const text of ["", ",", "a", "1;ls", "-1", "3-1", "1-", "99999", "0-4096", "0x1", "1 2", "$(id)"]) {
      expect(parseCpuList(text), text).toBeNull();
    }
  });

  it("reads what it writes", () => {
    const cpus = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(cpus, (list) => {
        expect(parseCpuList(cpuListText(list))).toEqual([...list].sort((left, right) => left - right));
      }),
    );
  });
});

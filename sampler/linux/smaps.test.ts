import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePlaces, parseRollup } from "./smaps.ts";

const ROLLUP = `55d0c0000000-7ffd1b5fe000 ---p 00000000 00:00 0                          [rollup]
Rss:              536360 kB
Pss:              270011 kB
Pss_Dirty:        268000 kB
Pss_Anon:         268400 kB
Shared_Clean:       5120 kB
Shared_Dirty:     524288 kB
Private_Clean:       100 kB
Private_Dirty:      4000 kB
Referenced:       536360 kB
Anonymous:        528000 kB
Swap:                 16 kB
SwapPss:              16 kB
Locked:                0 kB
`;

function mapping(range: string, flags: string, path: string, pss: number): string {
  return `${range} ${flags} 00000000 ${path.startsWith("/") ? "fe:01 123" : "00:00 0"}        ${path}\nSize:  8 kB\nRss:  8 kB\nPss:  ${pss} kB\nPss_Dirty: 8 kB\nVmFlags: rd wr\n`;
}

describe("smaps", () => {
  it("reads what smaps_rollup sums up", () => {
    expect(parseRollup(ROLLUP)).toEqual({
      pssBytes: 270_011 * 1024,
      privateCleanBytes: 100 * 1024,
      privateDirtyBytes: 4000 * 1024,
      sharedCleanBytes: 5120 * 1024,
      sharedDirtyBytes: 524_288 * 1024,
      anonymousBytes: 528_000 * 1024,
      swapBytes: 16 * 1024,
    });
    expect(parseRollup("")).toBeNull();
  });

  it("tells by their mappings what parts are for", () => {
    const text = [
      mapping("555500000000-555500100000", "r-xp", "/usr/bin/python3.12", 100),
      mapping("555600000000-555600100000", "rw-p", "[heap]", 200),
      mapping("7f0000800000-7f0000a00000", "rw-p", "", 1000),
      mapping("7f0001000000-7f0001021000", "rw-p", "", 30),
      mapping("7f0004000000-7f0004021000", "rw-p", "", 40),
      mapping("7f0005000000-7f0005001000", "---p", "", 0),
      mapping("7f0005001000-7f0005801000", "rw-p", "", 50),
      mapping("7f0006000000-7f0016000000", "rw-s", "/dev/shm/psm_0123", 600),
      mapping("7f0017000000-7f0018000000", "rw-s", "/memfd:arena (deleted)", 70),
      mapping("7ffd00000000-7ffd00021000", "rw-p", "[stack]", 80),
    ].join("");
    expect(parsePlaces(text, 2 ** 20)).toEqual({
      fileBytes: 100 * 1024,
      nativeHeapBytes: 240 * 1024,
      pythonHeapBytes: 1000 * 1024,
      anonymousBytes: 30 * 1024,
      stackBytes: 130 * 1024,
      sharedBytes: 670 * 1024,
    });
  });

  it("ends on any text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseRollup(text);
        const places = parsePlaces(text, 2 ** 18);
        expect(Object.values(places).every((value) => value >= 0)).toBe(true);
      }),
    );
  });
});

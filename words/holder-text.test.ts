import { describe, expect, it } from "vitest";
import type { GilHolders, RuntimeFrame } from "../core/frame/frame.ts";
import {
  holderLines,
  holderName,
  holdersBasis,
  holdersTitle,
  onsetText,
  placeText,
  shortOnset,
} from "./holder-text.ts";

const HOLDERS: GilHolders = {
  whileWaited: true,
  moments: 40,
  list: [
    holder("loader", 7, "parse", "/srv/app/io.py", 12, 0.5),
    holder("worker", 8, "parse", "/srv/app/io.py", 12, 0.3),
    holder("worker", 8, "score", "/srv/app/rank.py", 88, 0.195),
    holder("", 0, "rare", "C:\\app\\x.py", 1, 0.005),
  ],
};

function holder(threadName: string, tid: number, functionName: string, file: string, line: number, ratio: number) {
  return { threadRowId: tid, tid, threadName, functionName, file, line, ratio };
}

describe("who holds the GIL, in words", () => {
  it("ranks threads, then functions, and leaves out what is noise", () => {
    expect(holderLines(HOLDERS)).toEqual([
      " 50 %  loader",
      " 50 %  worker",
      " 80 %  in parse (io.py:12)",
      " 20 %  in score (rank.py:88)",
    ]);
    expect(holdersTitle(HOLDERS)).toBe("Who holds the GIL, while others waited");
    expect(holdersBasis({ ...HOLDERS, moments: 1 })).toBe("of 1 moment seen");
    expect(holderLines({ ...HOLDERS, moments: 0, list: [] })).toEqual([]);
  });

  it("names threads without a name, and files of any system", () => {
    expect(holderName({ threadName: "", tid: 9 })).toBe("thread 9");
    expect(holderName({ threadName: "", tid: 0 })).toBe("a thread not known");
    expect(placeText("C:\\app\\x.py", 3)).toBe("x.py:3");
    expect(placeText("", 0)).toBe("?:0");
  });
});

describe("since when a verdict holds", () => {
  const runtime = (onsetWallMs: number | null, onsetEarlier: boolean) =>
    ({ onsetWallMs, onsetEarlier }) as RuntimeFrame;

  it("tells a moment from at least so long", () => {
    expect(onsetText(runtime(2000, false), 60_000)).toBe("for the last 58 s");
    expect(onsetText(runtime(0, true), 60_000)).toBe("for 60 s or longer");
    expect(shortOnset(runtime(2000, false), 60_000)).toBe("58 s");
    expect(shortOnset(runtime(0, true), 60_000)).toBe("60 s+");
    expect([onsetText(runtime(60_000, false), 60_000), shortOnset(runtime(60_000, false), 60_000)]).toEqual([
      "since just now",
      "now",
    ]);
    expect([onsetText(runtime(null, false), 0), shortOnset(runtime(null, false), 0)]).toEqual(["", ""]);
  });
});

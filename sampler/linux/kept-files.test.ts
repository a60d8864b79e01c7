import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FileOwner, GONE, KeptFiles } from "./kept-files.ts";

let folder: string;
let owner: FileOwner;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "kept-files-"));
  for (let i = 0; i < 40; i += 1) fs.writeFileSync(path.join(folder, `${i}`), `content ${i}`);
  owner = { slots: new Int32Array(40).fill(-1), pathOf: (row) => path.join(folder, `${row}`) };
});

afterEach(() => fs.rmSync(folder, { recursive: true }));

function text(files: KeptFiles, row: number): string {
  const length = files.read(owner, row);
  return length < 0 ? `${length}` : files.buffer.toString("utf8", 0, length);
}

describe("KeptFiles", () => {
  it("reads every row, kept or not", () => {
    const files = new KeptFiles(10);
    for (let round = 0; round < 20; round += 1) {
      files.nextRound();
      for (let row = 0; row < 40; row += 1) expect(text(files, row)).toBe(`content ${row}`);
      expect(files.count).toBe(10);
    }
    files.close();
    expect(files.count).toBe(0);
    expect([...owner.slots].every((slot) => slot === -1)).toBe(true);
  });

  it("gives the place of a file that is no longer read to one that is", () => {
    const files = new KeptFiles(1);
    text(files, 0);
    for (let round = 0; round < 10; round += 1) {
      files.nextRound();
      text(files, 1);
    }
    expect(owner.slots[0]).toBe(-1);
    expect(owner.slots[1]).toBeGreaterThanOrEqual(0);
    files.close();
  });

  it("sees new content at the same descriptor", () => {
    const files = new KeptFiles(4);
    text(files, 3);
    fs.writeFileSync(path.join(folder, "3"), "changed");
    expect(text(files, 3)).toBe("changed");
    files.close();
  });

  it("says that a missing file is gone", () => {
    const files = new KeptFiles(4);
    fs.rmSync(path.join(folder, "7"));
    expect(files.read(owner, 7)).toBe(GONE);
    files.close();
  });
});
